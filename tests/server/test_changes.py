"""Changes of a project after its run are events: saves, renames, and changes from outside."""

import asyncio
import json
import os
import shutil
import time
from uuid import UUID

from aiflow_server.service import make_service

from aiflow.model.snapshot import fold
from aiflow.storage.journal_reader import read_events
from aiflow.workspace import tree as workspace_tree
from tests.patience import PATIENCE_S


async def end(api):
    """A run that has ended, and the number of its last event."""
    project_id = await api.generate()
    events = await api.events(project_id)
    return project_id, events[-1]["seq"]


async def poll(api, project_id, after):
    """Ask as a page does once a second: the new events, none where there is nothing new."""
    answer = await api.get(f"api/stream/{project_id}?last_event_id={after}&follow=false")
    if answer.code == 204:
        return []
    blocks = answer.body.decode().split("\n\n")
    lines = [line for block in blocks for line in block.split("\n") if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


async def until_saved(api, project_id, after, *paths):
    """Poll until changes of ``paths`` are events and checked; return the new events."""
    found = []
    async with asyncio.timeout(PATIENCE_S):
        while not set(paths) <= {event.get("path") for event in found} or found[-1]["event_type"] == "saved":
            found += await poll(api, project_id, found[-1]["seq"] if found else after)
    return found


def short(events):
    """The parts of the events that tell what happened."""
    return [
        (event["path"], event["kind"], event["by"], event["size_bytes"])
        if event["event_type"] == "saved"
        else (event["event_type"], event.get("syntax_validated", event.get("title")))
        for event in events
    ]


async def test_a_save_is_an_event_and_is_checked(api):
    project_id, last = await end(api)
    assert await poll(api, project_id, last) == []
    assert (await api.ask("PUT", api.file(project_id, "main.py"), body=b"def (:\n")).code == 200
    assert (await api.ask("PUT", api.file(project_id, "new.txt"), body=b"x")).code == 201
    events = await poll(api, project_id, last)
    assert short(events) == [
        ("main.py", "modified", "person", 7),
        ("checked", False),
        ("new.txt", "added", "person", 1),
        ("checked", False),
    ]
    assert [event["seq"] for event in events] == list(range(last + 1, last + 5))
    assert events[1]["findings"]["error"] == 1
    refused = await api.get(f"api/projects/{project_id}/download")
    assert json.loads(refused.body)["reason"] == "not_validated"
    assert (await api.ask("PUT", api.file(project_id, "main.py"), body=b"print(1)\n")).code == 200
    assert short(await poll(api, project_id, events[-1]["seq"]))[-1] == ("checked", True)
    assert (await api.get(f"api/projects/{project_id}/download")).code == 200


async def test_a_deletion_and_a_new_title_are_events(api, refusal):
    project_id, last = await end(api)
    url = api.file(project_id, "game.py")
    etag = (await api.get(url)).headers["ETag"]
    refusal(await api.ask("DELETE", url, headers={"If-Match": '"other"'}), 412, "changed")
    assert (await api.ask("DELETE", url, headers={"If-Match": etag})).code == 204
    refusal(await api.ask("DELETE", url), 404, "not_found")
    assert (await api.ask("PATCH", f"api/projects/{project_id}", body={"title": "我的游戏"})).code == 200
    events = await poll(api, project_id, last)
    assert short(events) == [("game.py", "deleted", "person", None), ("checked", True), ("named", "我的游戏")]


async def test_an_editor_and_git_are_seen(api, catalogue):
    project_id, last = await end(api)
    root = catalogue.store.find(UUID(project_id)).root
    assert await poll(api, project_id, last) == []
    (root / "editor.txt").write_bytes(b"12345")
    events = await until_saved(api, project_id, last, "editor.txt")
    assert short(events) == [("editor.txt", "added", "outside", 5), ("checked", True)]
    os.utime(root / "editor.txt", (time.time() + 3600,) * 2)
    assert await poll(api, project_id, events[-1]["seq"]) == []  # a time in the future is no change
    text = (root / "main.py").read_bytes()
    written = (
        fold(read_events(catalogue.store.record(UUID(project_id)).journal_path)).files["main.py"].written_at
    )
    while time.time() < written.timestamp() + 0.1:  # an edit as long as before shows by its later time only
        assert await poll(api, project_id, events[-1]["seq"]) == []
    edited = root.parent / "edited"
    edited.write_bytes(text[:-1] + b" ")
    edited.replace(root / "main.py")
    (root / "game.py").unlink()
    events = await until_saved(api, project_id, events[-1]["seq"], "main.py", "game.py")
    assert {one for one in short(events) if len(one) == 4} == {
        ("main.py", "modified", "outside", len(text)),
        ("game.py", "deleted", "outside", None),
    }


async def test_a_change_while_nobody_looked_is_seen_at_the_next_look(api, catalogue):
    project_id, last = await end(api)
    (catalogue.store.find(UUID(project_id)).root / "main.py").write_bytes(b"def (:\n")
    events = await poll(api, project_id, last)
    assert short(events) == [("main.py", "modified", "outside", 7), ("checked", False)]
    refused = await api.get(f"api/projects/{project_id}/download")
    assert json.loads(refused.body)["reason"] == "not_validated"


async def test_a_file_broken_on_disk_cannot_be_downloaded(api, catalogue, refusal):
    """Without any look at the project: the download follows the files as they are."""
    project_id, _ = await end(api)
    (catalogue.store.find(UUID(project_id)).root / "main.py").write_bytes(b"def (:\n")
    assert (
        "main.py"
        in refusal(await api.get(f"api/projects/{project_id}/download"), 409, "not_validated")["message"]
    )


async def test_a_file_that_the_program_wrote_is_the_programs(api, catalogue, jp_serverapp):
    project_id = await api.generate()
    last = (await api.events(project_id))[-1]["seq"]
    folder = catalogue.store.find(UUID(project_id))
    folder.write("main.py", b"open('score.txt', 'w').write('7')\ninput()\n")
    seen = await until_saved(api, project_id, last, "main.py")
    (extension,) = jp_serverapp.extension_manager.extension_apps["aiflow_server"]
    service = await extension.startup.service()
    program = await service.programs.start(folder.project_id, "run", [], "")
    try:
        events = await until_saved(api, project_id, seen[-1]["seq"], "score.txt")
    finally:
        await program.stop()
    assert ("score.txt", "added", "program") in [one[:3] for one in short(events)]


async def test_the_tree_and_its_tag_follow_the_folder(api, catalogue):
    folder = catalogue.project({"main.py": "x = 1\n", "src/a.py": "y = 2\n"})
    url = f"api/projects/{folder.project_id}"
    etag = (await api.get(url)).headers["ETag"]
    for write in (
        lambda: (folder.root / "src" / "新.txt").write_bytes(b"12345"),
        (folder.root / "src" / "新.txt").unlink,
        lambda: (folder.root / "src").rename(folder.root / "源"),
        lambda: shutil.rmtree(folder.root / "源"),
    ):
        write()
        etag = await until_changed(api, url, etag)
        assert tree_of(await api.json(url)) == tree_of(json.loads(folder.tree().model_dump_json()))
    # The folder replaced by another one: the watch stays with the old one and must not be believed.
    shutil.move(folder.root, folder.root.with_name("away"))
    folder.make()
    (folder.root / "only.txt").write_bytes(b"x")
    assert (await api.json(url))["total_files"] == 1
    same = await api.get(url, headers={"If-None-Match": (await api.get(url)).headers["ETag"]})
    assert same.code == 304


async def until_changed(api, url, etag):
    async with asyncio.timeout(10):
        while True:
            answer = await api.get(url, headers={"If-None-Match": etag})
            if answer.code == 200:
                return answer.headers["ETag"]


def tree_of(tree):
    del tree["generated_at"]
    return tree


async def test_where_the_system_cannot_watch_each_look_reads_the_folder(api, catalogue, monkeypatch):
    monkeypatch.setattr(workspace_tree, "_WATCHES", 0)
    project_id, last = await end(api)
    assert await poll(api, project_id, last) == []
    (catalogue.store.find(UUID(project_id)).root / "editor.txt").write_bytes(b"12345")
    assert short(await poll(api, project_id, last))[0] == ("editor.txt", "added", "outside", 5)


async def test_two_servers_that_look_append_each_change_once(api, catalogue):
    """Both notice the change; the lock and the journal let only one of them append it."""
    project_id, last = await end(api)
    folder = catalogue.store.find(UUID(project_id))
    other = make_service()
    assert not isinstance(other, str)
    try:
        for number in range(5):
            (folder.root / f"{number}.txt").write_bytes(b"x" * number)
            await asyncio.gather(other.trees.refresh(folder.project_id), poll(api, project_id, last))
    finally:
        await other.stop()
    await until_saved(api, project_id, last, *(f"{number}.txt" for number in range(5)))
    events = list(read_events(folder.record.journal_path, last))
    assert [event.seq for event in events] == list(range(last + 1, last + len(events) + 1))
    saved = [(event.path, event.kind, event.size_bytes) for event in events if event.event_type == "saved"]
    # A file may be seen while it is still empty; then its text is a further change.
    assert len(saved) == len(set(saved))
    assert sorted(path for path, kind, _ in saved if kind == "added") == [f"{n}.txt" for n in range(5)]
    state = fold(read_events(folder.record.journal_path))
    assert {path: state.files[path].size_bytes for path in folder.sizes()} == folder.sizes()


async def test_a_retry_goes_on_after_such_events(api, catalogue):
    project_id = await api.generate("帮我写个猜数字游戏", pause_after=["plan"])
    await api.events(project_id, follow=False)
    async with asyncio.timeout(10):
        while (await api.json(f"api/projects/{project_id}/request"))["status"] != "paused":
            continue
    assert (await api.post(f"api/projects/{project_id}/cancel")).code == 202
    last = (await api.events(project_id))[-1]["seq"]
    assert (await api.ask("PUT", api.file(project_id, "notes.txt"), body=b"x")).code == 201
    assert len(await poll(api, project_id, last)) == 2
    state = fold(read_events(catalogue.store.record(UUID(project_id)).journal_path))
    assert (state.status, state.files["notes.txt"].size_bytes) == ("cancelled", 1)
