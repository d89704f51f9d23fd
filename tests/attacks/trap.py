"""A project full of traps, beside a folder that nobody may touch."""

import os
from pathlib import Path

from aiflow.storage.project_folder import ProjectFolder
from tests.attacks.outcome import SECRET, SECRET_NAME
from tests.server.projects import Catalogue


class Trap:
    """A projects folder with one project, and an outside with a secret.

    Args:
        home: an empty folder.
        projects: where the projects lie; in ``home`` by default.
    """

    def __init__(self, home: Path, projects: Path | None = None) -> None:
        self.home = home
        self.projects = projects or home / "projects"
        self.outside = home / "outside"
        self.outside.mkdir(parents=True)
        (self.outside / SECRET_NAME).write_bytes(SECRET)
        (self.outside / "main.py").write_bytes(SECRET)
        # Only this one has a second name: a file that has one is not listed, which would hide that a folder
        # was.
        (self.outside / "linked.txt").write_bytes(SECRET)
        self.folder: ProjectFolder = Catalogue(self.projects).project(
            {"main.py": "print(1)\n", "a/b.py": "x = 1\n", "sub/main.py": "print(2)\n"}
        )
        root = self.folder.root
        (root / "link").symlink_to(self.outside / SECRET_NAME)
        (root / "dirlink").symlink_to(self.outside, target_is_directory=True)
        (root / "up").symlink_to("..", target_is_directory=True)
        (root / "loop").symlink_to("loop")
        (root / "chain").symlink_to("dirlink")
        (root / "dangling").symlink_to(self.outside / "new.txt")
        (root / "a" / "link").symlink_to(f"../../../outside/{SECRET_NAME}")
        os.link(self.outside / "linked.txt", root / "hard")
        if hasattr(os, "mkfifo"):
            os.mkfifo(root / "pipe")
        self._before = self.seen_outside()

    def seen_outside(self) -> dict[str, bytes]:
        """Everything that is outside, with its bytes."""
        return {
            path.relative_to(self.outside).as_posix(): path.read_bytes() if path.is_file() else b""
            for path in sorted(self.outside.rglob("*"))
        }

    def damage(self) -> list[str]:
        """The differences outside the projects folder; empty where every attack failed."""
        found = []
        if self.seen_outside() != self._before:
            found.append("something outside was written or deleted")
        beside = {entry.name for entry in self.projects.iterdir()}
        if not beside <= {".aiflow", self.folder.root.name}:
            found.append(f"something was made beside the project: {sorted(beside)}")
        return found
