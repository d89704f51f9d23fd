"""The workbench as a widget: shows a run, controls it, and gives Python code its state and events."""

import asyncio
import hashlib
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import anywidget
import traitlets
from IPython.display import display, update_display

from aiflow.config import Config
from aiflow.exceptions import AIFlowError, ConflictError, InputError, NotFoundError
from aiflow.model.entities import GeneratedProject
from aiflow.model.events import Event
from aiflow.model.snapshot import Snapshot, fold
from aiflow.model.validators import as_uuid
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.recovery import watch_writer
from aiflow.sandbox.cell import ProjectPrograms
from aiflow.storage.journal_reader import JournalReader, read_events
from aiflow.workspace.service import Workspace
from aiflow_widgets import summary
from aiflow_widgets.kernel_transport import PERSON, KernelTransport, kernel_worker, kernel_workspace

STATIC = Path(__file__).with_name("static")
KEYWORDS = ("project_id", "prompt", "pause", "config", "layout")


class Workbench(anywidget.AnyWidget):
    """Shows a run in the notebook, from the sentence to the program.

    Where the page's Jupyter server has the extension, the page talks to that; elsewhere, and for a flow of
    this kernel, it talks to this object. Both show the same events.

    Args:
        flow: a flow of this kernel to show; it may have begun or not.
        project_id: a project to show.
        prompt: what the request field holds.
        pause: stop after the specification and after the plan.
        config: instead of config.json.

    Raises:
        InputError: when the arguments contradict each other.
        TypeError: for an unknown keyword, with advice.
    """

    _esm = STATIC / "loader.js"
    _bundle = traitlets.Unicode().tag(sync=True)
    _key = traitlets.Unicode().tag(sync=True)
    _source = traitlets.Enum(("page", "kernel"), default_value="page").tag(sync=True)
    project_id = traitlets.Unicode("", help="The project that is shown; empty while none is.").tag(sync=True)
    prompt = traitlets.Unicode("", help="What the request field holds.").tag(sync=True)
    pause = traitlets.Bool(default_value=False, help="Stop after each step.").tag(sync=True)
    status = traitlets.Unicode("idle", read_only=True, help="The request's status, or idle.")

    def __init__(
        self,
        flow: Flow | None = None,
        *,
        project_id: str | UUID = "",
        prompt: str = "",
        pause: bool = False,
        config: Config | None = None,
        **kwargs: Any,
    ) -> None:
        _check_keywords(kwargs)
        if flow is not None and (project_id or prompt):
            raise InputError("已经给了 flow，就不用再给 project_id 或 prompt 了。")
        self._flow = flow
        self._config = flow.config if flow is not None else config
        self._callbacks: list[Callable[[Event], None]] = []
        self._listening: str | None = None
        self._reported: Snapshot | None = None
        self._reported_prompt = ""
        self._main_loop = _running_loop()
        self._display_ids: list[str] = []
        self._displayed: dict[str, str] = {}
        shown = str(as_uuid(project_id)) if project_id else ""
        super().__init__(project_id=shown, prompt=flow.prompt if flow else prompt, pause=pause, **kwargs)
        self._transport = KernelTransport(self._send_page, lambda: self._workspace, self._unbegun)
        self.on_msg(self._on_page_message)
        self.observe(self._project_changed, "project_id")
        # The page's server may have other folders or another engine: this flow runs here.
        if flow is not None:
            self._source = "kernel"
            flow.control.on_begin(lambda: self._show(flow))

    @traitlets.default("_key")
    def _default_key(self) -> str:
        return uuid4().hex

    @traitlets.default("_bundle")
    def _default_bundle(self) -> str:
        return bundle_hash()

    # State ------------------------------------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot | None:
        """The state of what is shown, None while nothing is."""
        if not self.project_id:
            return None
        if self._flow is not None and str(self._flow.project_id) == self.project_id:
            return self._flow.snapshot
        state = fold(read_events(self._workspace.store.record(UUID(self.project_id)).journal_path))
        reported = self._reported
        if state.seq == 0 and reported is not None and str(reported.project_id) == self.project_id:
            return reported  # the run is not on the kernel's disk
        return state

    @property
    def project(self) -> GeneratedProject | None:
        """The result, as soon as there is one; its ``root`` is known where the project is on this disk."""
        state = self.snapshot
        if state is None or state.project is None:
            return None
        try:
            workspace = self._workspace
            root = workspace.store.find(UUID(self.project_id)).root
        except NotFoundError:
            return state.project  # on another disk
        state.project.bind(root, ProjectPrograms(workspace.config.runner))
        return state.project

    def on_event(self, callback: Callable[[Event], None], *, remove: bool = False) -> None:
        """Call ``callback`` with each event of what is shown from now on; with ``remove``, no longer.

        The calls come in the kernel's own thread, between the cells.
        """
        if remove:
            self._callbacks.remove(callback)
            return
        self._callbacks.append(callback)
        self._listen()

    # Actions ---------------------------------------------------------------------------------------------

    def generate(self, prompt: str | None = None) -> str:
        """Begin a run in this kernel and show it.

        Args:
            prompt: by default what the request field holds.

        Returns:
            The project's id. The run goes on while further cells run.

        Raises:
            InputError: when the prompt breaks a rule.
            ConfigError: when the configuration is wrong.
            StorageError: when the disk refuses.
        """
        workspace = self._workspace
        flow = self._unbegun()
        if flow is None or (prompt is not None and prompt != flow.prompt):
            pauses = ("specify", "plan") if self.pause else ()
            flow = Flow(
                prompt if prompt is not None else self.prompt, config=workspace.config, pause_after=pauses
            )
        found = str(kernel_worker().submit(workspace.runs.begin(flow, PERSON)).result())
        self._flow = flow
        with self.hold_sync():
            self.prompt = flow.prompt
            self._source = "kernel"
            self.project_id = found
        return found

    def cancel(self) -> None:
        """Stop the run that is shown, wherever it is, and return when it has stopped.

        Raises:
            ConflictError: when nothing is shown, or it has ended.
            NotFoundError: when it is not on this kernel's disk.
        """
        if not self.project_id:
            raise ConflictError("现在没有正在显示的项目，不用停止。")
        kernel_worker().submit(self._workspace.runs.cancel(UUID(self.project_id))).result()

    # How it appears ----------------------------------------------------------------------------------------

    def _ipython_display_(self) -> None:
        # Two outputs: the widget, which a page without its kernel cannot show, and a summary for such a
        # page. The summary is hidden where the widget is shown, and is replaced when the run is idle again.
        bundle = self._repr_mimebundle_()
        data = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
        display(data, raw=True)  # type: ignore[no-untyped-call]  # IPython is half typed
        self._displayed = self._summary()
        handle = display(self._displayed, raw=True, display_id=True)  # type: ignore[no-untyped-call]  # as above
        if handle is not None:
            self._display_ids.append(handle.display_id)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
        data["text/plain"] = summary.TITLE
        data["text/html"] = f"<b>{summary.TITLE}</b>"
        return (data, bundle[1]) if isinstance(bundle, tuple) else data

    def _summary(self) -> dict[str, str]:
        state, prompt = self._known_state(), self._known_prompt()
        return {"text/plain": summary.as_text(prompt, state), "text/html": summary.as_html(prompt, state)}

    def _known_state(self) -> Snapshot | None:
        try:
            return self.snapshot
        except AIFlowError:
            return self._reported  # a configuration that cannot be read hides no widget

    def _known_prompt(self) -> str:
        if not self.project_id:
            return self.prompt
        try:
            return self._workspace.store.record(UUID(self.project_id)).load().prompt
        except AIFlowError:
            return self._reported_prompt or self.prompt  # on another disk

    def update_summary(self) -> None:
        """Write the state as it is now into the notebook, for a page without a kernel."""
        output = self._summary()
        if output == self._displayed:
            return
        self._displayed = output
        for display_id in self._display_ids:
            update_display(output, raw=True, display_id=display_id)  # type: ignore[no-untyped-call]  # as above

    # Internals -------------------------------------------------------------------------------------------

    @cached_property
    def _workspace(self) -> Workspace:
        return kernel_workspace(self._config or Config.load())

    def _unbegun(self) -> Flow | None:
        flow = self._flow
        return flow if flow is not None and not flow.record.journal_path.exists() else None

    def _show(self, flow: Flow) -> None:
        self.project_id = str(flow.project_id)

    def _send_page(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(content, buffers)

    def _on_page_message(self, _widget: Any, content: Any, buffers: list[Any]) -> None:
        if isinstance(content, dict) and content.get("kind") == "shown":
            self._keep_report(content.get("snapshot"), content.get("prompt"))
        else:
            self._transport.receive(content, [bytes(buffer) for buffer in buffers])

    def _keep_report(self, state: object, prompt: object) -> None:
        """Keep the state that the page reports of an idle run, and write its summary into the notebook."""
        self._reported = Snapshot.model_validate(state)
        self._reported_prompt = prompt if isinstance(prompt, str) else ""
        self.set_trait("status", self._reported.status.value)
        self.update_summary()

    def _project_changed(self, change: Any) -> None:
        if not change["new"]:
            self.set_trait("status", "idle")
        if self._callbacks:
            self._listen()

    def _listen(self) -> None:
        if self.project_id and self._listening != self.project_id:
            self._listening = self.project_id
            kernel_worker().launch(self._follow(self.project_id))

    async def _follow(self, project_id: str) -> None:
        store, found = self._workspace.store, UUID(project_id)
        reader = JournalReader(store.record(found).journal_path)
        async for event in reader.follow_events(watch_writer(store, found, self._workspace.config)):
            if self.project_id != project_id:
                return
            self._call_back(event)

    def _call_back(self, event: Event) -> None:
        for callback in tuple(self._callbacks):
            # A callback may touch widgets and matplotlib, which only the kernel's own thread may.
            if self._main_loop is not None and self._main_loop.is_running():
                self._main_loop.call_soon_threadsafe(callback, event)
            else:
                callback(event)


@cache
def bundle_hash() -> str:
    """Return the version of the bundle in the page's request; it changes with the bundle's text."""
    return hashlib.sha256((STATIC / "workbench.js").read_bytes()).hexdigest()[:16]


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _check_keywords(given: dict[str, Any]) -> None:
    known = set(Workbench.class_trait_names()) | set(KEYWORDS)
    unknown = [name for name in given if name not in known or name.startswith("_")]
    if unknown:
        raise TypeError(
            f"Workbench 没有参数“{unknown[0]}”。可以用的有：flow、{'、'.join(KEYWORDS)}；"
            '例如 Workbench(prompt="帮我写个贪吃蛇", pause=True)。'
        )
