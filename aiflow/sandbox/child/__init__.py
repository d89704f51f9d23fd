"""The code outside the server: the supervisor, and the start of the program in its own process.

These modules import nothing but the standard library and each other, relatively: they are loaded under the
private name ``_aiflow_child`` without the rest of ``aiflow``, so that a run starts fast and a project's own
modules keep their names.
"""
