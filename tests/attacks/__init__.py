"""Attacks on the files of a project, by the thousand.

``python -m tests.attacks --cases 100000`` prints a table.
"""
