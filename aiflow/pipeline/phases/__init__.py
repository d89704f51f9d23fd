"""The three phases: Specify, Plan, Implement, and what they share."""
