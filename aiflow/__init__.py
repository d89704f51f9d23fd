"""AI Code Flow: one sentence becomes a specification, a plan and a running program, in plain sight."""

__version__ = "0.1.0"
