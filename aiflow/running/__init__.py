"""Runs and plays generated programs; ``aiflow.runner`` is its public face.

Three processes take part in a run. The *server* (a Jupyter server, a kernel, the ``aiflow`` command) starts a *supervisor*,
a small Python of the standard library only that holds the limits and ends the whole tree; the supervisor starts the
*program*, confined as far as the system allows. Server and supervisor talk over the supervisor's stdin and stdout: when the
server goes, by whatever way, that pipe closes and the supervisor ends the tree.
"""
