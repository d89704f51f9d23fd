"""Runs a Python program inside its own process; loaded alone there, without the rest of ``aiflow``.

These modules import nothing but the standard library and each other, relatively: a run starts fast, and a
project's own modules keep their names.
"""
