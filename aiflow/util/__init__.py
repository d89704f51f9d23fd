"""What knows nothing of the domain: timestamps, redaction, per-process values, entry points, logs.

A module belongs here when another project could use it unchanged. Nothing here imports another package of
``aiflow``; what speaks of runs, projects or models belongs into ``model`` or further down.
"""
