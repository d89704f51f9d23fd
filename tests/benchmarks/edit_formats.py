"""Measures in which form a model changes files best: whole files, functions, or search and replace blocks.

    AIFLOW_BASE_URL=… AIFLOW_API_KEY=… AIFLOW_MODEL=… python -m tests.benchmarks.edit_formats

Each change of edit_set/ goes through the real pipeline once for each form. Specification and plan are given
(the sentence, and the file that it is about), so that the forms differ in nothing else; with --documents
the model writes them. A change passes when its check and its regression check do. --answers keeps the model's
answers in a folder:  an interrupted measurement goes on where it was.
"""

import argparse
import asyncio
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from aiflow.config import Config
from aiflow.engines.base import Delta, EditFormat, Engine, EngineRequest, FinishDelta, TextDelta
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.engines.testing import ScriptedEngine
from aiflow.exceptions import AIFlowError, EngineError
from aiflow.pipeline.flow import Flow
from tests.benchmarks.edit_changes import Change, changed_lines, load_changes, passes, tells_apart
from tests.benchmarks.table import show

_RESULTS = frozenset({"spec.md", "plan.md"})
Outcome = Literal["pass", "check", "regression", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One change in one form.

    Attributes:
        requests: to write files: 1, and one more for each repair and each file that was requested whole.
        seconds: of those requests.
        lines: added and removed.
    """

    change: Change
    outcome: Outcome
    requests: int
    seconds: float
    lines: int


class Remembering(Engine):
    """Asks a model once for each request and keeps its answer, with the time that it took."""

    name = "openai"

    def __init__(
        self, engine: OpenAIEngine, edit_format: EditFormat, answers: Path, given: Mapping[str, str]
    ) -> None:
        self.model = engine.model
        self.context_tokens = engine.context_tokens
        self.edit_format = edit_format
        self.writing: list[float] = []
        self._engine = engine
        self._answers = answers
        self._given = given

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        """Answer as the model did, or does."""
        if request.phase in self._given:
            yield TextDelta("content", self._given[request.phase])
            yield FinishDelta("stop")
            return
        messages = [[message.role, message.content] for message in request.messages]
        key = hashlib.sha256(json.dumps([self.model, messages, request.part]).encode()).hexdigest()
        path = self._answers / f"{key}.json"
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            self._count(request, kept["seconds"])
            yield TextDelta("content", kept["text"])
            yield FinishDelta(kept["finish"])
            return
        began, said, finish = time.monotonic(), "", "stop"
        is_answer = True
        try:
            async for delta in self._engine.stream(request):
                if isinstance(delta, TextDelta) and delta.channel == "content":
                    said += delta.text
                elif isinstance(delta, FinishDelta):
                    finish = delta.reason
                yield delta
        except EngineError:
            is_answer = False
            raise
        finally:
            # Also where the pipeline stops a model that repeats itself: next time it stops there again.
            seconds = time.monotonic() - began
            self._count(request, seconds)
            kept = {"phase": request.phase, "seconds": seconds, "text": said, "finish": finish}
            if is_answer:
                path.write_text(
                    json.dumps(kept | {"messages": messages}, ensure_ascii=False), encoding="utf-8"
                )

    def _count(self, request: EngineRequest, seconds: float) -> None:
        if request.phase in {"implement", "repair"}:
            self.writing.append(seconds)


async def measure(
    change: Change, edit_format: EditFormat, config: Config, answers: Path, *, documents: bool
) -> Measured:
    """Change the program in one form, and look whether the change came true."""
    plan = "# 方案\n\n## 文件\n\n" + "".join(f"- `{path}`：程序的一部分\n" for path in change.files)
    files = "".join(f'<file path="{path}">\n{text}</file>\n' for path, text in change.files.items())
    base = Flow(
        change.base,
        config=config,
        engine=ScriptedEngine({"specify": change.spec, "plan": plan, "implement": files}, chunk_size=10_000),
    )
    await base.run()
    given = {
        "specify": f"## 功能\n\n- 【新增】{change.entry.request}\n",
        "plan": f"# 方案\n\n{change.entry.request}\n\n## 文件\n\n- `{change.path}`：{change.entry.request}\n",
    }
    engine = Remembering(
        OpenAIEngine(config.openai, config.api_key), edit_format, answers, {} if documents else given
    )
    flow = base.change(change.entry.request, engine=engine)
    try:
        project = await flow.run()
    except AIFlowError as error:
        outcome: Outcome = "unchanged" if error.reason == "unchanged" else "failed"
        print(
            f"  {change.id} {edit_format}: {error.reason} {error.message[:80]}", file=sys.stderr, flush=True
        )
        return Measured(change, outcome, len(engine.writing), sum(engine.writing), 0)
    written = _texts(Path(project.root or ""))
    outcome = "pass" if await passes(written, change.check) else "check"
    if not await passes(written, change.regression):
        outcome = "regression"
    lines = changed_lines(change.files, written)
    told = f"{outcome}, {len(engine.writing)} requests, {sum(engine.writing):.0f} s, {lines} lines"
    print(f"  {change.id} {edit_format}: {told} for {change.needed_lines}", file=sys.stderr, flush=True)
    return Measured(change, outcome, len(engine.writing), sum(engine.writing), lines)


def _texts(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file() and path.name not in _RESULTS
    }


def row(edit_format: str, found: list[Measured]) -> list[object]:
    """Return the line of a form in the table."""
    passed = [one for one in found if one.outcome == "pass"]
    excess = [one.lines / one.change.needed_lines for one in passed]
    counts = [sum(one.outcome == outcome for one in found) for outcome in get_args(Outcome)[1:]]
    return [
        edit_format,
        f"{len(passed)} of {len(found)} ({len(passed) / len(found):.0%})",
        *counts,
        sum(max(0, one.requests - 1) for one in found),
        f"{statistics.median(one.seconds for one in found):.0f}",
        f"{statistics.median(excess):.2f}" if excess else "–",
        f"{statistics.mean(excess):.2f}" if excess else "–",
    ]


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--formats", nargs="*", default=list(get_args(EditFormat)))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--documents", action="store_true")
    options = parser.parse_args()
    changes = [one for one in load_changes() if not options.only or one.id in options.only]
    if wrong := [one.id for one in changes if not await tells_apart(one)]:
        raise SystemExit(f"checks that tell nothing: {', '.join(wrong)}")
    with tempfile.TemporaryDirectory() as folder:
        answers = options.answers or Path(folder, "answers")
        answers.mkdir(parents=True, exist_ok=True)
        found: dict[str, list[Measured]] = {name: [] for name in options.formats}
        for change in changes:
            for name in options.formats:
                config = _config(Path(folder, "runs", change.id, name))
                found[name].append(
                    await measure(
                        change, cast("EditFormat", name), config, answers, documents=options.documents
                    )
                )
    head = ["form", "passes", "check fails", "regression", "unchanged", "run failed", "further requests"]
    head += ["seconds (median)", "changed ÷ needed lines (median)", "(mean)"]
    show(
        f"{len(changes)} changes by {_config(Path()).openai.model}",
        head,
        [row(*item) for item in found.items()],
    )
    best = max(sum(one.outcome == "pass" for one in ones) / len(ones) for ones in found.values())
    return int(best < 0.5)


def _config(folder: Path) -> Config:
    given = Config.load()
    # A small model on two processors reads a prompt for a minute before it says anything.
    limits = {
        "temperature": 0.1,
        "max_completion_tokens": 1200,
        "context_tokens": 16_384,
        "stall_timeout_s": 600.0,
    }
    openai = given.openai.model_copy(update=limits)
    run = given.run.model_copy(update={"budget_s": 3600.0, "repair_attempts": 1, "durability": "none"})
    return given.model_copy(
        update={
            "openai": openai,
            "run": run,
            "projects_dir": folder / "projects",
            "logs_dir": folder / "logs",
        }
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
