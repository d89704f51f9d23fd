"""A run on disk as it can be read: its request, state, result and versions."""

from pathlib import Path
from typing import Any

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.engines.registry import load_recorded_engine
from aiflow.exceptions import AIFlowError, NotFoundError, RunCancelledError
from aiflow.model.artifacts import Spec
from aiflow.model.entities import GeneratedProject
from aiflow.model.questions import Question
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import RequestStatus
from aiflow.model.validators import required
from aiflow.model.versions import VersionList, VersionOrigin
from aiflow.pipeline.run_control import RunControl
from aiflow.sandbox.cell import ProjectPrograms
from aiflow.storage.comparison import Changes
from aiflow.storage.families import family_of, version_of
from aiflow.storage.last_error import keep_error
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.transcripts import read_calls
from aiflow.util.log import Trace


class FlowState:
    """The part of a ``Flow`` that only reads."""

    def _set_up(
        self,
        config: Config,
        manifest: Manifest,
        engine: Engine | None,
        projects_dir: Path,
        loaded_config: Config,
    ) -> None:
        self.config = config
        # Without the person's choice, which a later version must read anew.
        self._loaded_config = loaded_config
        self.project_id = manifest.project_id
        self.prompt = manifest.prompt
        self.template = manifest.template
        self.user = manifest.user
        self.pause_after = manifest.pause_after
        self.store = ProjectStore(projects_dir, config.run)
        self.record = self.store.record(manifest.project_id)
        self.trace = Trace(config.logs_dir, config.secrets)
        self._manifest = manifest
        self._engine = engine
        self.control = RunControl(self.store, self.record, config, self.trace)
        self._is_waiting = False  # at a pause that `run` reached

    @property
    def engine(self) -> Engine:
        """The engine. One that is not installed any more is replaced by the configuration's.

        Raises:
            ConfigError: when none of them can be loaded.
        """
        if self._engine is None:
            self._engine = load_recorded_engine(self.config, self._manifest.engine)
        return self._engine

    @engine.setter
    def engine(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def snapshot(self) -> Snapshot:
        """The state of the run: the fold of its events, whichever process wrote them."""
        return self.control.snapshot

    @property
    def spec(self) -> Spec | None:
        """The specification, as soon as there is one."""
        return self.snapshot.spec

    @property
    def questions(self) -> list[Question]:
        """The questions before the specification that have no answer yet; ``answer`` answers one."""
        return self.snapshot.open_questions

    @property
    def project(self) -> GeneratedProject | None:
        """The result, as soon as there is one."""
        project = self.snapshot.project
        if project is not None:
            programs = ProjectPrograms(
                self.config.runner, on_end=lambda ended: keep_error(self.record, ended.error_text)
            )
            folder = self.store.find(self.project_id)
            changes = Changes(self.snapshot.changes.values(), self._before(), folder)
            project.bind(folder.root, programs, changes)
        return project

    def _before(self) -> ProjectFolder | None:
        """Return the folder of the version that this one changes; None where there is none any more."""
        base_id = self._manifest.base_id
        try:
            return self.store.find(base_id) if base_id is not None else None
        except NotFoundError:
            return None

    @property
    def version(self) -> VersionOrigin:
        """Where this version comes from, and its number in its family."""
        return self.snapshot.version or self._manifest.origin

    @property
    def versions(self) -> VersionList:
        """All versions of this program, the oldest first."""
        family = family_of(self.store, self.version.family_id)
        return VersionList(version_of(self.store, manifest) for manifest in family)

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The requests to the model and its answers: ``{"phase", "messages", "thinking", "content"}``."""
        return read_calls(self.record.calls)

    def _outcome(self) -> GeneratedProject:
        state = self.snapshot
        if state.status is RequestStatus.COMPLETED:
            return required(self.project)
        if state.status is RequestStatus.CANCELLED:
            raise RunCancelledError("已经停止。写好的文件都还在。")
        raise AIFlowError(state.message or "生成失败。", reason=state.reason, retryable=bool(state.retryable))

    def _repr_html_(self) -> str:
        return self.snapshot._repr_html_()
