"""The gates, one module each; ``aiflow.validation`` is their public face."""
