"""The follow-up changes that edit formats are measured on: the included set of changes, each made by hand."""

import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiflow.engines.lesson_library import load_lessons
from aiflow.evaluation.entries import Check, Entry, load_set
from aiflow.evaluation.judge import make_check
from aiflow.model.line_diff import count_lines

_SET = Path(__file__).with_name("edit_set")


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence about a program, how to find out whether it came true, and the change by hand.

    Attributes:
        entry: the sentence and its two checks: of the change, and of what was there before.
        spec: the specification of the program as it is.
        path: the file that the change is about.
        files: the program, path → text.
        wanted: the same after a change by hand.
    """

    entry: Entry
    spec: str
    path: str
    files: Mapping[str, str]
    wanted: Mapping[str, str]

    @property
    def id(self) -> str:
        """Its name."""
        return self.entry.id

    @property
    def base(self) -> str:
        """The program's name."""
        return self.entry.lesson or (self.entry.project or Path()).name

    @property
    def check(self) -> Check:
        """It fails before the change and passes after it."""
        return self.entry.check[0]

    @property
    def regression(self) -> Check:
        """It passes before and after."""
        return self.entry.check[1]

    @property
    def needed_lines(self) -> int:
        """The added and removed lines of the change by hand."""
        return changed_lines(self.files, self.wanted)


def load_changes() -> list[Change]:
    """Return the set."""
    lessons = {lesson.id: lesson for lesson in load_lessons([])}
    data = tomllib.loads(_SET.joinpath("changes.toml").read_text(encoding="utf-8"))
    entries = {entry.id: entry for entry in load_set("changes")}
    found = []
    for reference in data["change"]:
        entry = entries[reference["id"]]
        files, path = entry.base_files(), reference["path"]
        text = files[path]
        for old, new in zip(reference["old"], reference["new"], strict=True):
            if text.count(old) != 1:
                raise ValueError(f"{entry.id}: {old!r} is not in {path} once")
            text = text.replace(old, new)
        if entry.lesson:
            spec = lessons[entry.lesson].texts["specify"]
        else:
            name = (entry.project or Path()).name
            spec = f"# {name}\n\n## 功能\n\n- {data['programs'][name]}\n"
        found.append(Change(entry, spec, path, files, {**files, path: text}))
    return found


async def passes(files: Mapping[str, str], check: Check) -> bool:
    """Return whether a check passes for a program with these files."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), files)
        return (await make_check(check, Path(folder), "main.py")).passes


async def tells_apart(change: Change) -> bool:
    """Return whether the checks of a change do what they are for."""
    return (
        await passes(change.wanted, change.check)
        and await passes(change.wanted, change.regression)
        and await passes(change.files, change.regression)
        and not await passes(change.files, change.check)
    )


def write_files(root: Path, files: Mapping[str, str]) -> None:
    """Write a program into a folder."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def changed_lines(old: Mapping[str, str], new: Mapping[str, str]) -> int:
    """Return how many lines are added and removed between two versions of a program."""
    return sum(sum(count_lines(old.get(path, ""), new.get(path, ""))) for path in {*old, *new})
