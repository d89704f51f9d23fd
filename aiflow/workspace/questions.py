"""The questions of a project at a gate, and whether the gate is open."""

from typing import Any, get_args
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import InputError
from aiflow.model.questions import Gate
from aiflow.pipeline.recovery import recover
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.project_store import ProjectStore

_NO_QUESTION = "这里没有要回答的问题，可以直接继续。"


class Questions:
    """The questions of all projects. Its method reads the disk: call it in a thread.

    Args:
        store: the projects.
        config: limits.
    """

    def __init__(self, store: ProjectStore, config: Config) -> None:
        self._store = store
        self._config = config

    def at(self, project_id: UUID, gate: object) -> dict[str, Any]:
        """Return the questions at a gate, whether it is open, and why where there is none.

        Args:
            project_id: the project.
            gate: its name; None for the questions of all gates.

        Raises:
            NotFoundError: if there is no record of the project.
            InputError: if no gate has this name.
        """
        if gate is not None and gate not in get_args(Gate):
            raise InputError(f"gate 只能是 {'、'.join(get_args(Gate))}。")
        recover(self._store, project_id, self._config)
        record = self._store.record(project_id)
        record.load()
        state = fold_without_text(record.journal_path)
        found = [one for one in state.questions.values() if gate in {None, one.gate}]
        is_open = state.waiting_for != "answers" or all(one not in state.open_questions for one in found)
        answer: dict[str, Any] = {
            "questions": [one.model_dump(mode="json") for one in found],
            "open": is_open,
        }
        return answer if found else answer | {"message": _NO_QUESTION}
