"""The live view of ``aiflow new``: the phases, the text that is being written, the files."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from aiflow.commands.terminal import one_line, pad, print_line, printable
from aiflow.model.events import DiagnosticEvent, EventBase, FileWrittenEvent, PhaseEvent, StatusEvent
from aiflow.model.labels import PHASE_MARKS
from aiflow.model.phases import phase_spec
from aiflow.model.snapshot import FileSnapshot, PhaseSnapshot, Snapshot
from aiflow.model.status import PhaseStatus, RequestStatus
from aiflow.pipeline.flow import Flow

_STYLES = {
    PhaseStatus.PENDING: "dim",
    PhaseStatus.ACTIVE: "bold blue",
    PhaseStatus.COMPLETED: "green",
    PhaseStatus.FAILED: "red",
}
_SEVERITIES = {"error": "red", "warning": "yellow", "info": "dim"}
# As many as can be read while they pass, on a terminal of 24 lines with everything else.
_TAIL_LINES = 6
_FILES_SHOWN = 12
_FINDINGS_SHOWN = 5
_FRAME_S = 0.05


class Screen:
    """Draws the snapshot of a run, live where there is a terminal, line by line where there is none.

    Args:
        console: where to.
        prompt: the student's sentence.
    """

    def __init__(self, console: Console, prompt: str) -> None:
        self._console = console
        self._prompt = prompt
        self._state = Snapshot()
        self._notices: list[str] = []
        self._live = self._new_live()
        self._drawn_at = 0.0
        self._started_at = time.monotonic()

    def __enter__(self) -> Self:
        self._console.print(Text(f"\n  {printable(self._prompt)}\n", style="bold"))
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def show(self, event: EventBase) -> None:
        """Apply an event, and draw at most twenty times a second."""
        self._state.apply(event)
        if isinstance(event, StatusEvent) and event.message and not self._state.is_final:
            self._notices.append(event.message)
        # A file or a pipe would keep every drawing, one below the other.
        if not self._console.is_terminal:
            self._print_plain(event)
        # Each drawing lays all Markdown out again; a fast model sends thousands of chunks a second.
        elif time.monotonic() - self._drawn_at > _FRAME_S:
            self._drawn_at = time.monotonic()
            self._live.update(self._draw(), refresh=True)

    @contextmanager
    def paused(self, text: str) -> Iterator[None]:
        """Stop drawing, and show ``text`` (Markdown), for as long as the block lasts."""
        self._stop()
        self._console.print(Padding(Markdown(printable(text)), (1, 2)))
        yield
        self._start()

    def print_result(self, flow: Flow) -> None:
        """Print how the run ended and what can be done next."""
        state = flow.snapshot
        out, seconds = self._console, time.monotonic() - self._started_at
        if state.status is RequestStatus.COMPLETED and (project := flow.project) is not None:
            print_line(
                out, Text(f"\n  完成：{project.total_files} 个文件，用了 {seconds:.0f} 秒。", style="green")
            )
            if not project.syntax_validated:
                print_line(
                    out, Text("  有文件的语法还不对（见上面），所以现在不能打包下载。", style="yellow")
                )
            print_line(out, Text("  在这里  ", style="dim").append(str(project.root), style="default"))
            command = f"aiflow run {project.project_name}"
            print_line(out, Text("  运行它  ", style="dim").append(command, style="default"))
        elif state.status is RequestStatus.CANCELLED:
            print_line(out, Text("\n  已经停止。写好的文件都还在。", style="yellow"))
        else:
            print_line(out, Text(f"\n  没有完成：{printable(state.message or '原因不明。')}", style="red"))

    def _new_live(self) -> Live:
        # No refresh by a timer: rich's thread would draw the state while an event changes it.
        return Live(console=self._console, auto_refresh=False, vertical_overflow="crop")

    def _start(self) -> None:
        if self._console.is_terminal:
            self._live = self._new_live()
            self._live.start()

    def _stop(self) -> None:
        if self._console.is_terminal:
            # The last events may be younger than the last frame.
            self._live.update(self._draw(), refresh=True)
            self._live.stop()

    def _print_plain(self, event: EventBase) -> None:
        if isinstance(event, PhaseEvent) and event.status is not PhaseStatus.PENDING:
            print_line(self._console, f"  {PHASE_MARKS[event.status]} {phase_spec(event.phase).title}")
        elif isinstance(event, FileWrittenEvent):
            print_line(self._console, f"    {printable(event.path)}  {event.size_bytes} B")
        elif isinstance(event, DiagnosticEvent | StatusEvent) and not self._state.is_final and event.message:
            print_line(self._console, f"    {printable(event.message)}")

    # Drawing
    # ---------------------------------------------------------------------------------------------------

    def _draw(self) -> RenderableType:
        state = self._state
        rows: list[RenderableType] = []
        for phase in state.phases.values():
            rows.append(self._phase_row(phase))
            if phase.status is PhaseStatus.ACTIVE:
                message = Text(phase.educational_message, style="dim")
                rows.append(Padding(message, (0, 2, 0, 4)))
        if (active := state.active_phase) is not None:
            rows.append(Padding(self._tail(active), (1, 0, 0, 2)))
        if state.files:
            rows += [Text(), *self._file_rows(list(state.files.values()))]
        if state.diagnostics:
            rows.append(Text())
        for found in state.diagnostics[-_FINDINGS_SHOWN:]:
            text = Text(printable(found.message), style=_SEVERITIES[found.severity])
            rows.append(Padding(text, (0, 2, 0, 4)))
        if self._notices:
            rows.append(Padding(Text(printable(self._notices[-1]), style="dim"), (1, 2, 0, 2)))
        return Group(*rows)

    def _phase_row(self, phase: PhaseSnapshot) -> Text:
        mark, style = PHASE_MARKS[phase.status], _STYLES[phase.status]
        row = Text(f"  {mark} ", style=style)
        row.append(
            phase_spec(phase.phase).title, style="bold" if phase.status is PhaseStatus.ACTIVE else "default"
        )
        if phase.started_at and phase.completed_at:
            row.append(f"  {(phase.completed_at - phase.started_at).total_seconds():.0f} 秒", style="dim")
        if phase.status is PhaseStatus.PENDING:
            row.stylize("dim")
        return row

    def _file_rows(self, files: list[FileSnapshot]) -> Iterator[Text]:
        shown = files[-_FILES_SHOWN:]
        if len(files) > len(shown):
            yield Text(f"    …前面还有 {len(files) - len(shown)} 个文件", style="dim")
        room = max(20, self._console.width - 20)
        names = [one_line(file.path, room) for file in shown]
        width = max(map(len, names), default=0)
        for file, name in zip(shown, names, strict=True):
            if file.status == "typing":
                yield Text(f"    {pad(name, width)}  ", style="blue").append("正在写")
            elif file.status == "error":
                yield Text(f"    {pad(name, width)}  ", style="red").append("没有写成")
            else:
                yield Text(f"    {pad(name, width)}  ").append(f"{file.size_bytes:>7,} B", style="dim")

    def _tail(self, phase: PhaseSnapshot) -> Text:
        """The last lines of what is being written: the code or the text, before it the thinking.

        Always as many lines, so that what stands below does not jump.
        """
        content = self._state.typed.text or phase.content.text
        text, style = (content, "default") if content else (phase.thinking.text, "dim italic")
        lines = [line for line in printable(text).split("\n") if line.strip()][-_TAIL_LINES:]
        lines += [""] * (_TAIL_LINES - len(lines))
        drawn = Text(no_wrap=True, overflow="ellipsis")
        for number, line in enumerate(lines):
            drawn.append("│ " if number == 0 else "\n│ ", style="dim")
            drawn.append(line, style=style)
        return drawn
