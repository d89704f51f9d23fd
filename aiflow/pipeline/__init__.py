"""A run from one sentence to a program.

Its phases, their order, and what pauses, retries, cancels and recovers it.

A module belongs here when it is needed to produce one run. What is offered for runs and projects as a whole
(lists, files, downloads, playing) belongs into ``workspace``.
"""
