"""Measures processor time per streamed chunk, from the socket to the journal, beside the SDK's own.

    python -m tests.benchmarks.engine [--rounds N]

A model service on loopback (a process of its own) sends chunks shaped like MiniMax's, either as fast as they
go, so that many arrive in one read, or one a packet, as a model types them. Each row is this process's
processor time, the slope between a short and a long answer, so that what a request costs once is left out;
the best of some rounds.

Target: from socket to journal less than the SDK takes to make typed objects. The exit code says whether it
was met.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from pydantic import SecretStr

from aiflow.config import Config, GatesConfig, OpenAIConfig, RunConfig
from aiflow.engines.base import EngineRequest, Message, TextDelta
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.pipeline.flow import Flow
from tests.modelserver import canned, chunk, event, usage_chunk
from tests.modelserver.server import _read_request

SIZES = {"burst": (2_000, 8_000), "paced": (300, 1_200)}
PIECES = (
    "    print(",
    '"贪吃蛇',
    "得分",
    '：{score}")',
    "\n",
    "    score ",
    "+= 1",
    "  # 吃到",
    "食物",
    "\n",
)
Row = Callable[[str, str], Awaitable[int]]


# --- the service --------------------------------------------------------------------------------------------


def _chunk(text: str) -> bytes:
    extras = {"name": "MiniMax AI", "audio_content": "", "role": "assistant"}
    more: dict[str, Any] = {
        "usage": None,
        "input_sensitive": False,
        "output_sensitive": False,
        "base_resp": None,
    }
    return event(chunk({"content": text, **extras}, **more))


def _answer(phase: str, count: int) -> list[bytes]:
    if phase in {"specify", "plan"}:
        texts = [canned.CONTENT[phase]]
    else:
        texts = ['<file path="main.py">\nscore = 0\nif score == 0:\n']
        # No line twice: a model that repeats itself is stopped.
        texts += [PIECES[number % len(PIECES)].replace("\n", f"  # {number}\n") for number in range(count)]
        texts += ["\n</file>\n"]
    ends = [event(chunk({}, "stop")), event(usage_chunk(100, count)), event("[DONE]")]
    return [*map(_chunk, texts), *ends]


async def _serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = await _read_request(reader)
    assert request is not None
    pace, count = request.json["model"].split("-")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    for data in _answer(request.phase, int(count)):
        writer.write(data)
        await writer.drain()
        if pace == "paced":
            await asyncio.sleep(0.0005)  # a model's typing, not a wait for anything
    writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_serve_one, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await asyncio.to_thread(sys.stdin.read)


# --- the rows -----------------------------------------------------------------------------------------------

MESSAGES: Any = [{"role": "user", "content": "写个贪吃蛇"}]


def _sdk(base_url: str) -> AsyncOpenAI:
    return AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0)


async def raw_bytes(base_url: str, model: str) -> int:
    """The floor: the SDK's connection, the bytes thrown away."""
    size = 0
    async with (
        _sdk(base_url) as client,
        client.chat.completions.with_streaming_response.create(
            model=model, messages=MESSAGES, stream=True, extra_headers={"X-AIFlow-Phase": "implement"}
        ) as response,
    ):
        async for data in response.iter_bytes():
            size += len(data)
    return size


async def raw_lines(base_url: str, model: str) -> int:
    """The SDK's raw-line mode, the lines thrown away."""
    count = 0
    async with (
        _sdk(base_url) as client,
        client.chat.completions.with_streaming_response.create(
            model=model, messages=MESSAGES, stream=True, extra_headers={"X-AIFlow-Phase": "implement"}
        ) as response,
    ):
        async for line in response.iter_lines():
            count += bool(line)
    return count


async def typed(base_url: str, model: str) -> int:
    """The SDK's typed chunks."""
    size = 0
    async with _sdk(base_url) as client:
        stream = await client.chat.completions.create(
            model=model, messages=MESSAGES, stream=True, extra_headers={"X-AIFlow-Phase": "implement"}
        )
        async for part in stream:
            if part.choices:
                size += len(part.choices[0].delta.content or "")
    return size


def _engine(base_url: str, model: str) -> OpenAIEngine:
    return OpenAIEngine(OpenAIConfig(base_url=base_url, model=model), SecretStr("none"))


async def engine(base_url: str, model: str) -> int:
    """Our engine's deltas."""
    request = EngineRequest("implement", (Message("user", "写个贪吃蛇"),), "写个贪吃蛇")
    size = 0
    async for delta in _engine(base_url, model).stream(request):
        if isinstance(delta, TextDelta):
            size += len(delta.text)
    return size


async def journal(base_url: str, model: str) -> int:
    """A whole run: engine, extraction, files on disk, events in the journal; no gate looks at the program."""
    off = {name: False for name, kind in GatesConfig.__annotations__.items() if kind in (bool, "bool")}
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            engine="openai",
            projects_dir=Path(folder) / "projects",
            logs_dir=Path(folder) / "logs",
            require_venv=False,
            gates=GatesConfig(**off),
            run=RunConfig(repair_attempts=0, token_budget=10_000_000),
            # Looked for in every piece, as in real runs.
        ).model_copy(update={"api_key": SecretStr("sk-benchmark-" + "k" * 40)})
        project = await Flow("写个贪吃蛇", engine=_engine(base_url, model), config=config).run()
    return project.total_size_bytes


ROWS: dict[str, Row] = {
    "SDK connection alone (floor)": raw_bytes,
    "SDK raw lines": raw_lines,
    "SDK typed chunks": typed,
    "our engine": engine,
    "our run, to the journal": journal,
}


def _measure(row: Row, base_url: str, pace: str, rounds: int) -> float:
    """Return microseconds a chunk."""
    best: list[float] = []
    for count in SIZES[pace]:
        times = []
        for _ in range(rounds):
            start = time.process_time()
            asyncio.run(row(base_url, f"{pace}-{count}"))  # type: ignore[arg-type]  # every row is a coroutine
            times.append(time.process_time() - start)
        best.append(min(times))
    short, long = SIZES[pace]
    return (best[1] - best[0]) / (long - short) * 1e6


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(_serve())
        return 0
    command = [sys.executable, "-m", "tests.benchmarks.engine", "--serve"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as service:
        assert service.stdout is not None
        base_url = service.stdout.readline().strip()
        asyncio.run(engine(base_url, "burst-10"))  # imports, trust store
        figures = {
            name: {pace: _measure(row, base_url, pace, options.rounds) for pace in SIZES}
            for name, row in ROWS.items()
        }
        service.communicate("")
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        floor = figures["SDK connection alone (floor)"]
        heads = "".join(f"{head:>16}" for pace in SIZES for head in (pace, "less the floor"))
        print(f"{'µs processor time per chunk':32}{heads}")
        for name, row in figures.items():
            cells = "".join(
                f"{cell:16.1f}" for pace in SIZES for cell in (row[pace], row[pace] - floor[pace])
            )
            print(f"{name:32}{cells}")
    ours, theirs = figures["our run, to the journal"], figures["SDK typed chunks"]
    met = all(ours[pace] < theirs[pace] for pace in SIZES)
    print(f"target (to the journal, below the SDK's typed chunks): {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
