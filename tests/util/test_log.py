"""logs/system_trace.jsonl: one object a line, with ids, times and sizes, without texts and keys; rotated."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from aiflow import Config, Flow
from aiflow.engines.testing import ScriptedEngine
from aiflow.exceptions import StallError
from aiflow.util import log as trace
from aiflow.util.log import TRACE_NAME, Trace

KEY = "sk-aiflow-test-0123456789"


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / TRACE_NAME).read_text(encoding="utf-8").splitlines()]


def test_one_object_a_line(tmp_path: Path) -> None:
    noted = Trace(tmp_path / "logs")
    project_id = uuid4()
    noted.write("request", project_id=project_id, prompt_chars=7)
    noted.write("file", path="中文\n\u2028.py", size_bytes=3)
    first, second = lines(tmp_path / "logs")
    assert first["time"].endswith("Z")
    assert first | {"time": ""} == {
        "time": "", "kind": "request", "project_id": str(project_id), "prompt_chars": 7,
    }  # fmt: skip
    assert second["path"] == "中文\n\u2028.py"


def test_what_takes_time_is_noted_at_its_end_however_it_ends(tmp_path: Path) -> None:
    noted = Trace(tmp_path)
    with noted.timed("phase", phase="plan") as more:
        more["files"] = 2
    with pytest.raises(StallError), noted.timed("model_call"):
        raise StallError("等太久了。")
    with pytest.raises(KeyError), noted.timed("model_call"):
        raise KeyError
    with pytest.raises(asyncio.CancelledError), noted.timed("model_call"):
        raise asyncio.CancelledError
    found = lines(tmp_path)
    assert [line["outcome"] for line in found] == ["ok", "timeout", "KeyError", "CancelledError"]
    assert found[0]["files"] == 2
    assert all(line["duration_ms"] >= 0 for line in found)


def test_a_secret_is_redacted_wherever_it_comes_from(tmp_path: Path) -> None:
    noted = Trace(tmp_path, [SecretStr(KEY), SecretStr("none")])
    noted.write("error", message=f"Bearer {KEY}!", **{KEY: [KEY]}, other="none")
    text = (tmp_path / TRACE_NAME).read_text(encoding="utf-8")
    assert KEY not in text
    [line] = lines(tmp_path)
    assert (line["message"], line["other"]) == ("Bearer ***!", "none")


def test_a_trace_without_a_folder_writes_nothing(tmp_path: Path) -> None:
    Trace(None).write("request")
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MAX_BYTES", 1000)
    first, second = Trace(tmp_path), Trace(tmp_path)  # two writers of one file
    for number in range(40):
        (first if number % 2 else second).write("request", number=number, filler="x" * 100)
    files = sorted(tmp_path.glob(f"{TRACE_NAME}*"))
    assert [path.name for path in files] == [TRACE_NAME, *(f"{TRACE_NAME}.{number}" for number in (1, 2, 3))]
    assert lines(tmp_path)[-1]["number"] == 39
    for path in files:
        written = path.read_bytes().splitlines(keepends=True)
        assert sum(map(len, written[:-1])) < 1000, "the line that reaches the limit is the file's last one"
        for line in written:
            json.loads(line)


WRITER = """
import sys
from pathlib import Path

from aiflow.util import log

log.MAX_BYTES, log.BACKUPS = 2000, 1000
trace = log.Trace(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(300):
    trace.write("request", writer=sys.argv[2], number=number, filler="x" * 100)
"""


def test_two_processes_rotate_one_file_and_lose_no_line(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for name in ("server", "kernel")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [("", 0)] * 2
    found = [
        json.loads(line)
        for path in tmp_path.glob(f"{TRACE_NAME}*")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    expected = [(name, number) for name in ("kernel", "server") for number in range(300)]
    assert sorted((line["writer"], line["number"]) for line in found) == expected


def test_a_run_leaves_ids_times_and_sizes_and_no_text(tmp_path: Path) -> None:
    prompt, secret_word = "写一个秘密的钟", "紫色的河马"
    engine = ScriptedEngine(
        {
            "specify": f"# 钟\n\n{secret_word}\n",
            "plan": f"# 方案\n\n{secret_word}\n",
            "implement": f'<file path="main.py">\nprint("{secret_word}")\n</file>\n',
        }
    )
    values = {
        "projects_dir": str(tmp_path / "projects"), "logs_dir": str(tmp_path / "logs"), "folder": tmp_path,
        "tests": {"enabled": False}, "gates": {"smoke_run": False}, "run": {"durability": "none"},
        "api_key": KEY,
    }  # fmt: skip
    flow = Flow(prompt, engine=engine, config=Config.model_validate(values))
    flow.run_sync()
    text = (tmp_path / "logs" / TRACE_NAME).read_text(encoding="utf-8")
    assert not [word for word in (prompt, secret_word, KEY, "钟", "print") if word in text]
    found = lines(tmp_path / "logs")
    assert [line["phase"] for line in found if line["kind"] == "phase"] == ["specify", "plan", "implement"]
    calls = [line for line in found if line["kind"] == "model_call"]
    assert [(line["phase"], line["outcome"]) for line in calls] == [
        ("specify", "ok"), ("plan", "ok"), ("implement", "ok"),
    ]  # fmt: skip
    assert [line["path"] for line in found if line["kind"] == "file"] == ["spec.md", "plan.md", "main.py"]
    assert all(line["size_bytes"] > 0 for line in found if line["kind"] == "file")
    timed = [line for line in found if line["kind"] in {"phase", "model_call"}]
    assert all(line["project_id"] == str(flow.project_id) for line in timed)
