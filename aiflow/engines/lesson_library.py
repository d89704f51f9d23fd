"""The lesson library: reads and checks lesson folders.

A lesson is a project, written by hand or recorded from a model, that is played like a model's answer.
``docs/lessons.md`` describes its folder for teachers.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from aiflow.engines.lesson_changes import LessonChange, read_changes
from aiflow.engines.lesson_format import (
    LESSONS_DIR,
    RecordedLine,
    broken,
    invalid,
    read_model,
    read_recording,
    read_tests,
    read_text,
)
from aiflow.exceptions import ConfigError, UnsafePathError
from aiflow.model.language_facts import cache_folders, default_main_file
from aiflow.model.paths import PathIndex, SafePath

# The largest `run.max_file_bytes` that the configuration allows.
MAX_FILE_BYTES = 1_000_000
_WRITTEN_TEXTS = ("specify", "specify.thinking", "plan", "plan.thinking", "implement.thinking")
# The pipeline writes these itself at the end of their phases.
_RESERVED_FILES = frozenset({"spec.md", "plan.md"})


class LessonManifest(BaseModel, frozen=True, extra="forbid"):
    """``lesson.toml``."""

    title: str = Field(min_length=1, max_length=40)
    title_en: str = Field(min_length=1, max_length=60)
    kind: Literal["written", "recorded"] = "written"
    project_type: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    summary: str = Field(min_length=1, max_length=200)
    example: str = Field(min_length=1, max_length=1000)
    keywords: list[str] = Field(min_length=1)
    alone: list[str] = []
    unless: list[str] = []
    things: list[str] = []
    dependencies: list[str] = []
    main: str = Field(default_factory=default_main_file)
    order: int = 100
    files: dict[str, str] = {}
    model: str | None = None
    recorded_at: str | None = None

    @field_validator("keywords", "alone", "unless")
    @classmethod
    def _check_searchable(cls, phrases: list[str]) -> list[str]:
        """Refuse a phrase without a letter or digit: it would occur in every request."""
        for phrase in phrases:
            if not is_searchable(phrase):
                raise ValueError(f"nothing to look for in {phrase!r}")
        return phrases

    @model_validator(mode="after")
    def _check_kind(self) -> "LessonManifest":
        if self.kind == "written" and self.main not in self.files:
            raise ValueError(f"[files] must name the main file {self.main}")
        if self.kind == "recorded" and not (self.model and self.recorded_at):
            raise ValueError("a recorded lesson needs model and recorded_at")
        return self


class LessonFile(BaseModel, frozen=True, extra="forbid"):
    """A file of the lesson's project, with the sentence that introduces it."""

    path: str
    intro: str
    text: str


class Lesson(BaseModel, frozen=True, extra="forbid"):
    """A lesson with all its texts.

    Attributes:
        id: the folder's name; ``template`` in a request names it.
        manifest: the contents of ``lesson.toml``.
        texts: of a written lesson, its Markdown files by name without ``.md``.
        files: of a written lesson, the project's files in the order in which they are written.
        recording: of a recorded lesson, its lines.
        changes: the prepared changes of its project, in the order in which they are offered.
        tests: of a written lesson, the tests of its program by their paths.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    manifest: LessonManifest
    texts: dict[str, str] = {}
    files: tuple[LessonFile, ...] = ()
    recording: tuple[RecordedLine, ...] = ()
    changes: tuple[LessonChange, ...] = ()
    tests: dict[str, str] = {}

    @property
    def title(self) -> str:
        """The Chinese title."""
        return self.manifest.title


def load_lesson(folder: Path) -> Lesson:
    """Read and check one lesson folder.

    Args:
        folder: the folder with ``lesson.toml``.

    Raises:
        ConfigError: the lesson is broken; the message names it and the fault.
    """
    manifest = read_model(folder, "lesson.toml", LessonManifest)
    changes = read_changes(folder)
    try:
        if manifest.kind == "recorded":
            recording = read_recording(folder)
            return Lesson(id=folder.name, manifest=manifest, recording=recording, changes=changes)
        texts = {name: read_text(folder, f"{name}.md") for name in _WRITTEN_TEXTS}
        files = _read_files(folder, manifest)
        return Lesson(
            id=folder.name,
            manifest=manifest,
            texts=texts,
            files=files,
            changes=changes,
            tests=read_tests(folder),
        )
    except ValidationError as error:  # the folder's name is no id
        raise invalid(folder, "lesson.toml", error) from error
    except UnsafePathError as error:
        raise broken(folder, error.message) from error


def load_lessons(folders: Iterable[Path] = ()) -> tuple[Lesson, ...]:
    """Return the built-in lessons and those of a teacher; unchanged folders are not read again.

    Args:
        folders: further folders of lesson folders. A lesson with the id of an earlier one replaces it.

    Returns:
        The lessons by their ``order``, then by id.

    Raises:
        ConfigError: a lesson is broken, or a folder does not exist.
    """
    parents = (LESSONS_DIR, *folders)
    return _load_lessons(parents, tuple(_fingerprint(parent) for parent in parents))


@lru_cache(maxsize=8)
def _load_lessons(parents: tuple[Path, ...], _state: tuple[object, ...]) -> tuple[Lesson, ...]:
    found: dict[str, Lesson] = {}
    for parent in parents:
        if not parent.is_dir():
            raise ConfigError(f"找不到课程文件夹“{parent.name}”。请检查配置里 lessons.folders 写的位置。")
        # Sorted: file systems list folders in different orders, and the first broken lesson is reported.
        for manifest in sorted(parent.glob("*/lesson.toml")):
            found[manifest.parent.name] = load_lesson(manifest.parent)
    return tuple(sorted(found.values(), key=sort_key))


def _fingerprint(parent: Path) -> tuple[tuple[str, int, int], ...]:
    """Return the name, size and modification time of every file below ``parent``."""
    return tuple(sorted(_scan(str(parent))))


def _scan(folder: str) -> Iterator[tuple[str, int, int]]:
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)  # noqa: PTH118 - for each file at each run; a Path costs ten times as much
            try:
                stat = os.stat(file)  # noqa: PTH116 - the same
            except OSError:
                continue  # deleted meanwhile
            yield file, stat.st_size, stat.st_mtime_ns


def get_lesson(lesson_id: str, lessons: Sequence[Lesson]) -> Lesson | None:
    """Return the lesson with exactly this id, or None."""
    return next((lesson for lesson in lessons if lesson.id == lesson_id), None)


def sort_key(lesson: Lesson) -> tuple[int, str]:
    """Return the key that lessons are listed by."""
    return lesson.manifest.order, lesson.id


def is_searchable(phrase: str) -> bool:
    """Return whether a lesson may have ``phrase`` as a keyword: each part of it has a letter or a digit."""
    return all(any(map(str.isalnum, part)) for part in phrase.split(" + "))


def _read_files(folder: Path, manifest: LessonManifest) -> tuple[LessonFile, ...]:
    root = folder / "files"
    listed = list(manifest.files)
    present = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        # A teacher who has run the program leaves __pycache__ beside it.
        if path.is_file() and cache_folders().isdisjoint(path.parts)
    }
    if missing := sorted(set(listed) - present):
        raise broken(folder, f"[files] 里的 {missing[0]} 不在 files 文件夹里")
    if unlisted := sorted(present - set(listed)):
        raise broken(folder, f"files 文件夹里的 {unlisted[0]} 没有写进 [files]")
    return tuple(_read_file(folder, path, intro, listed) for path, intro in manifest.files.items())


def _read_file(folder: Path, path: str, intro: str, listed: list[str]) -> LessonFile:
    if SafePath(path) != path or path.casefold() in _RESERVED_FILES:
        raise broken(folder, f"文件名 {path} 不能用（spec.md 和 plan.md 留给规格和计划）")
    if other := PathIndex(listed).collision(SafePath(path)):
        raise broken(folder, f"{path} 和 {other} 在某些系统上是同一个文件")
    text = read_text(folder, f"files/{path}")
    if len(text.encode("utf-8")) > MAX_FILE_BYTES:
        raise broken(folder, f"{path} 太大，一个文件最多 1 MB")
    # The closing tag begins a line of its own; a file without a last newline would gain one.
    if not text.endswith("\n"):
        raise broken(folder, f"{path} 要以换行结尾")
    # The file is sent between tags; a line that closes the tag would cut it.
    if any(line.strip() == "</file>" for line in text.splitlines()):
        raise broken(folder, f"{path} 里有一行是 </file>，会和分隔标记混淆")
    return LessonFile(path=path, intro=intro, text=text)
