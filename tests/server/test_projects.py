"""The list, the tree, the request, deletion and the zip."""

import io
import json
import shutil
import zipfile
from datetime import timedelta

from aiflow.storage.project_store import orphan_id
from tests.records import at_work
from tests.server.projects import CREATED, chunk_event, pending_phases, status_event

UNKNOWN = "3f2a9c1e-0000-4000-8000-000000000000"


async def test_list_newest_first_with_those_whose_record_is_gone(api, catalogue):
    assert (await api.json("api/projects")) == {"projects": []}
    names = []
    for days in (0, 2, 1):
        folder = catalogue.project(created_at=CREATED + timedelta(days=days))
        names.append(folder.root.name)
        if days == 1:
            shutil.rmtree(folder.record.folder)
    listed = (await api.json("api/projects"))["projects"]
    assert [one["project_name"] for one in listed] == [names[1], names[2], names[0]]
    assert [one["status"] for one in listed] == ["completed"] * 3
    assert [one["file_count"] for one in listed] == [1] * 3
    assert [one["has_record"] for one in listed] == [True, False, True]
    assert listed[1]["project_id"] == str(orphan_id(names[2]))


async def test_list_shows_what_changed(api, catalogue):
    folder = catalogue.project()
    await api.json("api/projects")
    manifest = folder.record.load()
    manifest.title = "新的名字"
    folder.record.save(manifest)
    assert (await api.json("api/projects"))["projects"][0]["title"] == "新的名字"
    (folder.record.folder / "manifest.json").write_bytes(b"{broken")
    assert [one["has_record"] for one in (await api.json("api/projects"))["projects"]] == [False]


async def test_list_ends_interrupted_runs(api, catalogue):
    catalogue.project(status="processing")
    (one,) = (await api.json("api/projects"))["projects"]
    assert (one["status"], one["request_status"]) == ("failed", "failed")


async def test_tree_is_the_seeds(api, catalogue):
    folder = catalogue.project({"main.py": "x = 1\n", "src/game/蛇.py": "", "src/a b.txt": b"\x00" * 10})
    tree = await api.json(f"api/projects/{folder.project_id}")
    assert set(tree) == {"project_id", "root", "total_files", "generated_at"}
    assert tree["project_id"] == str(folder.project_id)
    assert tree["total_files"] == 3
    root = tree["root"]
    assert {key: root[key] for key in ("type", "name", "path")} == {
        "type": "directory",
        "name": "root",
        "path": "",
    }
    main, src = root["children"]
    assert set(main) == {"type", "name", "path", "size_bytes", "created_at"}
    assert (main["name"], main["path"], main["size_bytes"]) == ("main.py", "main.py", 6)
    assert set(src) == {"type", "name", "path", "children"}
    assert [child["path"] for child in src["children"]] == ["src/a b.txt", "src/game"]
    assert src["children"][1]["children"][0]["path"] == "src/game/蛇.py"


async def test_tree_is_sent_again_only_when_it_changed(api, catalogue):
    folder = catalogue.project()
    url = f"api/projects/{folder.project_id}"
    etag = (await api.get(url)).headers["ETag"]
    same = await api.get(url, headers={"If-None-Match": f'"x", {etag}'})
    assert (same.code, same.body) == (304, b"")
    (folder.root / "外面写的.txt").write_text("x", encoding="utf-8")
    changed = await api.get(url, headers={"If-None-Match": etag})
    assert (changed.code, json.loads(changed.body)["total_files"]) == (200, 2)
    assert changed.headers["ETag"] != etag


async def test_tree_shows_no_link_and_no_noise(api, catalogue, tmp_path):
    folder = catalogue.project()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("x", encoding="utf-8")
    (folder.root / "link").symlink_to(outside, target_is_directory=True)
    (folder.root / "passwd").symlink_to("/etc/passwd")
    (folder.root / "__pycache__").mkdir()
    (folder.root / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert (await api.json(f"api/projects/{folder.project_id}"))["total_files"] == 1


async def test_unknown_projects(api, refusal):
    for name in (UNKNOWN, "x", UNKNOWN.replace("-", ""), "%2e%2e", "..%2f..", "%00", "urn:uuid:" + UNKNOWN):
        for tail in ("", "/request", "/download", "/files/main.py"):
            refusal(await api.get(f"api/projects/{name}{tail}"), 404, "not_found")
        refusal(await api.ask("DELETE", f"api/projects/{name}"), 404, "not_found")
        refusal(await api.ask("PUT", f"api/projects/{name}/files/main.py", body=b"x"), 404, "not_found")


async def test_a_folder_that_was_deleted_under_the_server(api, catalogue, refusal):
    folder = catalogue.project()
    url = f"api/projects/{folder.project_id}"
    assert (await api.get(url)).code == 200
    shutil.rmtree(folder.root)
    for tail in ("", "/download", "/files/main.py"):
        refusal(await api.get(url + tail), 404, "not_found")
    refusal(await api.ask("PUT", f"{url}/files/main.py", body=b"x"), 404, "not_found")
    assert not folder.root.exists()
    assert (await api.get(f"{url}/request")).code == 200
    assert (await api.ask("DELETE", url)).code == 204
    assert not folder.record.folder.exists()


async def test_a_project_without_record_opens_downloads_and_is_deleted(api, catalogue, refusal):
    folder = catalogue.project({"main.py": "print(1)\n", "数据/说明.md": "# 好\n"})
    shutil.rmtree(folder.record.folder)
    (one,) = (await api.json("api/projects"))["projects"]
    # By the id of the list, and by the run's own, whose first digits the folder's name carries.
    for project_id in (one["project_id"], str(folder.project_id)):
        url = f"api/projects/{project_id}"
        assert (await api.json(url))["total_files"] == 2
        assert (await api.get(api.file(project_id, "数据/说明.md"))).body.decode() == "# 好\n"
        assert (await api.get(f"{url}/download")).code == 200
        refusal(await api.get(f"{url}/request"), 404, "not_found")
        refusal(await api.get(f"api/stream/{project_id}"), 404, "not_found")
    (folder.root / "main.py").write_text("def (:\n", encoding="utf-8")
    body = refusal(await api.get(f"{url}/download"), 409, "not_validated")
    assert "main.py" in body["message"]
    assert (await api.ask("DELETE", url)).code == 204
    assert not folder.root.exists()


async def test_request_of_a_run_that_failed(api, catalogue):
    failed = status_event("failed", message="模型没有回答。", reason="timeout", retryable=True, retry_count=1)
    project_id = catalogue.run(
        [status_event("pending"), *pending_phases(), chunk_event("想"), failed], status="failed"
    )
    request = await api.json(f"api/projects/{project_id}/request")
    assert (request["status"], request["error_message"], request["retry_count"]) == (
        "failed",
        "模型没有回答。",
        1,
    )
    assert (request["spec"], request["plan"], request["project"]) == (None, None, None)
    assert [phase["sequence_order"] for phase in request["phases"]] == [1, 2, 3]
    assert request["phases"] == (await api.json(f"api/projects/{project_id}/request"))["phases"]


async def test_nothing_is_deleted_while_it_is_generated(api, catalogue, refusal):
    folder = catalogue.project(status="processing")
    with at_work(folder.record):
        refusal(await api.ask("DELETE", f"api/projects/{folder.project_id}"), 409, "conflict")
        refusal(await api.get(f"api/projects/{folder.project_id}/download"), 409, "not_validated")
        refusal(await api.post(f"api/projects/{folder.project_id}/retry"), 409, "conflict")
    assert (folder.root / "main.py").is_file()


async def test_download_refused_until_validated(api, catalogue, refusal):
    folder = catalogue.project({"main.py": "print('\n"}, validated=False)
    body = refusal(await api.get(f"api/projects/{folder.project_id}/download"), 409, "not_validated")
    assert "main.py" in body["message"]
    # A person puts it right, or breaks it again: the flag says what is on disk.
    url = api.file(folder.project_id, "main.py")
    assert (await api.ask("PUT", url, body="print('好')\n")).code == 200
    assert (await api.get(f"api/projects/{folder.project_id}/download")).code == 200
    assert (await api.ask("PUT", url, body="print('好'\n")).code == 200
    refusal(await api.get(f"api/projects/{folder.project_id}/download"), 409, "not_validated")


async def test_zip_holds_the_bytes(api, catalogue):
    files = {
        "main.py": b"print(1)\r\n",
        "图/蛇 1.png": bytes(range(256)) * 999,
        "空.txt": b"",
        "a'b;c.txt": b"x",
    }
    folder = catalogue.project(files, title='蛇"; filename="evil.exe\r\nX-Evil: 1/..\\😀')
    answer = await api.get(f"api/projects/{folder.project_id}/download")
    assert answer.headers["Content-Type"] == "application/zip"
    said = answer.headers["Content-Disposition"]
    assert said.startswith(f"attachment; filename=\"{folder.root.name}.zip\"; filename*=UTF-8''%E8%9B%87")
    assert "\n" not in said
    assert said.count('"') == 2
    assert "X-Evil" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{folder.root.name}/{path}": data for path, data in files.items()
        }


async def test_zip_is_streamed(api, catalogue):
    """Its first bytes come before the last file has been read: the connection sees several chunks."""
    folder = catalogue.project({f"data{n}.bin": bytes([n]) * 1000 + b"%d" % n for n in range(20)})
    pieces = []
    await api.raw("GET", f"api/projects/{folder.project_id}/download", streaming_callback=pieces.append)
    assert pieces[0].startswith(b"PK")
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert len(archive.namelist()) == 20
