"""Ideas for the next change of a project: prepared changes of its lesson, and those of its README."""

import re

from aiflow.config import LessonsConfig
from aiflow.engines.lesson_change_player import open_changes
from aiflow.engines.lesson_library import get_lesson, load_lessons
from aiflow.engines.lesson_search import find_lesson
from aiflow.exceptions import ConfigError, NotFoundError, UnsafePathError
from aiflow.model.markdown_reader import Outline, plain
from aiflow.model.validators import MAX_PROMPT_CHARS
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder

_HEADING = re.compile(r"改一改|试一试|可以改|try (?:it|this|to)|ideas?|next steps?", re.IGNORECASE).search
_MAX_README_BYTES = 200_000
_MAX_IDEAS = 12


def ideas_of(folder: ProjectFolder, manifest: Manifest, config: LessonsConfig) -> list[str]:
    """Return the ideas for a project.

    The prepared changes that the project does not have come first. The lessons engine can make no others, so
    the sentences under the README's heading 试着改一改 are left out where it made the project.

    Args:
        folder: the project's.
        manifest: of its run; names the lesson.
        config: the lessons.
    """
    prepared = _prepared(folder, manifest, config)
    own = [] if prepared and manifest.engine == "lessons" else _listed(_read(folder, "README.md"))
    return list(dict.fromkeys([*prepared, *own]))[:_MAX_IDEAS]


def _prepared(folder: ProjectFolder, manifest: Manifest, config: LessonsConfig) -> list[str]:
    try:
        lessons = load_lessons(config.folders)
    except ConfigError:
        return []  # a teacher is writing a lesson; the project is shown all the same
    sentence = manifest.base_prompt or manifest.prompt
    lesson = get_lesson(manifest.template, lessons) if manifest.template else find_lesson(sentence, lessons)
    if lesson is None:
        return []
    return [change.manifest.sentence for change in open_changes(lesson, _read(folder, "spec.md"))]


def _listed(readme: str) -> list[str]:
    ideas = [plain(item)[:MAX_PROMPT_CHARS].strip() for item in Outline(readme).items_under(_HEADING)]
    return [idea for idea in ideas if idea]


def _read(folder: ProjectFolder, name: str) -> str:
    try:
        with folder.open(name) as file:
            return file.read(_MAX_README_BYTES).decode("utf-8", "replace")
    except (NotFoundError, UnsafePathError):
        return ""
