"""The follow-up changes that edit formats are measured on; edit_set/changes.toml says what is in the set."""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiflow.engines.lesson_library import load_lessons
from aiflow.model.line_diff import count_lines

_SET = Path(__file__).with_name("edit_set")
_TIMEOUT_S = 20
_PRELUDE = """
import contextlib, importlib, io, subprocess, sys

def printed(work):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        work()
    return out.getvalue()

def run(lines):
    given = "".join(line + "\\n" for line in lines)
    command = [sys.executable, "main.py"]
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", timeout=10)
    assert done.returncode == 0, done.stderr
    return done.stdout

"""


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence about a program, and how to find out whether it came true.

    Attributes:
        id: its name.
        base: the program's name.
        spec: the specification of the program as it is.
        request: the student's sentence.
        path: the file that the change is about.
        files: the program, path → text.
        wanted: the same after a change by hand.
        check: Python that fails before the change and passes after it.
        regression: Python that passes before and after.
    """

    id: str
    base: str
    spec: str
    request: str
    path: str
    files: Mapping[str, str]
    wanted: Mapping[str, str]
    check: str
    regression: str

    @property
    def needed_lines(self) -> int:
        """The added and removed lines of the change by hand."""
        return changed_lines(self.files, self.wanted)


def load_changes() -> list[Change]:
    """Return the set."""
    lessons = {lesson.id: lesson for lesson in load_lessons([])}
    data = tomllib.loads(_SET.joinpath("changes.toml").read_text(encoding="utf-8"))
    found = []
    for entry in data["change"]:
        base = entry.get("lesson") or entry["program"]
        if "lesson" in entry:
            files = {file.path: file.text for file in lessons[base].files}
            spec = lessons[base].texts["specify"]
        else:
            files = {"main.py": _SET.joinpath("programs", f"{base}.txt").read_text(encoding="utf-8")}
            spec = f"# {base}\n\n## 功能\n\n- {data['programs'][base]}\n"
        text = files[entry["path"]]
        for old, new in zip(entry["old"], entry["new"], strict=True):
            if text.count(old) != 1:
                raise ValueError(f"{entry['id']}: {old!r} is not in {entry['path']} once")
            text = text.replace(old, new)
        modules = entry.get("import", "main as m")
        prelude = f"{_PRELUDE}{entry.get('setup', '')}\nimport {modules}\n"
        found.append(
            Change(
                id=entry["id"],
                base=base,
                spec=spec,
                request=entry["request"],
                path=entry["path"],
                files=files,
                wanted={**files, entry["path"]: text},
                check=prelude + entry["check"],
                regression=prelude + entry["regression"],
            )
        )
    return found


def passes(files: Mapping[str, str], code: str) -> bool:
    """Return whether a check passes in a folder with these files."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-X", "utf8", "-c", code],
                cwd=folder,
                env={**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
                input="",
                capture_output=True,
                encoding="utf-8",
                timeout=_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def tells_apart(change: Change) -> bool:
    """Return whether the checks of a change do what they are for."""
    return (
        passes(change.wanted, f"{change.check}\n{change.regression}")
        and passes(change.files, change.regression)
        and not passes(change.files, change.check)
    )


def changed_lines(old: Mapping[str, str], new: Mapping[str, str]) -> int:
    """Return how many lines are added and removed between two versions of a program."""
    return sum(sum(count_lines(old.get(path, ""), new.get(path, ""))) for path in {*old, *new})
