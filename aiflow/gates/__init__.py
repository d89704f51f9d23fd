"""The gates, one module each; ``aiflow.gates.checks`` is their public face."""
