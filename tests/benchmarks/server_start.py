"""Measures the cost of loading.

``import aiflow`` beside pydantic, the extension in a Jupyter server, and a zip of 10 MB.

python -m tests.benchmarks.server_start

With ``--starts 100`` instead: so many consecutive starts of the server, and what their logs complain of.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from pathlib import Path

from aiflow.storage.archive import zip_pieces
from aiflow.storage.project_folder import ProjectFolder
from tests.benchmarks.server_starts import consecutive
from tests.benchmarks.table import show
from tests.server.projects import Catalogue

_IMPORT = """
import sys, time
{before}
began = time.perf_counter()
{after}
print(time.perf_counter() - began, "openai" in sys.modules)
"""
_LOAD = "from aiflow_server import AIFlowExtension; AIFlowExtension().initialize_handlers()"


def milliseconds(after: str, before: str = "", rounds: int = 9) -> tuple[float, bool]:
    """The best of some fresh processes, and whether the SDK was imported."""
    best, imported = float("inf"), False
    for _ in range(rounds):
        code = _IMPORT.format(before=before, after=after)
        answer = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
        ).stdout.split()
        best = min(best, float(answer[-2]) * 1000)
        imported = imported or answer[-1] == "True"
    return best, imported


def imports() -> int:
    base, _ = milliseconds("import pydantic; pydantic.BaseModel")
    ours, _ = milliseconds("import aiflow")
    flow, sdk = milliseconds("from aiflow import Flow")
    loading, sdk_too = milliseconds(_LOAD, before="import jupyter_server.serverapp")
    rows = [
        ("import pydantic", base, ""),
        ("import aiflow", ours, f"{ours / base:.2f} of pydantic, to reach 2"),
        ("from aiflow import Flow", flow, f"{flow / base:.2f} of pydantic; the SDK imported: {sdk}"),
        ("loading the extension into jupyter_server", loading, f"to reach 150; the SDK imported: {sdk_too}"),
    ]
    show("Loading (ms, best of 9 processes)", ("what", "ms", "ratio"), rows)
    return int(ours > 2 * base or loading > 150 or sdk or sdk_too)


def zips(home: Path) -> int:
    folder = Catalogue(home).project({f"{n}.bin": os.urandom(999_000) for n in range(10)})
    began = time.perf_counter()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.sizes():
            archive.writestr(path, folder.read(path))
    whole = (time.perf_counter() - began) * 1000
    first, streamed, size = stream(folder)
    rows = [
        ("zipfile to memory", whole, whole, peak(lambda: to_memory(folder))),
        (f"ours, streamed ({size / 1e6:.1f} MB)", first, streamed, peak(lambda: stream(folder))),
    ]
    show("Zip of a 10 MB project", ("what", "first byte, ms", "all, ms", "peak memory, MB"), rows)
    return int(first > whole / 10)


def stream(folder: ProjectFolder) -> tuple[float, float, int]:
    began = time.perf_counter()
    pieces = zip_pieces(folder)
    size = len(next(pieces))
    first = (time.perf_counter() - began) * 1000
    size += sum(len(piece) for piece in pieces)
    return first, (time.perf_counter() - began) * 1000, size


def to_memory(folder: ProjectFolder) -> None:
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.sizes():
            archive.writestr(path, folder.read(path))


def peak(action: object) -> float:
    tracemalloc.start()
    action()  # type: ignore[operator]  # a function without arguments
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--starts", type=int, help="start the server so many times")
    starts = parser.parse_args().starts
    if starts:
        return consecutive(starts)
    with tempfile.TemporaryDirectory() as name:
        return imports() | zips(Path(name))


if __name__ == "__main__":
    sys.exit(main())
