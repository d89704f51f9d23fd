"""``python -m aiflow.gates.pool_worker``: a process that checks or fixes one project after another.

A project comes as JSON on standard input (files in Base64), the result goes out as JSON; the length of each,
eight bytes, goes before it. The process ends with its input, or when nothing has come for a minute.
"""

import base64
import dataclasses
import json
import os
import struct
import sys
import threading
from typing import IO, Any

from aiflow.config import FixesConfig, GatesConfig
from aiflow.gates.fixing import Fixed, fix_project
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan
from aiflow.model.findings import Finding

IDLE_S = 60.0
_LENGTH = struct.Struct(">Q")


def write_message(pipe: IO[bytes], data: bytes) -> None:
    """Send ``data`` whole."""
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> bytes:
    """Return the next message.

    Raises:
        EOFError: there is none, or not all of it.
    """
    (length,) = _LENGTH.unpack(_read(pipe, _LENGTH.size))
    return _read(pipe, length)


def _read(pipe: IO[bytes], length: int) -> bytes:
    # A pipe may end in the middle: the other process was killed.
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def pack(
    sources: Sources,
    config: GatesConfig,
    fixes: FixesConfig | None = None,
    only: frozenset[str] | None = None,
) -> bytes:
    """Return a project as the worker reads it; with ``fixes`` it is fixed, else only checked."""
    value = {
        "files": {path: base64.b64encode(sources.read(path)).decode("ascii") for path in sources.paths},
        "plan": sources.plan.model_dump(mode="json") if sources.plan else None,
        "incomplete": sorted(sources.incomplete),
        "config": config.model_dump(mode="json"),
        "fixes": fixes.model_dump(mode="json") if fixes else None,
        "only": None if only is None else sorted(only),
    }
    return json.dumps(value).encode("ascii")


def unpack(value: dict[str, Any]) -> tuple[Sources, GatesConfig]:
    """Return what ``pack`` packed."""
    files = {path: base64.b64decode(held) for path, held in value["files"].items()}
    plan = Plan.model_validate(value["plan"]) if value["plan"] else None
    sources = Sources.of(files, plan=plan, incomplete=value["incomplete"])
    return sources, GatesConfig.model_validate(value["config"])


def pack_findings(findings: list[Finding]) -> bytes:
    """Return findings as the worker writes them."""
    return json.dumps([dataclasses.asdict(finding) for finding in findings]).encode("ascii")


def unpack_findings(data: bytes) -> list[Finding]:
    """Return what ``pack_findings`` packed.

    Raises:
        ValueError, TypeError: where it is something else.
    """
    return [Finding(**entry) for entry in json.loads(data)]


def pack_fixed(fixed: Fixed) -> bytes:
    """Return the result of fixing a project as the worker writes it."""
    files = {path: base64.b64encode(data).decode("ascii") for path, data in fixed.files.items()}
    return json.dumps(dataclasses.asdict(fixed) | {"files": files}).encode("ascii")


def unpack_fixed(data: bytes) -> Fixed:
    """Return what ``pack_fixed`` packed.

    Raises:
        ValueError, TypeError, KeyError: where it is something else.
    """
    value = json.loads(data)
    files = {path: base64.b64decode(held) for path, held in value["files"].items()}
    fixes, findings = ([Finding(**entry) for entry in value[key]] for key in ("fixes", "findings"))
    return Fixed(files, fixes, findings, value["reverted"])


def main() -> None:
    """Check projects until the input ends."""
    projects, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        # A request that comes in this very moment fails, and the pool starts another process for it.
        # `os._exit`, for the main thread is blocked in a read that nothing else interrupts.
        idle = threading.Timer(IDLE_S, os._exit, (0,))
        idle.daemon = True
        idle.start()
        try:
            data = read_message(projects)
        except EOFError:
            return
        finally:
            idle.cancel()
        write_message(answers, answer(json.loads(data)))


def answer(value: dict[str, Any]) -> bytes:
    """Return the findings of a project, or the result of fixing it."""
    sources, config = unpack(value)
    if value["fixes"] is not None:
        only = None if value["only"] is None else frozenset(value["only"])
        return pack_fixed(fix_project(sources, config, FixesConfig.model_validate(value["fixes"]), only=only))
    return pack_findings(run_gates(sources, gates_for(config)))


if __name__ == "__main__":
    main()
