"""The kept tree: equal to what is on disk after every change, large trees watched."""

import asyncio
import json
import os
import random
import shutil
import time

import pytest
from aiflow_server import trees
from aiflow_server.tree_index import TreeIndex

NAMES = ("a", "b.py", "蛇", "数据", "c", "__pycache__", "x.txt")


def on_disk(folder):
    """The tree as the store reads it, by another way."""
    tree = json.loads(folder.tree().model_dump_json())
    del tree["generated_at"]
    return tree


def kept(index, folder):
    index.render(str(folder.project_id))
    tree = json.loads(index.data)
    del tree["generated_at"]
    return tree


def change(root, rng):
    """One thing that an editor, git or a person does; returns the paths that a watch would name."""
    parts = [rng.choice(NAMES) for _ in range(rng.randint(1, 4))]
    path = root.joinpath(*parts)
    action = rng.choice(["write", "write", "remove", "mkdir", "link", "move"])
    if any(parent.is_file() or parent.is_symlink() for parent in path.parents if parent != root):
        return []
    if action == "write" and not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(b"x" * rng.randint(0, 99))
    elif action == "remove":
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    elif action == "mkdir" and not os.path.lexists(path):
        path.mkdir(parents=True)
    elif action == "link" and not os.path.lexists(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(root.parent)
    elif action == "move" and path.exists():
        other = root / rng.choice(["moved", "蛇2"])
        if not os.path.lexists(other):
            path.rename(other)
            return ["/".join(parts), other.name]
    # A watch names the deepest thing; of a folder made on the way it may say nothing.
    return ["/".join(parts)]


@pytest.mark.parametrize("seed", range(6))
def test_kept_is_what_is_there(shelf, seed):
    folder = shelf.project({"main.py": "x", "src/a.py": "y"})
    rng = random.Random(seed)
    index = TreeIndex(folder.root)
    index.scan()
    for _ in range(150):
        index.apply(change(folder.root, rng))
        assert kept(index, folder) == on_disk(folder)


def test_what_did_not_change_keeps_its_tag(shelf):
    folder = shelf.project({"main.py": "x", "src/a.py": "y"})
    index = TreeIndex(folder.root)
    index.scan()
    kept(index, folder)
    etag, data = index.etag, index.data
    index.apply(["main.py", "no/such/file"])
    kept(index, folder)
    assert (index.etag, index.data) == (etag, data)
    (folder.root / "src" / "a.py").write_bytes(b"yy")
    index.apply(["src/a.py"])
    kept(index, folder)
    assert index.etag != etag


async def test_a_large_tree_is_watched(api, shelf, jp_serverapp, monkeypatch):
    monkeypatch.setattr(trees, "WATCH_FROM", 20)
    folder = shelf.project({f"d{n // 10}/f{n}.txt": "x" for n in range(40)})
    url = f"api/projects/{folder.project_id}"
    (extension,) = jp_serverapp.extension_manager.extension_apps["aiflow_server"]
    await api.json(url)
    service = await extension.startup.service()
    async with asyncio.timeout(5):
        while folder.project_id not in service.trees._watched:  # noqa: ASYNC110 - it begins by itself
            await asyncio.sleep(0.01)
    for write in (
        lambda: (folder.root / "d1" / "新.txt").write_bytes(b"12345"),
        (folder.root / "d1" / "新.txt").unlink,
        lambda: shutil.rmtree(folder.root / "d2"),
        lambda: (folder.root / "d0").rename(folder.root / "e0"),
    ):
        etag = (await api.get(url)).headers["ETag"]
        write()
        seen = await until_changed(api, url, etag)
        del seen["generated_at"]
        assert seen == on_disk(folder)
    assert (await api.ask("PUT", f"{url}/files/d1/by_us.txt", body=b"x")).code == 201
    assert "by_us.txt" in (await api.get(url)).body.decode()
    # The folder replaced by another one: the watch stays with the old one and must not be believed.
    shutil.move(folder.root, folder.root.with_name("away"))
    folder.make()
    (folder.root / "only.txt").write_bytes(b"x")
    assert (await api.json(url))["total_files"] == 1


async def until_changed(api, url, etag):
    began = time.perf_counter()
    async with asyncio.timeout(5):
        while True:
            answer = await api.get(url, headers={"If-None-Match": etag})
            if answer.code == 200:
                assert time.perf_counter() - began < 2
                return json.loads(answer.body)
            await asyncio.sleep(0.005)


def test_names_that_are_no_text_are_left_out(shelf):
    folder = shelf.project()
    (folder.root / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"x")
    index = TreeIndex(folder.root)
    index.scan()
    assert kept(index, folder) == on_disk(folder)
    assert index.count == 1
