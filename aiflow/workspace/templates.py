"""The lessons that a request may name as its template, and what a page asks for first."""

from typing import Any

from aiflow.config import Config
from aiflow.engines.lesson_library import Lesson, load_lessons
from aiflow.exceptions import InputError
from aiflow.model.phases import phase_table

CAPABILITIES = ("run", "play")


class Templates:
    """The lessons as they are on disk now; a teacher may be writing one.

    Args:
        config: names the folders.
    """

    def __init__(self, config: Config) -> None:
        self._config = config

    def welcome(self) -> dict[str, Any]:
        """Return the answer to a page's first request.

        The templates, the phase table, the capabilities, and whether the page asks before a run.
        """
        return {
            "templates": [describe_lesson(lesson) for lesson in self._lessons()],
            "phases": phase_table(),
            "capabilities": list(CAPABILITIES),
            "ask": self._config.ask,
        }

    def check(self, template: str) -> None:
        """Check that a template exists.

        Raises:
            InputError: if there is no such lesson.
        """
        names = [lesson.id for lesson in self._lessons()]
        if template not in names:
            raise InputError(f"没有这个模板，可以选的有：{'、'.join(names)}。", reason="unknown_template")

    def _lessons(self) -> tuple[Lesson, ...]:
        return load_lessons(self._config.lessons.folders)


def describe_lesson(lesson: Lesson) -> dict[str, Any]:
    """Return a lesson as the page and ``aiflow lessons --json`` list it."""
    manifest = lesson.manifest
    return {
        "id": lesson.id,
        "title": manifest.title,
        "title_en": manifest.title_en,
        "summary": manifest.summary,
        "kind": manifest.kind,
        "example": manifest.example,
        "project_type": manifest.project_type,
        "model": manifest.model,
        "recorded_at": manifest.recorded_at,
        "changes": [change.manifest.sentence for change in lesson.changes],
    }
