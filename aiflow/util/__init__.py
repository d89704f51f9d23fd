"""Modules without domain knowledge: timestamps, redaction, per-process values, entry points, the log.

A module belongs here when another project could use it unchanged. Nothing here imports another package of
``aiflow`` but ``exceptions``. Code about runs, projects or engines belongs into the packages below.
"""
