"""Runs and plays generated programs, with limits.

Other packages import ``process.start_program`` and ``player.start_player`` (a run, a game), ``events`` (what
both yield), ``smoke_test.smoke_test``, ``cell.ProjectPrograms`` (a program in a notebook cell) and
``doctor.describe_confinement``. Everything below ``child/`` runs outside the server's process.

Three processes take part in a run. The *server* (a Jupyter server, a kernel, the ``aiflow`` command) starts a
*supervisor*, a small Python process of the standard library only that enforces the limits and ends the whole
tree. The supervisor starts the *program*, confined as far as the system allows: inside the runtime of its
language, or by its language's command. Server and supervisor talk over two pipes. When the server ends, for
whatever reason, they close and the supervisor ends the tree.

On Linux a fourth, the *fork server*, stands beside them: an interpreter that has loaded all of this once and
holds nothing else. Supervisor and program are forked from it, which costs a fifth of starting two
interpreters. Elsewhere each is an interpreter of its own.
"""
