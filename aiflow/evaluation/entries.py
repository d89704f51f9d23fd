"""The entries of a set: TOML files, each with a request and its checks.

The package's docstring describes the format.
"""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from aiflow.engines.lesson_library import load_lessons
from aiflow.exceptions import InputError
from aiflow.model.validators import MAX_PROMPT_CHARS

SETS_FOLDER = Path(__file__).with_name("sets")
_COMMON = frozenset({"kind", "title", "files", "any"})
_TALK = frozenset(
    {
        "steps",
        "answers",
        "contains",
        "lacks",
        "numbers",
        "within",
        "ends",
        "seconds",
        "all",
        "seed",
        "may_fail",
    }
)
# The keys of each kind of check: a misspelt one would silently check nothing.
_KEYS: Mapping[str, frozenset[str]] = {
    "console": _TALK,
    "window": frozenset({"begin", "keys", "variants", "time", "seed", "expect", "reach", "words"}),
    "function": frozenset({"names", "cases", "within"}),
    "files": _TALK | {"made"},
    "constructs": frozenset({"names", "required"}),
    "code": frozenset({"code"}),
    "any": frozenset(),
}
Half = Literal["tuning", "held_out"]


class Check(BaseModel):
    """One check.

    Attributes:
        kind: its kind; ``any`` where one of several checks must pass.
        title: a few words on it, for the report.
        values: the rest of its table, as the judge gets it.
        alternatives: the checks of ``any``.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str = ""
    values: dict[str, Any] = Field(default_factory=dict)
    alternatives: list["Check"] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            raise ValueError("一项检查应该是一个表")  # noqa: TRY004  # pydantic reports no other error
        kind = "any" if "any" in table else table.get("kind", "")
        if kind not in _KEYS:
            raise ValueError(f"没有这种检查：{kind}")
        unknown = sorted(set(table) - _COMMON - _KEYS[kind])
        if unknown:
            raise ValueError(f"检查 {kind} 里不认识 {'、'.join(unknown)}")
        return {
            "kind": kind,
            "title": table.get("title", ""),
            "values": table,
            "alternatives": table.get("any", []),
        }


class Entry(BaseModel):
    """A request, or a change of a given project, with its checks.

    Attributes:
        id: the file's name without its ending.
        request: the sentence.
        kind: what is asked for.
        language: of the sentence.
        detail: whether it leaves open how the program looks and talks.
        half: ``tuning``: prompts may be tuned on it; ``held_out``: they may not.
        project: in a change, the folder of the program that is changed.
        lesson: in a change, the lesson whose program is changed.
        files: files that lie beside the program when it is judged, path → text.
        check: what must hold besides that the program starts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    request: str = Field(min_length=1, max_length=MAX_PROMPT_CHARS)
    kind: Literal["game", "tool", "data", "algorithm"] = "tool"
    language: Literal["zh", "en"] = "zh"
    detail: Literal["vague", "exact"] = "exact"
    half: Half = "held_out"
    project: Path | None = None
    lesson: str | None = None
    files: dict[str, str] = Field(default_factory=dict)
    check: list[Check] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_one_base(self) -> Self:
        if self.project is not None and self.lesson is not None:
            raise ValueError("project 和 lesson 只能写一个")
        return self

    @property
    def is_change(self) -> bool:
        """Whether a project is changed."""
        return self.project is not None or self.lesson is not None

    def base_files(self) -> dict[str, str]:
        """Return the files of the program that is changed, by their paths.

        Raises:
            InputError: there is no such program.
        """
        if self.lesson is not None:
            for lesson in load_lessons([]):
                if lesson.id == self.lesson:
                    return {file.path: file.text for file in lesson.files}
            raise InputError(f"{self.id}：没有课程“{self.lesson}”。")
        root = self.project or Path()
        found = {
            path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.parent.name.startswith((".", "__"))
        }
        if not found:
            raise InputError(f"{self.id}：文件夹“{root.name}”里没有程序。")
        return found


def set_names() -> list[str]:
    """Return the names of the sets that are included."""
    return sorted(path.name for path in SETS_FOLDER.iterdir() if path.is_dir())


def load_set(name: str, half: Half | None = None, only: Collection[str] = ()) -> list[Entry]:
    """Return the entries of a set, in the order of their names.

    Args:
        name: of an included set, or a folder.
        half: only the entries of this half.
        only: only the entries with these ids.

    Raises:
        InputError: there is no such set or entry, or a file of it is wrong.
    """
    folder = SETS_FOLDER / name if name in set_names() else Path(name)
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not paths:
        raise InputError(
            f"没有评测集“{name}”。可以用：{'、'.join(set_names())}，或者一个放着 TOML 文件的文件夹。"
        )
    found = [_load(path) for path in paths]
    missing = set(only) - {entry.id for entry in found}
    if missing:
        raise InputError(f"评测集“{name}”里没有：{'、'.join(sorted(missing))}。")
    return [entry for entry in found if (not only or entry.id in only) and half in {None, entry.half}]


def _load(path: Path) -> Entry:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if "project" in table:
            table["project"] = path.parent / table["project"]
        return Entry.model_validate({"id": path.stem} | table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"评测集的文件 {path.name} 写得不对：{place} {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"评测集的文件 {path.name} 读不了：{error}") from None
