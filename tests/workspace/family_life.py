"""Families of versions as a person makes and changes them, and what must then be on disk.

The model holds, for every version, the bytes of each file as its person left them.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from aiflow import Config, Flow
from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta
from aiflow.exceptions import AIFlowError, OverloadedError
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.comparison import compare_folders
from aiflow.storage.originals import read_step, undo_tokens
from aiflow.util.log import Trace
from aiflow.workspace.applying import Applying
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.files import Files
from aiflow.workspace.importing.project import Imports
from aiflow.workspace.projects import Projects
from aiflow.workspace.versions import Versions
from tests.pipeline.conftest import FILES, PLAN, SPEC

Contents = dict[str, bytes]
KILLED = 9
# Each ends a step of the disk's: between two of them a process may be killed.
_DISK_CALLS = ("replace", "write", "unlink", "rmdir", "mkdir")


class Answers(Engine):
    """Generates a program, and changes its main file as often as it is asked."""

    name = "lessons"
    model = "answers"

    def __init__(self) -> None:
        self.outcome = "complete"
        self.count = 0

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        self.count += 1
        changed = f'<file path="main.py">\nprint({self.count})\n</file>\n'
        implement = FILES if request.task == "generate" else changed
        yield TextDelta("content", {"specify": SPEC, "plan": PLAN}.get(request.phase, implement))
        if self.outcome == "fail":
            raise OverloadedError("服务太忙了，请过一会儿再试。")
        if self.outcome == "cancel" and request.phase == "implement":
            await asyncio.Event().wait()
        yield FinishDelta("stop")


class Families:
    """A folder of projects, the calls that change it, and the model of what must be in it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="aiflow-family-"))
        values = {
            "projects_dir": str(self.home / "projects"),
            "logs_dir": str(self.home / "logs"),
            "run": {"durability": "none"},
            "tests": {"enabled": False},
            "gates": {"smoke_run": False, "plugins": False},
        }
        self.config = Config.model_validate(values | {"folder": self.home})
        self.engine = Answers()
        self.open()
        self.expected: dict[UUID, Contents] = {}
        self.origins: dict[UUID, tuple[UUID, int, UUID | None]] = {}
        self.labels: dict[UUID, str] = {}

    def open(self) -> None:
        """Open the folder as a process does that has just begun."""
        config = self.config
        flow = Flow("帮我写个计数器", config=config, engine=self.engine)
        self.store = flow.store
        changes, copies = Changes(self.store), Copies(config, self.store)
        self.files = Files(self.store, changes, copies)
        self.applying = Applying(self.store, changes, copies)
        self.versions = Versions(self.store, config, copies)
        self.projects = Projects(self.store, config, changes)
        self.imports = Imports(config, self.store, Trace(config.logs_dir))

    def close(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def generate(self) -> None:
        flow = Flow("帮我写个计数器", config=self.config, engine=self.engine)
        asyncio.run(flow.run())

    def bring_in(self, text: bytes) -> None:
        asyncio.run(self.imports.add([("main.py", text)]))

    def change(self, version: UUID, outcome: str) -> None:
        flow = Flow.open(version, config=self.config).change("倒着数", engine=self.engine)
        self.engine.outcome = outcome

        async def run() -> None:
            task = asyncio.ensure_future(flow.run())
            while outcome == "cancel" and not task.done():
                await asyncio.sleep(0.001)
                if flow.record.journal_path.exists() and flow.snapshot.files:
                    await flow.cancel()
                    break
            await task

        try:
            with contextlib.suppress(AIFlowError):
                asyncio.run(run())
        finally:
            self.engine.outcome = "complete"

    def put(self, version: UUID, path: str, text: bytes) -> UUID | None:
        return self.files.save(version, path, text).version

    def first_hunk(self, version: UUID, other: UUID) -> tuple[str, dict[str, Any]] | None:
        """A hunk of a file that can be applied to ``version``."""
        found = compare_folders(self.store.find(version), self.store.find(other)).files
        file = next((one for one in found if one.hunks and one.kind == "modified"), None)
        return (file.path, file.hunks[0].model_dump()) if file is not None else None

    # Checking ----------------------------------------------------------------------------------------------

    def on_disk(self) -> dict[UUID, Contents]:
        """Every version's files, with whatever a killed process left behind put in order."""
        self.projects.summaries()
        found = {}
        for record in self.store.records():
            if self.store.manifest(record.project_id) is None:
                continue  # the rest of a deletion that was killed: no list shows it
            folder = self.store.find(record.project_id)
            found[record.project_id] = {path: folder.read(path) for path in folder.sizes()}
        return found

    def learn(self) -> None:
        """Take what is there into the model: the last step was allowed to change it."""
        found = self.on_disk()
        manifests = {one: self.store.record(one).load() for one in found}
        # In the order of their creation, so that a failure can be seen again: the ids are random.
        self.expected = {one: found[one] for one in sorted(found, key=lambda one: manifests[one].created_at)}
        self.origins = {one: (m.family_id, m.version, m.parent_id) for one, m in manifests.items()}
        self.labels = {one: m.label for one, m in manifests.items() if m.label}

    def check(self) -> None:
        """Hold the disk to the model, and the families to their rules."""
        assert self.on_disk() == self.expected
        listed = {UUID(row["project_id"]): row for row in self.projects.summaries()}
        assert set(listed) == set(self.expected)
        for family_id in {family for family, _, _ in self.origins.values()}:
            self._check_family(family_id, listed)

    def _check_family(self, family_id: UUID, listed: dict[UUID, dict[str, Any]]) -> None:
        members = [one for one, (family, _, _) in self.origins.items() if family == family_id]
        rows = self.versions.listing(members[0])["versions"]
        assert {UUID(row["project_id"]) for row in rows} == set(members)
        numbers = [row["version"] for row in rows]
        assert numbers == sorted(set(numbers)), "each number is given once, in the order of creation"
        for row in rows:
            one = UUID(row["project_id"])
            record = self.store.record(one)
            assert (family_id, row["version"], record.load().parent_id) == self.origins[one]
            assert listed[one]["versions"] == len(members)
            assert record.load().status in FINAL_STATUSES
            assert not record.is_alive(), "no lock is left behind"
            parent = self.origins.get(record.load().parent_id or one)
            assert parent is None or parent[1] <= row["version"]
        assert not list(self.store.projects_dir.glob("*/.*.tmp"))

    def reachable(self, version: UUID, path: str) -> Iterator[bytes | None]:
        """The contents of a file that a person can still get: now, and before each step to be undone."""
        folder = self.store.find(version)
        yield folder.read(path) if path in folder.sizes() else None
        for token in undo_tokens(folder.record):
            step = read_step(folder.record, token)
            if path in step.before:
                yield step.before[path]


def killed_during(step: Callable[[], object], calls: int) -> bool:
    """Do a step in a process that is killed before its n-th call of the disk; return whether it was."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    left = calls

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(KILLED)
            return function(*args, **kwargs)

        return call

    for name in _DISK_CALLS:
        setattr(os, name, counted(getattr(os, name)))
    with contextlib.suppress(BaseException):
        step()
    os._exit(0)
