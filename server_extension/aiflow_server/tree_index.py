"""A folder's tree as JSON, kept so that one changed file costs one file and not ten thousand.

Each folder holds the JSON of its children and, until one of them changes, its own. The rules are those of
``ProjectFolder.walk``: links are not followed, what interpreters and editors leave is not listed, and a
folder is listed when there is a file in it. Pure bookkeeping: who tells it what changed is not its business.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from aiflow.model.paths import MAX_DEPTH
from aiflow.storage.project_folder import is_listed
from aiflow.storage.safefs import is_shared, list_folder, status_of
from aiflow.util.timestamps import format_time


class _Folder:
    """One folder: its children, and its JSON while that is right."""

    __slots__ = ("children", "count", "digest", "rendered")

    def __init__(self) -> None:
        self.children: dict[str, bytes | _Folder] = {}
        self.rendered: bytes | None = None
        self.digest = b""
        self.count = 0

    def render(self, name: str, path: str) -> bytes:
        """Return the JSON, made anew where something below has changed; ``digest`` then stands for it."""
        if self.rendered is None:
            self.count = 0
            parts = []
            digest = hashlib.blake2b(name.encode(), digest_size=16)
            for child_name in sorted(self.children):
                child = self.children[child_name]
                if isinstance(child, _Folder):
                    text = child.render(child_name, f"{path}/{child_name}" if path else child_name)
                    self.count += child.count
                    if child.count:
                        parts.append(text)
                        digest.update(child.digest)
                else:
                    self.count += 1
                    parts.append(child)
                    digest.update(child)
            self.digest = digest.digest()
            head = f'{{"type":"directory","name":{_quoted(name)},"path":{_quoted(path)},"children":['
            self.rendered = b"%b%b]}" % (head.encode(), b",".join(parts))
        return self.rendered


class TreeIndex:
    """The tree of a folder.

    Args:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = _Folder()
        self.etag = ""
        self.data = b""

    @property
    def count(self) -> int:
        """How many files there are."""
        return self._top.count

    def scan(self) -> None:
        """Read everything."""
        self._top = _Folder()
        _fill(self._top, self._root, ())

    def apply(self, paths: Iterable[str]) -> None:
        """Look again at some paths, relative to the root with ``/``: what is there now, or that nothing is.

        A path whose folder has become known only now is read with that whole folder: the notice of a file in
        a folder that was just made may have been missed.
        """
        for path in paths:
            if path in {"", "."}:
                self.scan()
            else:
                self._look_at(path.split("/"))

    def _look_at(self, names: list[str]) -> None:
        if not all(is_listed(name) for name in names):
            return
        chain = [self._top]
        for depth, name in enumerate(names[:-1], start=1):
            child = chain[-1].children.get(name)
            if not isinstance(child, _Folder):
                names = names[:depth]  # look at the first part that is not known as a folder
                break
            chain.append(child)
        folder, name = chain[-1], names[-1]
        path = "/".join(names)
        found = self._status(names)
        if found is None:
            folder.children.pop(name, None)
        elif stat.S_ISREG(found.st_mode):
            folder.children[name] = _file_json(name, path, found)
        else:
            fresh = _Folder()
            _fill(fresh, self._root, tuple(names))
            folder.children[name] = fresh
        for one in chain:
            one.rendered = None

    def _status(self, names: list[str]) -> os.stat_result | None:
        """Return what is at a path: a file or a folder of the project, None for anything else."""
        found = status_of(self._root, tuple(names))
        if found is None or stat.S_ISDIR(found.st_mode):
            return found
        return found if stat.S_ISREG(found.st_mode) and not is_shared(found) else None

    def render(self, project_id: str) -> None:
        """Bring ``data`` (a DirectoryTree) and ``etag`` up to date.

        Nothing is done while nothing has changed.
        """
        if self._top.rendered is not None and self.data:
            return
        root = self._top.render("root", "")
        etag = f'"{self._top.digest.hex()}"'
        if etag == self.etag:
            return  # touched, but the same: who has it keeps it
        now = format_time(datetime.now(UTC))
        tail = f',"total_files":{self._top.count},"generated_at":"{now}"}}'
        self.data = b'{"project_id":"%b","root":%b%b' % (project_id.encode(), root, tail.encode())
        self.etag = etag


def _fill(folder: _Folder, root: Path, parts: tuple[str, ...]) -> None:
    for name, found in list_folder(root, parts):
        if not is_listed(name):
            continue
        if stat.S_ISDIR(found.st_mode) and len(parts) + 1 < MAX_DEPTH:
            child = _Folder()
            _fill(child, root, (*parts, name))
            folder.children[name] = child
        elif stat.S_ISREG(found.st_mode) and not is_shared(found):
            folder.children[name] = _file_json(name, "/".join((*parts, name)), found)


def _file_json(name: str, path: str, found: os.stat_result) -> bytes:
    created = format_time(datetime.fromtimestamp(found.st_mtime, UTC))
    return (
        f'{{"type":"file","name":{_quoted(name)},"path":{_quoted(path)},'
        f'"size_bytes":{found.st_size},"created_at":"{created}"}}'
    ).encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
