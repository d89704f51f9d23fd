"""A real Jupyter server with the extension, as a process that can be killed, and plain clients for it."""
