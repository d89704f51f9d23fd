"""Forty generations at once, compared with one: the time of a run, and the delays of events and of notebooks.

    python -m tests.benchmarks.server_forty [--runs 40] [--smoke] [--rounds 1]

A Jupyter server with the extension, the stand-in model (100 tokens a second for each run) and the requests of
a notebook run in processes of their own; this process holds one event stream for each run. All runs are
requested at the same moment and therefore reach their gates together, which is the worst case. The time of a
run is measured from its first event to its last, and from the student's request to the last event. Every gate
is on except the smoke test, which starts a process for each program and is measured with ``--smoke``.

The stand-in and this process use the same processors. The second table lists the processor time of each, and
that of the stand-in when this process reads its answers directly.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from tests.benchmarks.table import show
from tests.live.clients import StreamClient
from tests.live.server import LiveServer, write_config

# From the student's request to the run's last event.
SLOWER_AT_MOST = 1.20
EVENT_MS = 100.0
NOTEBOOK_MS = 100.0
NOTEBOOK = "lesson.ipynb"
_TIME = re.compile(rb'"timestamp":"([^"]+)"')


@dataclass
class Result:
    """The figures of one round."""

    seconds: list[float] = field(default_factory=list)
    asked_s: list[float] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)
    notebook_ms: list[float] = field(default_factory=list)
    mb_each: float = 0.0
    processor_s: dict[str, float] = field(default_factory=dict)


def rss_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else 0.0


def processor_s(*pids: int) -> float:
    """Processor seconds of these processes so far."""
    stats = (Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split() for pid in pids)
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) / os.sysconf("SC_CLK_TCK")


def workers_of(pid: int) -> list[int]:
    """The processes in which the server checks."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="utf-8").split()]


class Peak:
    """The most memory that a process has while the block lasts."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.before = rss_mb(pid)
        self.most = self.before
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            self.most = max(self.most, rss_mb(self._pid))

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@dataclass
class Model:
    """The stand-in."""

    base_url: str
    pid: int


@contextmanager
def typing_model() -> Iterator[Model]:
    command = [sys.executable, "-m", "tests.benchmarks.paced_model"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        yield Model(process.stdout.readline().strip(), process.pid)
        process.communicate("")


@contextmanager
def notebook(server: LiveServer, times: list[float]) -> Iterator[None]:
    """Someone works in a notebook of the same server meanwhile."""
    command = [sys.executable, "-m", "tests.benchmarks.probe", str(server.port)]
    with subprocess.Popen(
        [*command, "/api/status", f"/api/contents/{NOTEBOOK}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        out, _ = process.communicate("")
        times += json.loads(out)


def begin(server: LiveServer, number: int) -> tuple[str, float]:
    """Ask for a run; return its id and the moment of asking."""
    asked = time.time()
    status, body = server.ask("POST", "api/generate", {"prompt": f"帮我写个贪吃蛇，第 {number} 个"})
    assert status == 202, body
    return str(json.loads(body)["project_id"]), asked


def delays_of(client: StreamClient) -> Iterator[float]:
    """Yield the milliseconds from each event's time stamp to its arrival, without events from before."""
    for moment, data in client.frames[2:]:
        for stamp in _TIME.findall(data):
            written = datetime.fromisoformat(stamp.decode()).timestamp()
            yield max(0.0, moment / 1e6 - written * 1000)


def span_of(client: StreamClient) -> tuple[float, float]:
    """When a run began and ended, in seconds."""
    stamps = [stamp for _, data in client.frames for stamp in _TIME.findall(data)]
    first, last = (datetime.fromisoformat(stamp.decode()).timestamp() for stamp in (stamps[0], stamps[-1]))
    return first, last


async def together(server: LiveServer, model: Model, runs: int) -> Result:
    """Begin so many runs at the same moment and follow each to its end."""
    result = Result()
    assert server.process is not None
    pid, own = server.process.pid, os.getpid()
    before = {
        name: processor_s(one) for name, one in (("server", pid), ("model", model.pid), ("clients", own))
    }
    with notebook(server, result.notebook_ms), Peak(server.process.pid) as peak:
        with ThreadPoolExecutor(runs) as students:
            loop = asyncio.get_running_loop()
            begun = await asyncio.gather(
                *(loop.run_in_executor(students, begin, server, n) for n in range(runs))
            )
        clients = await asyncio.gather(
            *(StreamClient.open(server.port, f"/api/stream/{one}", watch=True) for one, _ in begun)
        )
        await asyncio.gather(*(client.done for client in clients))
    for client, (_, asked) in zip(clients, begun, strict=True):
        result.delays_ms += delays_of(client)
        first, last = span_of(client)
        result.seconds.append(last - first)
        result.asked_s.append(last - asked)
    result.mb_each = (peak.most - peak.before) / runs
    after = {"server": processor_s(pid), "model": processor_s(model.pid), "clients": processor_s(own)}
    result.processor_s = {name: seconds - before[name] for name, seconds in after.items()}
    # They live on; those of the first round with many are the only ones that there have been.
    result.processor_s["workers"] = processor_s(*workers_of(pid))
    return result


async def bare(model: Model, runs: int) -> dict[str, float]:
    """Read as many answers of each phase directly from the stand-in; return the processor seconds."""
    before = processor_s(model.pid), processor_s(os.getpid())
    await asyncio.gather(*(_read_bare(model.base_url) for _ in range(runs)))
    return {"model": processor_s(model.pid) - before[0], "clients": processor_s(os.getpid()) - before[1]}


async def _read_bare(base_url: str) -> None:
    address = urlsplit(base_url)
    for phase in ("specify", "plan", "implement"):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"POST {address.path}/chat/completions HTTP/1.1\r\nHost: x\r\nX-AIFlow-Phase: {phase}\r\n"
        writer.write(f"{head}Content-Length: 2\r\n\r\n{{}}".encode())
        while await reader.read(1 << 16):
            pass
        writer.close()


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


def slower(result: Result, alone: Result) -> tuple[float, float]:
    """How many times as long as alone the longest run took: from its first event, and from the request."""
    return (
        max(result.seconds) / median(alone.seconds),
        max(result.asked_s) / median(alone.asked_s),
    )


def row(name: str, result: Result, alone: Result) -> tuple[str, ...]:
    run, asked = slower(result, alone)
    return (
        name,
        f"{median(result.seconds):.2f}",
        f"{max(result.seconds):.2f}",
        f"{run:.3f}",
        f"{median(result.asked_s):.2f}",
        f"{max(result.asked_s):.2f}",
        f"{asked:.3f}",
        f"{median(result.delays_ms):.1f}",
        f"{p99(result.delays_ms):.1f}",
        f"{median(result.notebook_ms):.1f}",
        f"{p99(result.notebook_ms):.1f}",
        f"{result.mb_each:.2f}",
    )


HEAD = (
    "runs at once", "median, s", "longest, s", "longest ÷ alone",
    "from the request: median, s", "longest, s", "longest ÷ alone", "event median, ms", "event p99, ms",
    "notebook median, ms", "notebook p99, ms", "MB for one more run",
)  # fmt: skip


async def measure(server: LiveServer, model: Model, runs: int, rounds: int, *, smoke: bool) -> bool:
    """Print the tables; return whether everything was reached."""
    title = f"{runs} generations at once, 100 tokens a second each"
    title += "; with the smoke test" if smoke else "; without the smoke test"
    await together(server, model, 1)  # what is imported once is not a run's cost
    one = Result()
    for _ in range(rounds):
        again = await together(server, model, 1)
        one.seconds += again.seconds
        one.asked_s += again.asked_s
        one.delays_ms += again.delays_ms
        one.notebook_ms += again.notebook_ms
        one.mb_each, one.processor_s = again.mb_each, again.processor_s
    many = await together(server, model, runs)
    goal = f"{SLOWER_AT_MOST:.3f}"
    last = ("target", "", "", "", "", "", goal, "", f"{EVENT_MS:.0f}", "", f"{NOTEBOOK_MS:.0f}", "")
    show(title, HEAD, [row("1", one, one), row(str(runs), many, one), last])
    seconds = [shares("1 run", one.processor_s), shares(f"{runs} runs", many.processor_s)]
    if not smoke:
        seconds.append(shares(f"{runs} × the answers, read bare", await bare(model, runs)))
    show(
        "Processor seconds",
        ("what", "server", "pool workers (gates)", "stand-in model", "clients"),
        seconds,
    )
    return (
        slower(many, one)[1] <= SLOWER_AT_MOST
        and p99(many.delays_ms) <= EVENT_MS
        and p99(many.notebook_ms) <= NOTEBOOK_MS
    )


def shares(name: str, seconds: dict[str, float]) -> tuple[str, ...]:
    order = ("server", "workers", "model", "clients")
    return (name, *(f"{seconds[part]:.2f}" if part in seconds else "" for part in order))


def prepare(home: Path, base_url: str, *, smoke: bool) -> dict[str, str]:
    write_config(
        home,
        engine="openai",
        openai={"base_url": base_url, "model": "test-model"},
        require_venv=False,
        gates={"smoke_run": smoke},
    )
    (home / "notebooks").mkdir(exist_ok=True)
    cells = [{"cell_type": "code", "source": f"print({n})", "metadata": {}, "outputs": [],
        "execution_count": n}
             for n in range(60)]  # fmt: skip
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (home / "notebooks" / NOTEBOOK).write_text(json.dumps(book), encoding="utf-8")
    return {"AIFLOW_API_KEY": "sk-benchmark-" + "k" * 40}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--smoke", action="store_true", help="with the smoke test of each program")
    parser.add_argument("--rounds", type=int, default=1, help="how often one run alone is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, typing_model() as model:
        home = Path(name)
        environ = prepare(home, model.base_url, smoke=options.smoke)
        with LiveServer(home, environ=environ) as server:
            reached = asyncio.run(measure(server, model, options.runs, options.rounds, smoke=options.smoke))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
