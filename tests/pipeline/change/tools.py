"""Answers for the model server, and what a change did."""

from aiflow import Flow
from aiflow.model.events import ChangeEvent, DiagnosticEvent, Event
from aiflow.storage.journal_reader import read_events
from tests.modelserver import ModelServer, answer
from tests.pipeline.change.cases import CHANGED

WISH = "倒着数"


def script(model: ModelServer, **answers: str | list[str]) -> None:
    """Let the model give these answers next, by phase; those of the change where one is not named."""
    for phase, texts in (CHANGED | answers).items():
        for text in [texts] if isinstance(texts, str) else texts:
            model.script(answer(text), phase=phase)


def files_of(flow: Flow) -> dict[str, str]:
    root = flow.store.find(flow.project_id).root
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def events_of(flow: Flow) -> list[Event]:
    return list(read_events(flow.record.journal_path))


def changes_of(flow: Flow) -> list[tuple[str, str, int, int]]:
    return [
        (event.path, event.kind, event.lines_added, event.lines_removed)
        for event in events_of(flow)
        if isinstance(event, ChangeEvent)
    ]


def diagnostics_of(flow: Flow) -> list[tuple[str, str | None]]:
    return [(event.rule, event.path) for event in events_of(flow) if isinstance(event, DiagnosticEvent)]


def sent(model: ModelServer) -> list[str]:
    return [request.json["messages"][-1]["content"] for request in model.requests]
