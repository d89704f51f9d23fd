"""Single files: bytes in, bytes out, nothing that runs, nothing outside."""

import asyncio
import json
from urllib.parse import quote

import pytest


@pytest.fixture
def folder(catalogue):
    return catalogue.project(
        {"main.py": "print(1)\n", "页/首页.html": "<script>fetch('/api/contents')</script>"}
    )


async def test_get_and_head(api, folder):
    url = api.file(folder.project_id, "main.py")
    answer = await api.get(url)
    assert answer.body == b"print(1)\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Length"] == "9"
    head = await api.ask("HEAD", url)
    assert head.body == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Content-Security-Policy"):
        assert head.headers[name] == answer.headers[name]
    same = await api.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.code, same.body) == (304, b"")


CONTENT_TYPES = {
    "a.html": ("text/html; charset=utf-8", "attachment"),
    "a.svg": ("image/svg+xml", "attachment"),
    "a.xhtml": ("application/xhtml+xml", "attachment"),
    "a.xml": (None, "attachment"),
    "a.js": ("text/plain; charset=utf-8", "inline"),
    "a.py": ("text/plain; charset=utf-8", "inline"),
    "a.md": ("text/markdown; charset=utf-8", "inline"),
    "a.json": ("application/json", "inline"),
    "a.png": ("image/png", "inline"),
    "a.pdf": ("application/pdf", "attachment"),
    "unknown": ("application/octet-stream", "attachment"),
    "a.HTML": ("text/html; charset=utf-8", "attachment"),
}


async def test_nothing_runs_as_a_page_of_this_server(api, catalogue):
    folder = catalogue.project({path: "x" for path in CONTENT_TYPES if path != "a.HTML"})
    for path, (content_type, kind) in CONTENT_TYPES.items():
        if path == "a.HTML":
            folder.remove("a.html")
            folder.write("a.HTML", b"x")
        headers = (await api.get(api.file(folder.project_id, path))).headers
        assert content_type in {None, headers["Content-Type"]}, path
        assert headers["Content-Disposition"].startswith(kind + ";"), path
        assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_put(api, folder, refusal):
    url = api.file(folder.project_id, "新 文件/你好 %41.py")
    made = await api.ask("PUT", url, body=b"x = 1\r\n")
    assert made.code == 201
    assert json.loads(made.body) == {
        "path": "新 文件/你好 %41.py",
        "size_bytes": 7,
        "etag": made.headers["ETag"],
    }
    assert (folder.root / "新 文件" / "你好 %41.py").read_bytes() == b"x = 1\r\n"
    got = await api.get(url)
    assert (got.body, got.headers["ETag"]) == (b"x = 1\r\n", made.headers["ETag"])
    assert (await api.ask("PUT", url, body=b"")).code == 200
    assert (await api.get(url)).body == b""
    assert not list(folder.record.temporary.iterdir())


async def test_put_with_conditions(api, folder, refusal):
    url = api.file(folder.project_id, "main.py")
    etag = (await api.get(url)).headers["ETag"]
    (folder.root / "main.py").write_bytes(b"outside")
    refusal(await api.ask("PUT", url, body=b"x", headers={"If-Match": etag}), 412, "changed")
    refusal(await api.ask("PUT", url, body=b"x", headers={"If-Match": "W/" + etag}), 412, "changed")
    refusal(await api.ask("PUT", url, body=b"x", headers={"If-None-Match": "*"}), 412, "changed")
    assert (folder.root / "main.py").read_bytes() == b"outside"
    etag = (await api.get(url)).headers["ETag"]
    assert (await api.ask("PUT", url, body=b"x", headers={"If-Match": f'"1", {etag}'})).code == 200
    assert (await api.ask("PUT", url, body=b"y", headers={"If-Match": "*"})).code == 200
    missing = api.file(folder.project_id, "no.py")
    refusal(await api.ask("PUT", missing, body=b"x", headers={"If-Match": "*"}), 412, "changed")
    assert (await api.ask("PUT", missing, body=b"x", headers={"If-None-Match": "*"})).code == 201


async def test_one_of_many_savers_wins(api, folder):
    url = api.file(folder.project_id, "main.py")
    etag = (await api.get(url)).headers["ETag"]
    saves = [api.ask("PUT", url, body=f"{n}", headers={"If-Match": etag}) for n in range(8)]
    codes = [answer.code for answer in await asyncio.gather(*saves)]
    assert sorted(codes) == [200] + [412] * 7


async def test_limits(api, folder, refusal):
    def url(name):
        return api.file(folder.project_id, name)

    assert (await api.ask("PUT", url("full.bin"), body=b"x" * 1_000_000)).code == 201
    refusal(await api.ask("PUT", url("over.bin"), body=b"x" * 1_000_001), 413, "too_large")
    refusal(await api.ask("PUT", url("over.bin"), body=b"x" * 5_000_000), 413, "too_large")
    for n in range(8):
        assert (await api.ask("PUT", url(f"{n}.bin"), body=b"x" * 1_000_000)).code == 201
    refusal(await api.ask("PUT", url("last.bin"), body=b"x" * 1_000_000), 413, "project_too_large")
    assert not (folder.root / "last.bin").exists()


async def test_too_many_files(api, catalogue, refusal):
    folder = catalogue.project({f"{n}.txt": b"" for n in range(200)})
    refusal(await api.ask("PUT", api.file(folder.project_id, "more.txt"), body=b"x"), 413, "too_many_files")
    assert (await api.ask("PUT", api.file(folder.project_id, "7.txt"), body=b"x")).code == 200


OUTSIDE = (
    "..", "../x", "a/../../x", "..%2fx", "%2e%2e/x", "%2e%2e%2fx", "..%5cx", "%5cx", "%5c%5cserver%5cshare",
    "%2fetc%2fpasswd", "C%3a%5cx", "C:/x", "C%3ax", "a%00.py", "a%0a.py", "a%0d%0aX: 1", "con", "CON.txt",
    "nul", "aux.py", "lpt1", "com%C2%B9", "a.", "a%20", "%20a", "a%3a$DATA", "x%3astream", "a/./b", "a//b",
    "a/", ".git/config", ".aiflow/x", "%E2%80%AEa", "%3c", "a%3f", "a%2a", "%7f", "a/" * 20 + "x", "x" * 300,
    "MAIN.PY", "main.py/x", "%252e%252e%2f", "%ef%bc%8e%ef%bc%8e%2fx", "....//x", "~/x", "%c0%ae%c0%ae/x",
    "%ff", "a%E2%80%8B.py",
)  # fmt: skip


async def test_paths_that_leave_or_that_some_system_cannot_hold(api, folder, home):
    """Sent raw, as no decent client would; nothing but the project's own files changes or comes out."""
    before = {
        path: path.read_bytes() for path in home.rglob("*") if path.is_file() and "logs" not in path.parts
    }
    for path in OUTSIDE:
        for method, body in (("GET", b""), ("PUT", b"evil")):
            status, _ = await raw_request(api, method, f"api/projects/{folder.project_id}/files/{path}", body)
            # "~" and full-width dots are names like any other; the double encoding decodes once, to such a
            # name.
            allowed = {400, 404, 405} if method == "GET" else {400, 404, 405, 500, 201}
            assert status in allowed, (method, path, status)
    after = {
        path: path.read_bytes() for path in home.rglob("*") if path.is_file() and "logs" not in path.parts
    }
    new = {path for path in after if before.get(path) != after[path]}
    record = {"manifest.json", "journal.jsonl", "run.lock", "families.lock"}  # a save is an event
    assert all(path.is_relative_to(folder.root) or path.name in record for path in new), new
    assert not (home.parent / "x").exists()


async def raw_request(api, method, path, body=b""):
    """One request over a socket, its path as it is."""
    host, _, base = api.base.removeprefix("http://").partition("/")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    head = (
        f"{method} /{base}{path} HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: {api.headers['Authorization']}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(b" ", 2)[1]), answer


async def test_links_are_refused(api, folder, tmp_path, refusal):
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim", encoding="utf-8")
    (folder.root / "link.txt").symlink_to(secret)
    (folder.root / "dir").symlink_to(tmp_path, target_is_directory=True)
    for path in ("link.txt", "dir/secret.txt"):
        answer = await api.get(api.file(folder.project_id, path))
        assert answer.code in {400, 404}
        assert b"geheim" not in answer.body
    answer = await api.ask("PUT", api.file(folder.project_id, "dir/secret.txt"), body=b"x")
    assert answer.code in {400, 404}
    # Writing over a link replaces the link; what it points to stays.
    await api.ask("PUT", api.file(folder.project_id, "link.txt"), body=b"x")
    assert secret.read_text(encoding="utf-8") == "geheim"


async def test_what_is_no_file(api, folder, refusal):
    refusal(await api.get(api.file(folder.project_id, "页")), 400, "unsafe_path")
    refusal(await api.get(api.file(folder.project_id, "没有.py")), 404, "not_found")
    answer = await api.ask("PUT", api.file(folder.project_id, "页"), body=b"x")
    assert answer.code == 400
    assert (folder.root / "页" / "首页.html").is_file()


async def test_names_in_headers(api, folder):
    name = "蛇 ' ; 🐍.txt"
    await api.ask("PUT", api.file(folder.project_id, name), body=b"x")
    said = (await api.get(api.file(folder.project_id, name))).headers["Content-Disposition"]
    assert said.endswith(f"filename*=UTF-8''{quote(name, safe='')}")
