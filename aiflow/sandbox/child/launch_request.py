"""The request to a supervisor: the program to start and its limits, as plain values that travel as JSON."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

# Loads this package alone, under a private name, and calls a module's main with the rest of the arguments.
BOOT: Final = (
    "import sys,importlib.util as u;"
    "s=u.spec_from_file_location('_aiflow_child',sys.argv[1]+'/__init__.py',submodule_search_location"
    "s=[sys.argv[1]]);"
    "m=u.module_from_spec(s);sys.modules[s.name]=m;s.loader.exec_module(m);"
    "from _aiflow_child.{module} import main;main(sys.argv[2:])"
)


def interpreter(python: str, module: str, child_dir: str) -> list[str]:
    """Return the command that starts a module of this package in an interpreter like the students' own.

    Only ``-P`` differs: the folder that it is started in is the program's, and nothing of ours is looked for
    there.
    """
    return [python, "-P", "-X", "utf8", "-c", BOOT.format(module=module), child_dir]


class LaunchRequest(NamedTuple):
    """One program to run, and the rules for it. Sizes are bytes, times seconds."""

    root: str
    main: str
    python: str  # the interpreter of a runtime
    child_dir: str
    runtime: str  # the folder of the language's runtime; empty where the program is started by a command
    command: Sequence[str]
    environment: dict[str, str]
    readable: list[str]
    temp_root: str  # where its temporary folder is made
    args: Sequence[str] = ()
    mode: str = (
        "run"  # run: as it is; play: its picture and input over the channel; desktop: the same from Xvfb;
        # test: the job in ``args`` in the place of the program, see the runtime's package ``testing``
    )
    confine: bool = True
    writable: bool = True  # the folder; a program that only tries itself out leaves it as it is
    local_sockets: bool = False
    wall_timeout_s: float = 600.0
    cpu_budget_s: float = 120.0
    memory: int = 1 << 30
    processes: int = 64
    output: int = 2 << 20
    file: int = 10 << 20
    folder: int = 100 << 20
    open_files: int = 256

    def program(self, incoming: int, outgoing: int) -> list[str]:
        """Return the arguments of ``program.main``: the two ends of the channel, and the program to run."""
        return [str(incoming), str(outgoing), self.runtime, self.mode, self.main, *self.args]

    def command_line(self, incoming: int, outgoing: int) -> list[str]:
        """Return the command that starts the program in a process of its own."""
        if self.runtime:
            return [
                *interpreter(self.python, "program", self.child_dir),
                *self.program(incoming, outgoing),
            ]
        return [*self.command, self.main, *self.args]

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "LaunchRequest":
        """Return the request that the server sent; it is not validated, because the server is ours."""
        return cls(**value)
