"""Lessons: projects written by hand (or recorded from a model) that are played like a model's answer.

A lesson is a folder; ``docs/lessons.md`` describes it for the teacher who writes one. This module reads such
a folder and finds the lesson that answers a sentence. It plays nothing: that is the engine's part.
"""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from aiflow.exceptions import ConfigError, UnsafePathError
from aiflow.model.paths import check_path, find_collision

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
    """One line of ``recording.jsonl``: text, usage or the end of an answer.

    ``prompts`` keeps what the model was sent; it is there for a reader and is not played.
    """

    phase: LessonPhase
    t: float = Field(default=0.0, ge=0)
    channel: Literal["thinking", "content"] | None = None
    text: str | None = None
    usage: RecordedUsage | None = None
    finish: Literal["stop", "length", "content_filter"] | None = None
    prompts: list[dict[str, str]] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "RecordedLine":
        said = [
            self.text is not None,
            self.usage is not None,
            self.finish is not None,
            self.prompts is not None,
        ]
        if sum(said) != 1:
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
    main: str = "main.py"
    order: int = 100
    files: dict[str, str] = {}
    model: str | None = None
    recorded_at: str | None = None

    @field_validator("keywords", "alone", "unless")
    @classmethod
    def _can_be_looked_for(cls, phrases: list[str]) -> list[str]:
        """Refuse a phrase without a word in it: it would be found in everything."""
        for phrase in phrases:
            if not all(any(map(str.isalnum, part)) for part in phrase.split(" + ")):
                raise ValueError(f"nothing to look for in {phrase!r}")
        return phrases

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "LessonManifest":
        if self.kind == "written" and self.main not in self.files:
            raise ValueError(f"[files] must name the main file {self.main}")
        if self.kind == "recorded" and not (self.model and self.recorded_at):
            raise ValueError("a recorded lesson needs model and recorded_at")
        return self


class LessonFile(_Strict):
    """A file of the lesson's project, with the sentence that announces it."""

    path: str
    intro: str
    text: str


class Lesson(_Strict):
    """A lesson, read whole.

    Attributes:
        id: the folder's name; ``template`` in a request names it.
        texts: for a written lesson, what its Markdown files say, by name without ``.md``.
        files: for a written lesson, the project's files in the order in which they are written.
        recording: for a recorded one, its lines.
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
    """Read one lesson folder.

    Args:
        folder: holds ``lesson.toml`` and what its kind needs.

    Returns:
        The lesson, checked.

    Raises:
        ConfigError: names the lesson and what is wrong with it.
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
    """Read all lessons: the ones that come with the product, and those of a teacher.

    Args:
        folders: further folders of lesson folders. A lesson with the id of an earlier one replaces it.

    Returns:
        The lessons by their ``order``, then id.

    Raises:
        ConfigError: a lesson is broken, or a folder is not there.
    """
    found: dict[str, Lesson] = {}
    for parent in (LESSONS_DIR, *folders):
        if not parent.is_dir():
            raise ConfigError(f"找不到课程文件夹“{parent.name}”。请检查配置里 lessons.folders 写的位置。")
        for manifest in sorted(parent.glob("*/lesson.toml")):
            found[manifest.parent.name] = load_lesson(manifest.parent)
    return tuple(sorted(found.values(), key=_shelf))


def get_lesson(lesson_id: str, lessons: Sequence[Lesson]) -> Lesson | None:
    """Return the lesson with exactly this id, if there is one."""
    return next((lesson for lesson in lessons if lesson.id == lesson_id), None)


def _shelf(lesson: Lesson) -> tuple[int, str]:
    return lesson.manifest.order, lesson.id


def _broken(folder: Path, why: str) -> ConfigError:
    return ConfigError(f"课程“{folder.name}”有问题：{why}。写法见 docs/lessons.md。")


def _read(folder: Path, name: str) -> str:
    """Read a text exactly: no newline is translated, so that a file can be given out byte for byte."""
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
        if path.is_file() and "__pycache__" not in path.parts
    }
    if missing := sorted(set(listed) - present):
        raise _broken(folder, f"[files] 里的 {missing[0]} 不在 files 文件夹里")
    if unlisted := sorted(present - set(listed)):
        raise _broken(folder, f"files 文件夹里的 {unlisted[0]} 没有写进 [files]")
    return tuple(_read_file(folder, path, intro, listed) for path, intro in manifest.files.items())


def _read_file(folder: Path, path: str, intro: str, listed: list[str]) -> LessonFile:
    if check_path(path) != path or path.casefold() in _RESERVED_FILES:
        raise _broken(folder, f"文件名 {path} 不能用（spec.md 和 plan.md 留给规格和计划）")
    if other := find_collision(path, listed):
        raise _broken(folder, f"{path} 和 {other} 在某些系统上是同一个文件")
    text = _read(folder, f"files/{path}")
    if len(text.encode("utf-8")) > MAX_FILE_BYTES:
        raise _broken(folder, f"{path} 太大，一个文件最多 1 MB")
    if not text.endswith("\n"):
        raise _broken(folder, f"{path} 要以换行结尾")
    # The file is sent between tags, so a line of its own that closes the tag would cut it.
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


# --- finding a lesson by words ------------------------------------------------------------------------------

# What a request says around its subject. What is left after these is what it is about, so that "snake" finds
# the lesson in "write me a snake game, please" and not in "a shop for snake leather".
_FILLER = re.compile(
    r"请你?|帮我|给我|为我|替我|帮忙|麻烦|我想要?|我要|想要|可以|能不能|能否|用|写一?[个款]?|做一?[个"
    r"款]?|制作|编写|开发|实现|(?<!学)生成|设计"
    r"|创建|弄|来一?[个款]?|玩|一[个款]|小?游戏|小?程序|小?项目|小?工具|应用|软件|代码|简单|有趣|好玩"
    r"|经典|的|吧|啊|吗|呢|个|在|里"
    r"|(?<![a-z0-9])(?:please|can|could|would|you|i|want|need|like|to|write|make|create|build|code|gi"
    r"ve|show|me|my|us"
    r"|a|an|the|one|some|simple|small|little|tiny|basic|classic|fun|nice|game|games|program|programme"
    r"|project|app"
    r"|python|pygame|with|in|using|for|play|of|and|hello|hi)(?![a-z0-9])"
)
_NO = (
    r"(?:不要|不想要?|不是|不做|不写|别做|别写|除了|(?<![a-z])(?:not|no|without|except)(?![a-z]))\s*(?:an"
    r"?\s|the\s)?\s*"
)
_CJK = r"\u3400-\u9fff"


def find_lesson(request: str, lessons: Sequence[Lesson]) -> Lesson | None:
    """Find the lesson that answers a request, by its words.

    A lesson answers if one of its ``keywords`` occurs (all parts of one written ``a + b``), or if the request
    is nothing but one of its ``alone`` words and filler; a phrase in ``unless`` rules it out. Latin words
    count only as whole words, Chinese ones anywhere.

    Args:
        request: what the student typed, Chinese or English.
        lessons: the lessons to choose from.

    Returns:
        The one with the most and longest words found (the first on the shelf of equals), or None.
    """
    words = _normal(request)
    scores = {lesson.id: _score(words, lesson.manifest) for lesson in lessons}
    best = min(lessons, key=lambda lesson: (-scores[lesson.id], _shelf(lesson)), default=None)
    return best if best is not None and scores[best.id] > 0 else None


def nearest_lessons(request: str, lessons: Sequence[Lesson], count: int = 3) -> list[Lesson]:
    """Return the lessons whose words are most like the request's.

    The shelf's order decides between equals.
    """
    asked = _pairs(_FILLER.sub(" ", _normal(request)))

    def distance(lesson: Lesson) -> tuple[int, tuple[int, str]]:
        manifest = lesson.manifest
        told = _pairs(
            _normal(" ".join([manifest.title, manifest.title_en, *manifest.keywords, manifest.summary]))
        )
        return -len(asked & told), _shelf(lesson)

    return sorted(lessons, key=distance)[:count]


def _normal(text: str) -> str:
    """Fold case and width, drop the spaces around Chinese, and turn what joins Latin words into spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"[-_/]+", " ", folded)
    folded = re.sub(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])", "", folded)
    return re.sub(r"\s+", " ", folded).strip()


def _pairs(text: str) -> set[str]:
    """Return what two texts are compared by: Latin words, and pairs of neighbouring Chinese characters."""
    words = set(re.findall(r"[a-z]{3,}", text))
    runs = re.findall(rf"[{_CJK}]+", text)
    return words | {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def _score(words: str, manifest: LessonManifest) -> int:
    words = _without_refused(words, [*manifest.keywords, *manifest.alone])
    if any(_occurs(_normal(phrase), words) for phrase in manifest.unless):
        return 0
    score = sum(_weight(words, keyword) for keyword in manifest.keywords)
    rest = _subject(words)
    if rest and any(rest == _subject(_normal(word)) for word in manifest.alone):
        score += 1
    return score


def _subject(words: str) -> str:
    """Return what is left of a request without its filler and punctuation."""
    return " ".join(re.findall(rf"[a-z0-9{_CJK}]+", _FILLER.sub(" ", words)))


def _without_refused(words: str, keywords: Iterable[str]) -> str:
    """Drop what is named only to say that it is not wanted."""
    phrases = sorted(
        (_normal(keyword) for keyword in keywords if " + " not in keyword), key=len, reverse=True
    )
    return re.sub(f"{_NO}(?:{'|'.join(map(re.escape, phrases))})", " ", words)


def _weight(words: str, keyword: str) -> int:
    parts = [_normal(part) for part in keyword.split(" + ")]
    return sum(len(part) for part in parts) if all(_occurs(part, words) for part in parts) else 0


def _occurs(phrase: str, words: str) -> bool:
    """Tell whether a phrase occurs; one that begins or ends with a Latin letter only as whole words."""
    at = words.find(phrase)
    while at >= 0:
        before, after = words[at - 1 : at], words[at + len(phrase) :][:1]
        if not (_joins(before, phrase[:1]) or _joins(phrase[-1:], after)):
            return True
        at = words.find(phrase, at + 1)
    return False


def _joins(left: str, right: str) -> bool:
    """Tell whether two neighbouring characters belong to one Latin word or number."""
    return all(char.isascii() and char.isalnum() for char in (left, right))
