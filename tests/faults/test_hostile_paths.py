"""Paths with every trick of every platform, against the store and the files behind the endpoints.

``AIFLOW_PATH_CASES`` sets how many (a few thousand by default; 100,000 for the long form). Nothing outside of
the project may be read, written, listed or deleted, and nothing but our own errors may come out.
"""

import os
import random
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import UUID

import pytest

from aiflow.config import Config, RunConfig
from aiflow.exceptions import AIFlowError
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.files import Files
from tests.server.projects import Catalogue

CASES = int(os.environ.get("AIFLOW_PATH_CASES", "4000"))
SECRET = b"geheim"

PARTS = (
    "..", ".", "", "...", "....", "~", "~root", "a", "b.py", "main.py", "MAIN.py", "link", "dirlink", "up",
    "hard", "loop", "pipe", "secret.txt", "outside", "con", "NUL.txt", "aux", "com1", "lpt9.log", "com¹",
    "a.", "a ", " a", "a:b", "C:", "C:a", "file::$DATA", ".git", ".aiflow", ".GIT", "..\\", "..\\..",
    "\\\\server", "\\", "\x00", "a\x00b", "\n", "\r\n", "\u202e", "\u200b", "．．", "‥", "..;", "..%2f",
    "%2e%2e", "%252e%252e", "%c0%ae", "é", "e\u0301", "ß", "ﬁ", "\ud800", "x" * 255, "x" * 256, "蛇" * 90,
    "*", "?", "<", "|", '"', "$HOME", "${HOME}", "`id`", ";", "&", "'", "-rf", "--", "desktop.ini",
    "__pycache__", "node_modules", "\t", "\x7f", "\u2028", "\ufeff", "😀",
)  # fmt: skip
JOINS = ("/", "/", "/", "/", "\\", "//", "/./", "%2f", "%5c", "∕", "⁄", "/../")
PREFIXES = (
    "",
    "",
    "",
    "",
    "/",
    "//",
    "\\\\?\\",
    "file:///",
    "./",
    "../",
    "../../",
    "C:/",
    "/etc/",
    "~/",
    "\\",
)


def hostile(rng: random.Random, outside: Path, inside: Path) -> str:
    """One path, as bad as it gets."""
    if rng.random() < 0.05:
        target = rng.choice([str(outside / "secret.txt"), os.path.relpath(outside / "secret.txt", inside)])
        return target.replace("/", rng.choice(JOINS)) if rng.random() < 0.5 else target
    names = [rng.choice(PARTS) for _ in range(rng.randint(1, 5))]
    path = rng.choice(PREFIXES) + names[0]
    for name in names[1:]:
        path += rng.choice(JOINS) + name
    if rng.random() < 0.1:
        path = quote(path.encode("utf-8", "surrogatepass"))
    if rng.random() < 0.1:
        path = unquote(path)
    return path


def snapshot(folder: Path, but: Path) -> dict[str, bytes | None]:
    """Everything below ``folder`` that is not below ``but``."""
    found: dict[str, bytes | None] = {}
    for place, folders, files in os.walk(folder):
        if Path(place) == but:
            folders.clear()
            continue
        found[place] = None
        found |= {str(Path(place, name)): Path(place, name).read_bytes() for name in files}
    return found


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    """A project that is full of traps."""
    folder = Catalogue(tmp_path / "projects").project({"main.py": "print(1)\n", "a/b.py": "x"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(SECRET)
    root = folder.root
    (root / "link").symlink_to(outside / "secret.txt")
    (root / "dirlink").symlink_to(outside, target_is_directory=True)
    (root / "up").symlink_to("..", target_is_directory=True)
    (root / "loop").symlink_to("loop")
    (root / "a" / "link").symlink_to("../../../outside/secret.txt")
    os.link(outside / "secret.txt", root / "hard")
    os.mkfifo(root / "pipe")
    return folder


def test_nothing_outside_is_touched(project: ProjectFolder, tmp_path: Path) -> None:
    rng = random.Random(20261122)
    store = ProjectStore(tmp_path / "projects", RunConfig(durability="none"))
    files = Files(store, Changes(store), Copies(Config(), store))
    watched = [tmp_path / "outside"]
    before = [snapshot(folder, project.root) for folder in watched]
    refused = 0
    for _ in range(CASES):
        path = hostile(rng, tmp_path / "outside", project.root)
        refused += not attack(files, project, project.project_id, path, rng)
    assert [snapshot(folder, project.root) for folder in watched] == before
    assert refused > CASES // 2
    # Beside the project there is its record and nothing that an attack has made.
    assert {entry.name for entry in (tmp_path / "projects").iterdir()} == {".aiflow", project.root.name}
    assert {entry.name for entry in tmp_path.iterdir()} == {"projects", "outside"}
    assert all(SECRET not in project.read(path) for path in project.sizes())


def attack(files: Files, project: ProjectFolder, project_id: UUID, path: str, rng: random.Random) -> bool:
    """Try everything with ``path``; return whether anything was let through."""
    passed = False
    try:
        with files.open(project_id, path).file as file:
            assert SECRET not in file.read(), path
        passed = True
    except AIFlowError:
        pass  # refused, in our words: what is wanted
    action = rng.random()
    try:
        if action < 0.3:
            files.save(project_id, path, b"evil", if_match=None, if_none_match=None)
            passed = True
        elif action < 0.4:
            project.remove(path)
            passed = True
    except AIFlowError:
        pass  # the same
    return passed
