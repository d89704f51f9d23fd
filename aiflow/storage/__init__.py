"""Files on disk: safe file access, the journal, run folders, project folders, the store of all projects.

A module belongs here when it reads or writes files of ours. What decides when something is written belongs
into ``pipeline`` or ``workspace``.
"""
