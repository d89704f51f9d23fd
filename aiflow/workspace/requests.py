"""The bodies of requests, read and checked by their types; the pipeline checks their meaning."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiflow.config import Asking
from aiflow.exceptions import InputError, NotFoundError
from aiflow.model.validators import check_asking

GENERATE_FIELDS = (
    "prompt", "template", "engine", "pause_after", "ask", "from_project", "from_phase", "artifact",
)  # fmt: skip
CHANGE_FIELDS = ("prompt", "engine", "pause_after", "ask")
ENGINE_FIELDS = ("name", "base_url", "model", "api_key")
# The largest bodies: a specification that a person edited, and a file.
MAX_REQUEST_BYTES = 400_000
MAX_FILE_BYTES = 1_000_000
MAX_HUNK_BYTES = 3_000_000  # both sides of a file, as JSON
# Three times the largest project: archives hold caches and other things that are left out.
MAX_IMPORT_BYTES = 30_000_000
_MAX_NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """A new run."""

    prompt: str
    template: str | None
    engine: str | None
    pause_after: tuple[str, ...]
    ask: Asking = "never"


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A change of a finished project, as a project of its own."""

    project_id: UUID
    prompt: str
    engine: str | None
    pause_after: tuple[str, ...]
    ask: Asking = "never"


@dataclass(frozen=True, slots=True)
class RevisionRequest:
    """A run that has ended, run again from a phase on as a project of its own."""

    project_id: UUID
    from_phase: str
    artifact: dict[str, Any] | str | None
    pause_after: tuple[str, ...]
    ask: Asking = "never"


def check_fields(body: dict[str, Any], allowed: Collection[str]) -> dict[str, Any]:
    """Return ``body`` if it has no other fields than ``allowed``.

    Raises:
        InputError: if it has one.
    """
    for name in body:
        if name not in allowed:
            # The name comes from the client: control characters in it could forge lines of a terminal or a
            # log.
            shown = "".join(char if char.isprintable() else "�" for char in name[:40])
            raise InputError(f"没有“{shown}”这一项，可以写的有：{'、'.join(allowed) or '（什么都不用写）'}。")
    return body


def read_generate(body: dict[str, Any]) -> GenerateRequest | RevisionRequest:
    """Return the request of ``POST api/generate``.

    Raises:
        InputError: if a field is unknown, missing, of the wrong type, or has no meaning here.
        NotFoundError: if ``from_project`` is not a project's id.
    """
    check_fields(body, GENERATE_FIELDS)
    if "from_project" in body:
        return _read_revision(body)
    if alone := [name for name in ("from_phase", "artifact") if name in body]:
        raise InputError(f"{alone[0]} 要和 from_project 一起写。")
    return GenerateRequest(
        _read_prompt(body, "做什么程序"),
        _read_name(body, "template"),
        _read_name(body, "engine"),
        _read_pauses(body.get("pause_after")),
        _read_asking(body),
    )


def read_change(project_id: UUID, body: dict[str, Any]) -> ChangeRequest:
    """Return the request of ``POST api/projects/{id}/change``.

    Raises:
        InputError: if a field is unknown, missing or of the wrong type.
    """
    check_fields(body, CHANGE_FIELDS)
    return ChangeRequest(
        project_id,
        _read_prompt(body, "改什么"),
        _read_name(body, "engine"),
        _read_pauses(body.get("pause_after")),
        _read_asking(body),
    )


def _read_prompt(body: dict[str, Any], wish: str) -> str:
    if "prompt" not in body:
        raise InputError(f"缺少 prompt：请写一句话，说说你想{wish}。")
    prompt = body["prompt"]
    if not isinstance(prompt, str):
        raise InputError("prompt 应该是文字。")
    return prompt


def _read_revision(body: dict[str, Any]) -> RevisionRequest:
    # Ignored fields would mislead: a person would expect the new prompt to count.
    if useless := [name for name in ("prompt", "template", "engine") if body.get(name) is not None]:
        raise InputError(f"写了 from_project 就不用写 {useless[0]}：它和原来的项目一样。")
    project_id, phase = body["from_project"], body.get("from_phase")
    if not isinstance(project_id, str):
        raise InputError("from_project 应该是项目的编号。")
    if not isinstance(phase, str):
        raise InputError('from_phase 应该是 "specify"、"plan" 或 "implement"。')
    return RevisionRequest(
        parse_project_id(project_id),
        phase,
        read_artifact(body),
        _read_pauses(body.get("pause_after")),
        _read_asking(body),
    )


def _read_name(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value or len(value) > _MAX_NAME_CHARS:
        raise InputError(f"{name} 应该是文字，最多 {_MAX_NAME_CHARS} 个字符。")
    return value


def _read_pauses(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError('pause_after 应该是列表，里面可以写 "specify" 和 "plan"。')
    return tuple(dict.fromkeys(value))


def _read_asking(body: dict[str, Any]) -> Asking:
    value = body.get("ask")
    return "never" if value is None else check_asking(value)


def read_question_id(body: dict[str, Any]) -> str:
    """Return the id of the question that is answered.

    Raises:
        InputError: if it is missing or no text.
    """
    value = body.get("question_id")
    if not isinstance(value, str):
        raise InputError("缺少 question_id：请写上要回答的问题的编号。")
    return value


def read_artifact(body: dict[str, Any]) -> dict[str, Any] | str | None:
    """Return the edited artifact: an object, a Markdown text, or None.

    Raises:
        InputError: if it is of another type.
    """
    artifact = body.get("artifact")
    if artifact is not None and not isinstance(artifact, dict | str):
        raise InputError("artifact 应该是一个对象，或者一段 Markdown 文字。")
    return artifact


def read_flag(body: dict[str, Any], name: str) -> bool:
    """Return a field that is true or false: as JSON, or as it stands in a query.

    Raises:
        InputError: if it is neither.
    """
    value = body.get(name, False)
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise InputError(f"{name} 只能是 true 或 false。")
    return value in (True, "true")


def parse_project_id(value: object) -> UUID:
    """Return the project's id that ``value``, a part of an address, stands for.

    Raises:
        NotFoundError: if it is not an id in its usual form, so there is no such project.
    """
    try:
        found = UUID(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    # `UUID` also accepts braces, `urn:uuid:` and no hyphens: one project must have only one address.
    if found is None or str(found) != str(value).lower():
        raise NotFoundError("没有这个项目。它可能已经被删除。")
    return found
