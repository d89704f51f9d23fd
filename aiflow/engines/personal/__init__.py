"""The engine that a person has chosen: the choice and the keys on disk, and servers found on this machine."""
