"""The first code in the program's process: opens its channel and starts its language's runtime.

A runtime is a package that a language provides (see ``aiflow.languages.base.ProgramStart``). Like this
package it is loaded alone, under a private name, without the rest of ``aiflow``.
"""

import importlib
import importlib.util
import json
import os
import pkgutil
import sys
from types import ModuleType

from .channel import Channel

_loaded: dict[str, str] = {}  # a runtime's folder -> the name of its package


def main(arguments: list[str]) -> None:
    """Run the program and exit as it does.

    Args:
        arguments: the two ends of the channel, the runtime's folder, the mode, the main file, the program's
            arguments.
    """
    channel = Channel(*(_descriptor(int(number)) for number in arguments[:2]))
    runtime, mode, script, own = arguments[2], arguments[3], arguments[4], arguments[5:]
    if mode == "desktop":
        from .x11.desktop import serve_desktop  # noqa: PLC0415  # only a program that opens windows of X needs it

        serve_desktop(channel)
    if mode == "test":
        _load(runtime, "testing").main(script, json.loads(own[0]))
        return
    _load(runtime, "launcher").main(channel, script, own, is_played=mode == "play")


def preload(runtime: str) -> None:
    """Import all modules of a runtime, so that forked programs find them loaded."""
    for found in pkgutil.iter_modules([runtime]):
        _load(runtime, found.name)


def _load(runtime: str, module: str) -> ModuleType:
    if runtime not in _loaded:
        name = f"_aiflow_runtime_{len(_loaded)}"
        file = os.path.join(runtime, "__init__.py")  # noqa: PTH118  # pathlib is not loaded for a program
        spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[runtime])
        if spec is None or spec.loader is None:
            raise ImportError(file)
        package = importlib.util.module_from_spec(spec)
        sys.modules[name] = package
        spec.loader.exec_module(package)
        _loaded[runtime] = name
    return importlib.import_module(f"{_loaded[runtime]}.{module}")


def _descriptor(number: int) -> int:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # exists there only; a handle is inherited, not a descriptor

        return msvcrt.open_osfhandle(number, os.O_BINARY)
    # The processes that it starts must not be able to speak in its name.
    os.set_inheritable(number, False)  # noqa: FBT003  # the function has no keyword
    return number
