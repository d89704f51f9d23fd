"""Judges a program by running it: the smoke test, then each check in a sandbox of its own.

The checks run beside the program, in its process (``Language.judge_kit``), so that this process
executes and parses nothing of it. A program that wants to deceive the judge can; what is measured is models
that were asked for something else.
"""

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from aiflow.config import RunnerConfig
from aiflow.evaluation.entries import Check, Entry
from aiflow.exceptions import RunnerError
from aiflow.languages.registry import language_of
from aiflow.sandbox.events import Ended, Output
from aiflow.sandbox.process import start_program
from aiflow.sandbox.smoke_test import smoke_test

_KIT_NAME = "_aiflow_kit"
_SMOKE_S = 3.0
# A check of the included sets computes for less than five seconds; a program that never ends costs this much.
_CHECK_CPU_S = 30.0
_CHECK_WALL_S = 240.0  # on a busy machine


class CheckResult(BaseModel):
    """The result of one check.

    Attributes:
        kind: the check's kind; ``starts`` for the smoke test.
        title: its title.
        wrong: what did not hold, in Chinese; empty where it passes.
        text: what the program printed or drew meanwhile.
    """

    kind: str
    title: str = ""
    wrong: list[str]
    text: str = ""

    @property
    def passes(self) -> bool:
        """Whether it passes."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgement of a program.

    Attributes:
        results: of each check; the first one says whether it starts.
        picture: the first picture of its window, as a PNG.
    """

    results: list[CheckResult]
    picture: bytes | None = field(default=None, repr=False)

    @property
    def starts(self) -> bool:
        """Whether the program starts."""
        return self.results[0].passes

    @property
    def passes(self) -> bool:
        """Whether it does what was asked."""
        return all(result.passes for result in self.results)


async def judge(entry: Entry, root: Path, main: str, limits: RunnerConfig | None = None) -> Judged:
    """Judge a program.

    Args:
        entry: what was asked for.
        root: the program's folder, which stays as it is.
        main: its main file.
        limits: what it may use.
    """
    limits = limits or RunnerConfig()
    with _copy(root, entry.files) as copy:
        try:
            smoke = await smoke_test(copy, main, limits, _SMOKE_S)
            starts = CheckResult(kind="starts", wrong=[finding.message for finding in smoke.findings])
            picture = smoke.first_frame
        except RunnerError as error:
            starts, picture = CheckResult(kind="starts", wrong=[error.message]), None
    results = [starts]
    for check in entry.check:
        results.append(await make_check(check, root, main, limits, entry.files))
    return Judged(results, picture)


async def make_check(
    check: Check,
    root: Path,
    main: str,
    limits: RunnerConfig | None = None,
    files: Mapping[str, str] | None = None,
) -> CheckResult:
    """Make one check of a program; ``files`` lie beside it."""
    if check.kind == "any":
        found = []
        for one in check.alternatives:
            result = await make_check(one, root, main, limits, files)
            if result.passes:
                return result.model_copy(update={"title": check.title or result.title})
            found.append(result)
        nearest = min(found, key=lambda result: len(result.wrong))
        return nearest.model_copy(update={"title": check.title or nearest.title})
    language = language_of(main)
    kit = language.judge_kit() if language is not None else None
    if kit is None:
        return CheckResult(kind=check.kind, title=check.title, wrong=[f"没有办法检查“{main}”这样的程序"])
    with _copy(root, {**(files or {}), **check.values.get("files", {})}) as copy:
        nonce = secrets.token_hex(16)
        shutil.copytree(kit.folder, copy / _KIT_NAME, ignore=shutil.ignore_patterns("*.pyc"))
        given = {"check": check.values, "main": main, "nonce": nonce}
        (copy / "_aiflow_check.json").write_text(json.dumps(given), encoding="utf-8")
        (copy / kit.main).write_text(kit.text.replace("$package", _KIT_NAME), encoding="utf-8")
        wrong, text = await _run(copy, kit.main, nonce, limits or RunnerConfig())
    return CheckResult(kind=check.kind, title=check.title, wrong=wrong, text=text)


async def _run(root: Path, main: str, nonce: str, limits: RunnerConfig) -> tuple[list[str], str]:
    limits = limits.model_copy(
        update={
            "wall_timeout_s": min(limits.wall_timeout_s, _CHECK_WALL_S),
            "cpu_budget_s": min(limits.cpu_budget_s, _CHECK_CPU_S),
        }
    )
    output: list[str] = []
    message = ""
    try:
        async with await start_program(root, main, limits=limits) as run:
            await run.close_stdin()
            async for event in run.events():
                if isinstance(event, Output):
                    output.append(event.text)
                elif isinstance(event, Ended):
                    message = event.message
    except RunnerError as error:
        message = error.message
    text = "".join(output)
    _, found, verdict = text.rpartition(nonce)
    if not found:
        return [f"检查没有做完：{message or '程序提前结束了'}"], text[-2000:]
    result = json.loads(verdict.splitlines()[0])
    return result["wrong"], result["text"]


@contextmanager
def _copy(root: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """Yield a copy of a project with further files: each check starts from what was generated."""
    with tempfile.TemporaryDirectory(prefix="aiflow-eval-", ignore_cleanup_errors=True) as folder:
        # A link stays a link: its target is not part of the project.
        copy = Path(shutil.copytree(root, Path(folder, "project"), symlinks=True))
        for path, text in files.items():
            (copy / path).unlink(missing_ok=True)  # it may be a link
            (copy / path).write_text(text, encoding="utf-8")
        yield copy
