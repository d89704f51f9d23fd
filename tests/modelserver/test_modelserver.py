"""The stand-in model itself.

Scripts in their order, canned answers that make a working project, the command.
"""

import asyncio
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.modelserver import Gate, ModelServer, Reply, answer, canned, error
from tests.modelserver.vendors import STYLES, deltas
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]


def post(base_url: str, phase: str = "") -> tuple[int, str]:
    """Ask as any client would; return the status and the content."""
    headers = {"Content-Type": "application/json", "X-AIFlow-Phase": phase}
    request = urllib.request.Request(f"{base_url}/chat/completions", b'{"model": "m"}', headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE_S) as response:
            return response.status, _content(response.read().decode("utf-8"))
    except urllib.error.HTTPError as failure:
        with failure:
            return failure.code, ""


def _content(stream: str) -> str:
    chunks: list[dict[str, Any]] = [
        json.loads(line[6:]) for line in stream.split("\n") if line.startswith("data: {")
    ]
    return "".join(part["choices"][0]["delta"].get("content") or "" for part in chunks if part["choices"])


def test_scripts_are_used_up_and_then_the_canned_answers_come() -> None:
    with ModelServer() as server:
        server.script(answer("one"), answer("two"))
        server.script(answer("plan"), phase="plan")
        assert [post(server.base_url, phase)[1] for phase in ("specify", "plan", "repair")] == [
            "one",
            "plan",
            "two",
        ]
        for phase, text in canned.CONTENT.items():
            assert post(server.base_url, phase) == (200, text)
        server.always(error(503))
        server.always(answer("mine"), phase="plan")
        assert post(server.base_url, "plan") == (200, "mine")
        assert post(server.base_url)[0] == 503
        assert [request.phase for request in server.requests[:2]] == ["specify", "plan"]
        assert server.requests[0].json == {"model": "m"}
        assert server.requests[0].wait_ended()
        assert not server.requests[0].disconnected


@pytest.mark.asyncio
async def test_a_gate_holds_and_a_client_that_leaves_is_seen() -> None:
    with ModelServer() as server:
        gate = Gate()
        server.script(Reply([b"data: {}\n\n", gate, b"data: [DONE]\n\n"]))
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        await gate.reached()
        request = await server.request()
        writer.close()
        await writer.wait_closed()
        assert await request.ended()
        assert request.disconnected


def test_the_canned_project_runs(tmp_path: Path) -> None:
    parts = canned.IMPLEMENT.split('<file path="')[1:]
    for part in parts:
        name, _, rest = part.partition('">\n')
        (tmp_path / name).write_text(rest.partition("</file>")[0], encoding="utf-8")
    guesses = "".join(f"{number}\n" for number in ["abc", *range(1, 101)])
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "main.py"],
        cwd=tmp_path,
        input=guesses,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=True,
    )
    assert "猜中了" in done.stdout


def test_the_command_prints_its_environment_and_ends_with_its_input() -> None:
    command = [sys.executable, "-m", "tests.modelserver", "--port", "0", "--until-eof"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        environment = dict(pair.split("=", 1) for pair in process.stdout.readline().split())
        assert post(environment["AIFLOW_BASE_URL"], "plan") == (200, canned.PLAN)
        process.communicate("", timeout=PATIENCE_S)
        assert process.returncode == 0


@pytest.mark.parametrize("style", STYLES)
def test_snapshots_end_with_the_whole_text(style: str) -> None:
    sent = deltas("想一想", "好的", style, (1,), cumulative=True)  # type: ignore[arg-type]  # one of STYLES
    assert str(sent[-1]["content"]).endswith("好的")
