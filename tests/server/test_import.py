"""Importing over REST: a zip, a form with files, what is too large, and a person who goes away."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiflow_server.handlers.imports import ImportHandler

from tests.imports.zips import as_bytes, make_zip

MAIN = "print('开始')\n"


def form(files: dict[str, str | bytes]) -> tuple[bytes, dict[str, str]]:
    """A form as a browser sends it, and its headers."""
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + as_bytes(content)
        + b"\r\n"
        for name, content in files.items()
    ]
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


async def send(api: Any, files: dict[str, str | bytes]) -> Any:
    body, headers = form(files)
    return await api.post("api/import", body, headers=headers)


async def paths(api: Any, response: Any) -> set[str]:
    assert response.code == 201, response.body
    project_id = json.loads(response.body)["project_id"]
    tree = await api.json(f"api/projects/{project_id}")
    found = set()

    def walk(node: dict[str, Any]) -> None:
        for child in node["children"]:
            if child["type"] == "file":
                found.add(child["path"])
            else:
                walk(child)

    walk(tree["root"])
    return found - {"spec.md", "plan.md"}


async def test_a_form_with_a_folder(api):
    response = await send(api, {"游戏/main.py": MAIN, "游戏/数据/a.txt": "甲", "游戏/.git/config": "x"})
    assert await paths(api, response) == {"main.py", "数据/a.txt"}
    assert [one["path"] for one in json.loads(response.body)["left_out"]] == ["游戏/.git/"]


async def test_a_form_with_one_zip_or_one_file(api):
    assert await paths(api, await send(api, {"a.zip": make_zip({"x/main.py": MAIN})})) == {"main.py"}
    assert await paths(api, await send(api, {"贪吃蛇.py": MAIN})) == {"贪吃蛇.py"}


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"", {}, "bad_archive"),
        (b"no zip", {"Content-Type": "application/zip"}, "bad_archive"),
        (b"no form", {"Content-Type": "multipart/form-data; boundary=x"}, "no_program"),
        (b"no form", {"Content-Type": "multipart/form-data"}, "invalid_form"),
    ],
)
async def test_what_is_no_program(api, refusal, body, headers, reason):
    response = await api.post("api/import", body, headers=headers)
    assert json.loads(response.body)["reason"] in {reason, "invalid_form"}
    refusal(response, 400, json.loads(response.body)["reason"])


async def test_too_much_is_refused(api, refusal, home):
    body = refusal(await api.post("api/import", b"x" * 30_000_001), 413, "too_large")
    assert "30 MB" in body["message"]
    assert not list((home / "projects").glob("**/importing-*"))


async def test_closing_the_connection_leaves_nothing(api, home, monkeypatch):
    begun, gone = asyncio.Event(), asyncio.Event()
    closed = ImportHandler.on_connection_close

    def on_connection_close(handler: ImportHandler) -> None:
        closed(handler)
        gone.set()

    async def wait(handler: ImportHandler, files: list[tuple[str, bytes]]) -> None:
        begun.set()
        await gone.wait()
        await original(handler, files)

    original = ImportHandler._import
    monkeypatch.setattr(ImportHandler, "on_connection_close", on_connection_close)
    monkeypatch.setattr(ImportHandler, "_import", wait)
    body = make_zip({"main.py": MAIN})
    _, writer = await asyncio.open_connection("127.0.0.1", int(api.base.split(":")[2].split("/")[0]))
    path = "/" + api.url("api/import").split("/", 3)[3]
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in api.headers.items())
    writer.write(head.encode() + b"\r\n" + body)
    async with asyncio.timeout(20):
        await begun.wait()
        writer.close()
        await gone.wait()
        await asyncio.sleep(0)
    assert (await api.json("api/projects"))["projects"] == []
    assert left(home) == set()


def left(home: Path) -> set[str]:
    """The names in the folder of the projects."""
    return {path.name for path in (home / "projects").rglob("*") if not path.name.startswith(".")}
