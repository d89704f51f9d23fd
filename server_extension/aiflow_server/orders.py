"""The bodies of requests, read and checked by their types; the pipeline checks what they mean."""

from dataclasses import dataclass
from typing import Any

from aiflow.exceptions import InputError

GENERATE_FIELDS = (
    "prompt", "template", "engine", "pause_after", "from_project", "from_phase", "artifact",
)  # fmt: skip
_PAUSES = ("specify", "plan")


@dataclass(frozen=True, slots=True)
class Order:
    """What ``POST api/generate`` asks for."""

    prompt: str
    template: str | None
    engine: str | None
    pause_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """What ``POST api/generate`` asks for with ``from_project``.

    A run that has ended, again from a phase on.
    """

    from_project: str
    from_phase: str
    artifact: dict[str, Any] | str | None
    pause_after: tuple[str, ...]


def read_revision(body: dict[str, Any]) -> Revision | None:
    """Return what is to be done again; None where something new is asked for.

    Raises:
        InputError: when a field is missing, of the wrong type, or has no meaning here.
    """
    if "from_project" not in body:
        if alone := [name for name in ("from_phase", "artifact") if name in body]:
            raise InputError(f"{alone[0]} 要和 from_project 一起写。")
        return None
    if useless := [name for name in ("prompt", "template", "engine") if body.get(name) is not None]:
        raise InputError(f"写了 from_project 就不用写 {useless[0]}：它和原来的项目一样。")
    project_id, phase = body["from_project"], body.get("from_phase")
    if not isinstance(project_id, str):
        raise InputError("from_project 应该是项目的编号。")
    if not isinstance(phase, str):
        raise InputError('from_phase 应该是 "specify"、"plan" 或 "implement"。')
    return Revision(project_id, phase, read_artifact(body), _pauses(body.get("pause_after")))


def read_order(body: dict[str, Any]) -> Order:
    """Return what is asked for.

    Raises:
        InputError: when a field is missing or of the wrong type.
    """
    if "prompt" not in body:
        raise InputError("缺少 prompt：请写一句话，说说你想做什么程序。")
    prompt = body["prompt"]
    if not isinstance(prompt, str):
        raise InputError("prompt 应该是文字。")
    return Order(prompt, _text(body, "template"), _text(body, "engine"), _pauses(body.get("pause_after")))


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value or len(value) > 100:
        raise InputError(f"{name} 应该是文字，最多 100 个字符。")
    return value


def _pauses(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or any(item not in _PAUSES for item in value):
        raise InputError("pause_after 应该是列表，里面可以写 specify 和 plan。")
    return tuple(dict.fromkeys(value))


def read_artifact(body: dict[str, Any]) -> dict[str, Any] | str | None:
    """Return the edited artifact: an object, a Markdown text, or None.

    Raises:
        InputError: when it is something else.
    """
    artifact = body.get("artifact")
    if artifact is not None and not isinstance(artifact, dict | str):
        raise InputError("artifact 应该是一个对象，或者一段 Markdown 文字。")
    return artifact
