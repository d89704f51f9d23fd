"""Oversized requests are refused early; text of people, models and file names stays in its place."""

import asyncio
import json

import pytest

from tests.patience import PATIENCE_S

NASTY = "贪\"吃\\蛇\r\nSet-Cookie: a=b\r\n\r\n<script>;'%0d%0a\u2028"


async def send(port, data: bytes) -> bytes:
    """The server's answer to these bytes, as far as it comes before the connection closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        async with asyncio.timeout(PATIENCE_S):
            return await reader.read(2000)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("path", ["api/generate", "api/projects/x/continue"])
async def test_a_huge_body_is_refused_before_it_is_sent(api, jp_http_port, jp_base_url, path):
    head = (
        f"POST {jp_base_url}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: {api.headers['Authorization']}\r\n"
    )
    answer = await send(jp_http_port, f"{head}Content-Length: 50000000\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 413"), answer
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["reason"] == "too_large"


async def test_huge_headers_and_queries_are_refused(api, jp_http_port, jp_base_url):
    for line in (f"X-Much: {'x' * 70_000}", f"Last-Event-ID: {'9' * 70_000}"):
        answer = await send(
            jp_http_port,
            f"GET {jp_base_url}api/projects HTTP/1.1\r\nHost: 127.0.0.1\r\n{line}\r\n\r\n".encode(),
        )
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    answer = await send(
        jp_http_port,
        f"GET {jp_base_url}api/projects?q={'x' * 1_000_000} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(),
    )
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert (await api.get("api/projects")).code == 200


async def test_a_title_cannot_write_headers(api, catalogue):
    folder = catalogue.project(title=NASTY)
    answer = await api.get(f"api/projects/{folder.project_id}/download")
    assert answer.code == 200
    assert "a=b" not in str(answer.headers.get_list("Set-Cookie"))  # Jupyter's own cookies are
    (disposition,) = answer.headers.get_list("Content-Disposition")
    assert disposition.isascii()
    assert disposition.startswith("attachment; filename=")
    assert disposition.count('"') == 2
    assert not set("\r\n\\") & set(disposition)


async def test_a_file_name_cannot_write_headers(api, catalogue, refusal):
    folder = catalogue.project()
    evil = api.file(folder.project_id, "a';%0d%0aX-Evil%3a 1.py")
    refusal(await api.ask("PUT", evil, body=b"x"), 400, "unsafe_path")
    for name in ("a'; X-Evil= 1.py", "蛇 ;filename=b.exe", "a%22.py"):
        folder = catalogue.project({name: "x"})
        answer = await api.get(api.file(folder.project_id, name))
        assert answer.code == 200
        assert "X-Evil" not in answer.headers
        assert answer.headers["Content-Disposition"].count('"') == 2


async def test_a_prompt_is_one_line_of_the_trace_and_the_stream_at_most(api, home):
    prompt = "帮我写个猜数字游戏\ndata: {}\n\nevent: status\r\nid: 999"
    project_id = await api.generate(prompt)
    events = await api.events(project_id)  # holds each event's id and type to its data
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    await api.raw("GET", "api/projects/%0d%0a%7b%22kind%22:%22forged%22%7d", headers=api.headers)
    text = (home / "logs" / "system_trace.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.split("\n") if line]
    assert "forged" not in {line["kind"] for line in lines}
    assert "猜数字游戏" not in text
