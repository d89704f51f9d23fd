"""Compares how soon a change and a generation show what the model types: chunks and files.

    python -m tests.benchmarks.change_events [--rounds 3]

An engine of this process types the same ten files, once as a new project and once as a change of every file.
The delay is from the moment at which the engine gave a text to the event that a reader gets.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from aiflow.config import Config
from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta
from aiflow.model.events import ChunkEvent, FileWrittenEvent
from aiflow.pipeline.flow import Flow
from tests.benchmarks.paced_model import program
from tests.benchmarks.table import show

_PARTS = 9
_TOKEN_CHARS = 4
_TOKEN_S = 0.002
# Beside what a generation takes: the merge of the file, and the search for its edits.
_MOST_MS = 30
_SPEC = "# 走一走\n\n项目类型: walk\n\n走一步，看一看。\n\n## 功能\n\n- 走一步\n- 看一看\n"


class Typing(Engine):
    """Types the files of the next answer, and remembers when it gave each character."""

    name = "lessons"
    model = "typing"

    def __init__(self) -> None:
        self.files: Mapping[str, str] = {}
        self.given: list[tuple[int, float]] = []
        self.ends: dict[str, int] = {}

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        """Answer a phase."""
        if request.phase != "implement":
            plan = "# 方案\n\n## 文件\n\n" + "".join(f"- `{path}`：一部分\n" for path in self.files)
            yield TextDelta("content", _SPEC if request.phase == "specify" else plan)
            yield FinishDelta("stop")
            return
        text = ""
        for path, content in self.files.items():
            text += f'<file path="{path}">\n{content}</file>\n'
            self.ends[path] = len(text)
        self.given = []
        for at in range(0, len(text), _TOKEN_CHARS):
            self.given.append((at + _TOKEN_CHARS, time.perf_counter()))
            yield TextDelta("content", text[at : at + _TOKEN_CHARS])
            await asyncio.sleep(_TOKEN_S)
        yield FinishDelta("stop")

    def given_at(self, chars: int) -> float:
        """Return when so many characters had been given."""
        return next((when for count, when in self.given if count >= chars), self.given[-1][1])


async def measure(flow: Flow, engine: Typing, copied: int) -> tuple[list[float], list[float]]:
    """Run a flow; return the delays in milliseconds of its chunks and of its files.

    Args:
        flow: the run.
        engine: that of the run.
        copied: how many files a change copies before the model types.
    """
    chunks: list[float] = []
    files: list[float] = []
    typed = skipped = 0
    async for event in flow.events():
        now = time.perf_counter()
        if isinstance(event, ChunkEvent) and event.path is not None:
            # The marks around a file are no text of it: the chunk's place is where its file begins, and on.
            before = engine.ends[event.path] - len("</file>\n") - len(engine.files[event.path])
            typed = typed if typed > before else before
            chunks.append((now - engine.given_at(typed + 1)) * 1000)
            typed += len(event.text)
        elif isinstance(event, FileWrittenEvent) and event.path in engine.files:
            skipped += 1
            if skipped > copied:
                files.append((now - engine.given_at(engine.ends[event.path])) * 1000)
    return chunks, files


async def compare(rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return the delays of generations and of changes."""
    found: dict[str, tuple[list[float], list[float]]] = {"generation": ([], []), "change": ([], [])}
    new = program(_PARTS)
    with tempfile.TemporaryDirectory() as folder:
        values = {
            "run": {"durability": "none"},
            "tests": {"enabled": False},
            "gates": {"smoke_run": False, "plugins": False},
        }
        config = Config.model_validate(
            values | {"projects_dir": folder, "logs_dir": folder, "folder": Path(folder)}
        )
        for _ in range(rounds):
            engine = Typing()
            engine.files = new
            first = Flow("走一走", config=config, engine=engine)
            generated = await measure(first, engine, 0)
            engine.files = {
                path: text.replace("walked", "went").replace("1", "2") for path, text in new.items()
            }
            changed = await measure(first.change("走两步"), engine, len(new))
            for name, delays in (("generation", generated), ("change", changed)):
                found[name][0].extend(delays[0])
                found[name][1].extend(delays[1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    found = asyncio.run(compare(parser.parse_args().rounds))
    rows = [
        [name, len(chunks), *_figures(chunks), len(files), *_figures(files)]
        for name, (chunks, files) in found.items()
    ]
    head = ["run", "chunks", "p50 ms", "p99 ms", "files", "p50 ms", "p99 ms"]
    show("Delay from the model's text to the event", head, rows)
    medians = [statistics.median(files) for _, files in found.values()]
    if medians[1] > medians[0] + _MOST_MS:
        sys.exit(1)


def _figures(delays: list[float]) -> list[float]:
    ordered = sorted(delays)
    return [statistics.median(ordered), ordered[int(len(ordered) * 0.99) - 1]]


if __name__ == "__main__":
    main()
