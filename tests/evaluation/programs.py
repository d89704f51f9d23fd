"""A correct program for each entry of the included sets, and wrong ones: what validates the checks."""

import asyncio
import difflib
import functools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiflow.evaluation.entries import Entry
from aiflow.evaluation.judge import CheckResult, judge, make_check
from aiflow.languages.base import Mutant
from aiflow.languages.python.mutants import mutants
from tests.benchmarks.edit_changes import load_changes, write_files

_PROGRAMS = Path(__file__).with_name("programs")
# Programs that start and do nothing of what was asked for.
WRONG = {
    "empty": "",
    "prints": 'print("你好")\n',
    "reads": 'for _ in range(9):\n    print("你说的是", input("请输入："))\n',
}


@dataclass(frozen=True, slots=True)
class Validated:
    """The verdicts of an entry's checks on programs.

    Attributes:
        designs: how many correct programs there are.
        failures: of the correct programs.
        passing: the wrong programs that pass: there should be none.
        killed: how many mutants of the first correct program fail.
        mutants: how many there are.
        alive: the mutants that pass.
    """

    entry: Entry
    designs: int
    failures: list[str]
    passing: list[str]
    killed: int
    mutants: int
    alive: list[str]


def correct_programs(entry: Entry) -> list[Mapping[str, str]]:
    """The files of programs that do what an entry asks for, of several designs where it leaves them open."""
    if entry.is_change:
        return [_changes()[entry.id]]
    paths = [_PROGRAMS / f"{entry.id}.py", *sorted(_PROGRAMS.glob(f"{entry.id}.[0-9].py"))]
    return [{"main.py": path.read_text(encoding="utf-8")} for path in paths]


@functools.cache
def _changes() -> dict[str, Mapping[str, str]]:
    return {change.id: change.wanted for change in load_changes()}


async def failures(entry: Entry, files: Mapping[str, str], *, first: bool = False) -> list[str]:
    """The findings of the checks; with ``first``, only those of the first check that has some."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_files(root, files)
        if not first:
            return _wrong((await judge(entry, root, "main.py")).results)
        # A mutant that a check kills needs no smoke test of three seconds.
        for check in entry.check:
            found = _wrong([await make_check(check, root, "main.py", files=entry.files)])
            if found:
                return found
        return []


def _wrong(results: list[CheckResult]) -> list[str]:
    return [f"{result.title or result.kind}: {text}" for result in results for text in result.wrong]


def wrong_programs(entry: Entry) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Programs that must fail: those that do nothing, and in a change the program as it was."""
    if entry.is_change:
        yield "unchanged", entry.base_files()
    else:
        yield from ((name, {"main.py": text}) for name, text in WRONG.items())


def mutants_of(entry: Entry, files: Mapping[str, str], count: int) -> list[Mutant]:
    """Mutants of the correct program; in a change, of the lines that it changes."""
    sources = {path: text for path, text in files.items() if path.endswith(".py")}
    if not entry.is_change:
        return mutants(sources, count)
    base = entry.base_files()
    changed = {path: text for path, text in sources.items() if text != base.get(path)}
    lines = {(path, line) for path, text in changed.items() for line in _new_lines(base.get(path, ""), text)}
    return [one for one in mutants(changed, 200) if (one.path, one.line) in lines][:count]


def _new_lines(old: str, new: str) -> Iterator[int]:
    matcher = difflib.SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag != "equal":
            yield from range(first + 1, last + 1)


async def validate(entry: Entry, count: int) -> Validated:
    """Judge the correct programs, the wrong ones and some mutants."""
    designs = correct_programs(entry)
    files = designs[0]
    passing = [name for name, wrong in wrong_programs(entry) if not await failures(entry, wrong, first=True)]
    found = mutants_of(entry, files, count)
    alive = [
        f"{one.path}:{one.line} {one.operator}"
        for one in found
        if not await failures(entry, {**files, one.path: one.text}, first=True)
    ]
    return Validated(
        entry=entry,
        designs=len(designs),
        failures=[failure for design in designs for failure in await failures(entry, design)],
        passing=passing,
        killed=len(found) - len(alive),
        mutants=len(found),
        alive=alive,
    )


def run_validation(entry: Entry, count: int) -> Validated:
    """``validate`` without an event loop."""
    return asyncio.run(validate(entry, count))
