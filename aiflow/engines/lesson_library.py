"""The lesson library: reads and checks lesson folders.

A lesson is a project, written by hand or recorded from a model, that is played like a model's answer.
``docs/lessons.md`` describes its folder for teachers.
"""

import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from aiflow.exceptions import ConfigError, UnsafePathError
from aiflow.model.language_facts import cache_folders, default_main_file
from aiflow.model.paths import PathIndex, SafePath

LESSONS_DIR = Path(__file__).parents[1] / "lessons"
MAX_FILE_BYTES = 1_000_000
_WRITTEN_TEXTS = ("specify", "specify.thinking", "plan", "plan.thinking", "implement.thinking")
_RESERVED_FILES = frozenset({"spec.md", "plan.md"})

LessonPhase = Literal["specify", "plan", "implement", "repair"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordedUsage(_Strict):
    """The token counts that a service gave for a request."""

    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class RecordedLine(_Strict):
    """One line of ``recording.jsonl``: a piece of text, the usage, or the end of an answer.

    ``prompts`` are the messages that were sent to the model; they are kept for readers and are not played.
    """

    phase: LessonPhase
    t: float = Field(default=0.0, ge=0)
    channel: Literal["thinking", "content"] | None = None
    text: str | None = None
    usage: RecordedUsage | None = None
    finish: Literal["stop", "length", "content_filter"] | None = None
    prompts: list[dict[str, str]] | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> "RecordedLine":
        given = [
            self.text is not None,
            self.usage is not None,
            self.finish is not None,
            self.prompts is not None,
        ]
        if sum(given) != 1:
            raise ValueError("exactly one of text, usage, finish, prompts")
        if (self.text is None) != (self.channel is None):
            raise ValueError("text and channel go together")
        return self


class LessonManifest(_Strict):
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


class LessonFile(_Strict):
    """A file of the lesson's project, with the sentence that introduces it."""

    path: str
    intro: str
    text: str


class Lesson(_Strict):
    """A lesson with all its texts.

    Attributes:
        id: the folder's name; ``template`` in a request names it.
        manifest: the contents of ``lesson.toml``.
        texts: of a written lesson, its Markdown files by name without ``.md``.
        files: of a written lesson, the project's files in the order in which they are written.
        recording: of a recorded lesson, its lines.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    manifest: LessonManifest
    texts: dict[str, str] = {}
    files: tuple[LessonFile, ...] = ()
    recording: tuple[RecordedLine, ...] = ()

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
    try:
        manifest = LessonManifest.model_validate(tomllib.loads(_read(folder, "lesson.toml")))
        if manifest.kind == "recorded":
            return Lesson(id=folder.name, manifest=manifest, recording=_read_recording(folder))
        texts = {name: _read(folder, f"{name}.md") for name in _WRITTEN_TEXTS}
        return Lesson(id=folder.name, manifest=manifest, texts=texts, files=_read_files(folder, manifest))
    except tomllib.TOMLDecodeError as error:
        raise _broken(folder, f"lesson.toml 不是正确的 TOML：{error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "lesson.toml"
        raise _broken(folder, f"{where}：{first['msg']}") from error
    except UnsafePathError as error:
        raise _broken(folder, error.message) from error


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


def _broken(folder: Path, why: str) -> ConfigError:
    return ConfigError(f"课程“{folder.name}”有问题：{why}。写法见 docs/lessons.md。")


def _read(folder: Path, name: str) -> str:
    """Read a text without translating newlines: a lesson's files are written byte for byte."""
    try:
        return (folder / name).read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise _broken(folder, f"缺少文件 {name}") from error
    except UnicodeDecodeError as error:
        raise _broken(folder, f"{name} 不是 UTF-8 编码") from error
    except OSError as error:
        raise _broken(folder, f"读不了 {name}") from error


def _read_files(folder: Path, manifest: LessonManifest) -> tuple[LessonFile, ...]:
    root = folder / "files"
    listed = list(manifest.files)
    present = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and cache_folders().isdisjoint(path.parts)
    }
    if missing := sorted(set(listed) - present):
        raise _broken(folder, f"[files] 里的 {missing[0]} 不在 files 文件夹里")
    if unlisted := sorted(present - set(listed)):
        raise _broken(folder, f"files 文件夹里的 {unlisted[0]} 没有写进 [files]")
    return tuple(_read_file(folder, path, intro, listed) for path, intro in manifest.files.items())


def _read_file(folder: Path, path: str, intro: str, listed: list[str]) -> LessonFile:
    if SafePath(path) != path or path.casefold() in _RESERVED_FILES:
        raise _broken(folder, f"文件名 {path} 不能用（spec.md 和 plan.md 留给规格和计划）")
    if other := PathIndex(listed).collision(SafePath(path)):
        raise _broken(folder, f"{path} 和 {other} 在某些系统上是同一个文件")
    text = _read(folder, f"files/{path}")
    if len(text.encode("utf-8")) > MAX_FILE_BYTES:
        raise _broken(folder, f"{path} 太大，一个文件最多 1 MB")
    if not text.endswith("\n"):
        raise _broken(folder, f"{path} 要以换行结尾")
    # The file is sent between tags; a line that closes the tag would cut it.
    if any(line.strip() == "</file>" for line in text.splitlines()):
        raise _broken(folder, f"{path} 里有一行是 </file>，会和分隔标记混淆")
    return LessonFile(path=path, intro=intro, text=text)


def _read_recording(folder: Path) -> tuple[RecordedLine, ...]:
    lines: list[RecordedLine] = []
    for number, line in enumerate(_read(folder, "recording.jsonl").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data: Any = json.loads(line)
            lines.append(RecordedLine.model_validate(data))
        except (json.JSONDecodeError, ValidationError) as error:
            raise _broken(folder, f"recording.jsonl 第 {number} 行不对") from error
    phases = {line.phase for line in lines}
    if absent := [phase for phase in ("specify", "plan", "implement") if phase not in phases]:
        raise _broken(folder, f"recording.jsonl 里没有 {absent[0]} 阶段")
    return tuple(lines)
