"""The calls with a JSON body and a JSON answer: one table, which REST and a widget's messages both read.

A row is called by its kind; the fields are those of a body, or of a query where REST sends no body. Answers
with bytes, streams and programs are no rows: each transport has its own way to send them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aiflow.workspace.requests import (
    CHANGE_FIELDS,
    ENGINE_FIELDS,
    MAX_HUNK_BYTES,
    MAX_REQUEST_BYTES,
    check_fields,
    parse_project_id,
    read_artifact,
    read_change,
    read_flag,
    read_question_id,
)

if TYPE_CHECKING:  # importing it brings the pipeline with it, which a server loads with its first request
    from aiflow.workspace.service import Workspace

_MAX_BODY_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Asked:
    """One call.

    Attributes:
        workspace: where it is answered.
        body: its fields; only those that the row allows.
        user: the person whose limits count.
        address: the project in the address, as it stands there.
    """

    workspace: "Workspace"
    body: dict[str, Any]
    user: str
    address: object

    @property
    def project_id(self) -> UUID:
        """The project that is asked about. Raises NotFoundError if none is named."""
        return parse_project_id(self.address)


@dataclass(frozen=True, slots=True)
class Call:
    """One row.

    Attributes:
        answer: returns what is answered.
        fields: what a body may hold.
        status: of an answer over REST.
        max_body_bytes: the largest body over REST.
        is_cancellable: it only reads, and is given up when nobody waits for the answer any more.
    """

    answer: Callable[[Asked], Awaitable[dict[str, Any]]]
    fields: tuple[str, ...] = ()
    status: int = 200
    max_body_bytes: int = _MAX_BODY_BYTES
    is_cancellable: bool = False

    async def __call__(self, asked: Asked) -> dict[str, Any]:
        """Check the fields and answer.

        Raises:
            InputError: a field is unknown.
            AIFlowError: what the workspace raises.
        """
        check_fields(asked.body, self.fields)
        return await self.answer(asked)


def _in_thread(work: Callable[[Asked], dict[str, Any]]) -> Callable[[Asked], Awaitable[dict[str, Any]]]:
    """Return an answer that is made in a thread, because ``work`` reads or writes the disk."""
    return lambda asked: asyncio.to_thread(work, asked)


async def _delete(asked: Asked) -> dict[str, Any]:
    await asked.workspace.delete(asked.project_id, family=read_flag(asked.body, "family"))
    return {}


def _remove(asked: Asked) -> dict[str, Any]:
    path, etag = str(asked.body.get("path")), asked.body.get("etag")
    version = asked.workspace.files.delete(asked.project_id, path, if_match=etag)
    return {"project_id": str(version)} if version is not None else {}


def _restore(asked: Asked) -> dict[str, Any]:
    path = asked.body.get("path")
    return asked.workspace.applying.restore(asked.project_id, None if path is None else str(path))


def _generating(project_id: UUID) -> dict[str, Any]:
    return {"project_id": str(project_id), "status": "generating"}


async def _change(asked: Asked) -> dict[str, Any]:
    request = read_change(asked.project_id, asked.body)
    return _generating(await asked.workspace.runs.generate(request, asked.user))


async def _retry(asked: Asked) -> dict[str, Any]:
    await asked.workspace.runs.retry(asked.project_id, asked.user)
    return _generating(asked.project_id)


async def _cancel(asked: Asked) -> dict[str, Any]:
    await asked.workspace.runs.cancel(asked.project_id)
    return {"project_id": str(asked.project_id), "status": "failed"}


async def _continue(asked: Asked) -> dict[str, Any]:
    await asked.workspace.runs.resume(asked.project_id, read_artifact(asked.body), asked.user)
    return _generating(asked.project_id)


async def _answers(asked: Asked) -> dict[str, Any]:
    question_id, value = read_question_id(asked.body), asked.body.get("value")
    return await asked.workspace.runs.answer(asked.project_id, question_id, value, asked.user)


async def _repair(asked: Asked) -> dict[str, Any]:
    prompt = await asyncio.to_thread(asked.workspace.tests.repair_request, asked.project_id)
    request = read_change(asked.project_id, {"prompt": prompt})
    return _generating(await asked.workspace.runs.generate(request, asked.user))


def _decide(asked: Asked) -> dict[str, Any]:
    test, decision = asked.body.get("test"), asked.body.get("decision")
    return asked.workspace.tests.decide(asked.project_id, test, decision)


CALLS: dict[str, Call] = {
    "welcome": Call(_in_thread(lambda asked: asked.workspace.templates.welcome())),
    "projects": Call(_in_thread(lambda asked: {"projects": asked.workspace.projects.summaries()})),
    "request": Call(_in_thread(lambda asked: asked.workspace.projects.request(asked.project_id))),
    "rename": Call(
        _in_thread(lambda asked: asked.workspace.projects.rename(asked.project_id, **asked.body)),
        ("title", "label"),
    ),
    "delete": Call(_delete, ("family",), 204),
    "remove": Call(_in_thread(_remove), ("path", "etag")),
    "compare": Call(
        _in_thread(lambda asked: asked.workspace.versions.compare(asked.project_id, asked.body.get("to"))),
        ("to",),
    ),
    "versions": Call(_in_thread(lambda asked: asked.workspace.versions.listing(asked.project_id))),
    "trace": Call(lambda asked: asked.workspace.traces.trace(asked.project_id), is_cancellable=True),
    "copy": Call(
        _in_thread(lambda asked: asked.workspace.versions.copy(asked.project_id, asked.body.get("label"))),
        ("label",),
        201,
    ),
    "apply": Call(
        _in_thread(lambda asked: asked.workspace.applying.apply(asked.project_id, asked.body)),
        ("from_project", "path", "hunk"),
        max_body_bytes=MAX_HUNK_BYTES,
    ),
    "restore": Call(_in_thread(_restore), ("path",)),
    "undo": Call(
        _in_thread(lambda asked: asked.workspace.applying.undo(asked.project_id, asked.body.get("undo"))),
        ("undo",),
    ),
    "engines": Call(lambda asked: asked.workspace.engines.listing()),
    "engine": Call(lambda asked: asked.workspace.engines.choose(asked.body), ENGINE_FIELDS),
    "check_engine": Call(lambda asked: asked.workspace.engines.check(asked.body), ENGINE_FIELDS),
    "change": Call(_change, CHANGE_FIELDS, 202, MAX_REQUEST_BYTES),
    "questions": Call(
        _in_thread(lambda asked: asked.workspace.questions.at(asked.project_id, asked.body.get("gate"))),
        ("gate",),
    ),
    "answers": Call(_answers, ("question_id", "value")),
    "tests": Call(lambda asked: asked.workspace.tests.start(asked.project_id), status=202),
    "decide": Call(_in_thread(_decide), ("test", "decision")),
    "repair": Call(_repair, status=202),
    "mutants": Call(lambda asked: asked.workspace.tests.mutants(asked.project_id)),
    "retry": Call(_retry, status=202),
    "cancel": Call(_cancel, status=202),
    "continue": Call(_continue, ("artifact",), 202, MAX_REQUEST_BYTES * 5 // 2),
}
