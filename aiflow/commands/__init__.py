"""The ``aiflow`` command's parts, one module a command."""
