"""One object with everything that a front end calls.

A server has one; a kernel has one for each configuration.
"""

from collections.abc import Callable
from uuid import UUID

from aiflow.config import Config
from aiflow.storage.journal import Entry
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow.workspace.applying import Applying
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.downloads import Download, open_download
from aiflow.workspace.engines import Engines
from aiflow.workspace.feeds import Feeds
from aiflow.workspace.files import Files
from aiflow.workspace.importing.project import Imports
from aiflow.workspace.observer import Observer
from aiflow.workspace.program_sessions import ProgramSessions
from aiflow.workspace.projects import Projects
from aiflow.workspace.questions import Questions
from aiflow.workspace.runs import Runs
from aiflow.workspace.templates import Templates
from aiflow.workspace.tests import ProjectTests
from aiflow.workspace.trace import Traces
from aiflow.workspace.tree import Trees
from aiflow.workspace.versions import Versions
from aiflow.workspace.worker import Worker


class Workspace:
    """The projects and runs of a configuration.

    Args:
        config: read and checked.
        worker: the thread that does the work of the runs.
        encode: an event as the transport sends it.
        observer: receives measurements.
    """

    def __init__(
        self,
        config: Config,
        worker: Worker,
        encode: Callable[[Entry], bytes],
        *,
        observer: Observer | None = None,
    ) -> None:
        self.config = config
        self.worker = worker
        self.trace = Trace(config.logs_dir, config.secrets)
        self.store = ProjectStore(config.projects_dir, config.run)
        self.templates = Templates(config)
        self.engines = Engines(config, self.store)
        observer = observer or Observer()
        self.runs = Runs(config, self.store, self.trace, worker, self.templates, observer)
        self.feeds = Feeds(self.store, config, encode, observer)
        self.programs = ProgramSessions(config, self.store, self.trace)
        changes = Changes(self.store)
        self.trees = Trees(self.store, changes, worker, self.programs.is_active)
        copies = Copies(config, self.store)
        self.files = Files(self.store, changes, copies)
        self.imports = Imports(config, self.store, self.trace)
        self.projects = Projects(self.store, config, changes)
        self.versions = Versions(self.store, config, copies)
        self.traces = Traces(self.store, config, worker)
        self.applying = Applying(self.store, changes, copies)
        self.tests = ProjectTests(self.store, config, changes, self.files, worker)
        self.questions = Questions(self.store, config)

    def download(self, project_id: UUID) -> Download:
        """Return a project as a zip.

        Raises:
            NotFoundError: if there is no such project, or its folder is gone.
            ConflictError: while it is being generated, or while one of its files has a syntax error.
        """
        return open_download(self.store, project_id)

    async def delete(self, project_id: UUID, *, family: bool = False) -> None:
        """Delete a version and its record, or all versions of its family.

        Raises:
            NotFoundError: if there is no such project.
            ConflictError: if it, or a version that starts from it, is being generated.
            StorageError: if the disk refuses.
        """
        # After the deletion only: if it is refused, the page goes on to see the changes.
        for version in await self.runs.delete(project_id, family=family):
            await self.trees.forget(version)

    async def stop(self) -> None:
        """End the streams, the watches, the programs and the runs."""
        # The streams end first: a server waits for its open connections, and a stream ends only with its run.
        self.feeds.stop()
        await self.trees.stop()
        await self.programs.stop()
        await self.runs.stop()
