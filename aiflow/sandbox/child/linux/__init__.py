"""Confinement on Linux that needs no privileges: namespaces, Landlock, seccomp, and /proc.

No library does this: those that exist need root or a system package, or cover one of the three. Each module
wraps one kernel interface and names its man page; ``posix_launch`` decides what a program may do.
"""
