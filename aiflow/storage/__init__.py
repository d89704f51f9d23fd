"""What is on disk.

Safe file access, the journal, a run's folder, a project's folder, the store of all projects.

A module belongs here when it reads or writes files of ours. What decides when something is written belongs
into ``pipeline`` or ``workspace``.
"""
