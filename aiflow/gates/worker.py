"""``python -m aiflow.gates.worker``: the gates over a large project, in a process of their own.

The project comes as JSON on standard input (files in Base64), the findings go out as JSON.
"""

import base64
import dataclasses
import json
import sys

from aiflow.artifacts import Plan
from aiflow.config import GatesConfig
from aiflow.gates.base import Finding, Sources
from aiflow.gates.registry import gates_for, run_gates


def pack(sources: Sources, config: GatesConfig) -> bytes:
    """Return what the worker reads."""
    value = {
        "files": {path: base64.b64encode(sources.read(path)).decode("ascii") for path in sources.paths},
        "plan": sources.plan.model_dump(mode="json") if sources.plan else None,
        "incomplete": sorted(sources.incomplete),
        "config": config.model_dump(mode="json"),
    }
    return json.dumps(value).encode("ascii")


def unpack(data: bytes) -> tuple[Sources, GatesConfig]:
    """Return what ``pack`` packed."""
    value = json.loads(data)
    files = {path: base64.b64decode(held) for path, held in value["files"].items()}
    plan = Plan.model_validate(value["plan"]) if value["plan"] else None
    sources = Sources.of(files, plan=plan, incomplete=value["incomplete"])
    return sources, GatesConfig.model_validate(value["config"])


def pack_findings(findings: list[Finding]) -> bytes:
    """Return what the worker writes."""
    return json.dumps([dataclasses.asdict(finding) for finding in findings]).encode("ascii")


def unpack_findings(data: bytes) -> list[Finding]:
    """Return what ``pack_findings`` packed.

    Raises:
        ValueError, TypeError: where it is something else.
    """
    return [Finding(**entry) for entry in json.loads(data)]


def main() -> None:
    """Read a project, check it, write what was found."""
    sources, config = unpack(sys.stdin.buffer.read())
    sys.stdout.buffer.write(pack_findings(run_gates(sources, gates_for(config))))


if __name__ == "__main__":
    main()
