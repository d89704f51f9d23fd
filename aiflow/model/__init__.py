"""The vocabulary: phases, statuses, paths, artifacts, entities, events, and how they show themselves.

A module belongs here when it says what a value is and which values are allowed. Nothing here touches the
disk, the network or a process; what stores these values belongs into ``storage``.
"""
