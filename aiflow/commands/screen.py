"""What ``aiflow new`` shows: the three phases, what is being written, the files."""

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

from aiflow.entities import PhaseStatus, PhaseType, RequestStatus
from aiflow.events import EventBase, PhaseSnapshot, Snapshot
from aiflow.flow import Flow

NAMES = {PhaseType.SPECIFY: "需求说明", PhaseType.PLAN: "方案设计", PhaseType.IMPLEMENT: "编写代码"}
_MARKS = {
    PhaseStatus.PENDING: ("○", "dim"),
    PhaseStatus.ACTIVE: ("●", "bold blue"),
    PhaseStatus.COMPLETED: ("✓", "green"),
    PhaseStatus.FAILED: ("!", "red"),
}
_SEVERITIES = {"error": "red", "warning": "yellow", "info": "dim"}
_TAIL_LINES = 6


class Screen:
    """Draws the snapshot of a run, live where there is a terminal, once at the end where there is none.

    Args:
        console: where to.
        prompt: the student's sentence.
    """

    def __init__(self, console: Console, prompt: str) -> None:
        self._console = console
        self._prompt = prompt
        self._state = Snapshot()
        self._live = Live(console=console, auto_refresh=False, transient=False)
        self._drawn_at = 0.0

    def __enter__(self) -> Self:
        self._console.print(Text(f"“{self._prompt}”", style="bold"))
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.update(self._draw(), refresh=True)
            self._live.stop()

    def show(self, event: EventBase) -> None:
        """Take one event in, and draw, at most twenty times a second."""
        self._state.apply(event)
        if not self._console.is_terminal:
            self._print_plain(event)
        elif time.monotonic() - self._drawn_at > 0.05:
            self._drawn_at = time.monotonic()
            self._live.update(self._draw(), refresh=True)

    @contextmanager
    def paused(self, text: str) -> Iterator[None]:
        """Stop drawing, and show ``text`` (Markdown), for as long as the block lasts."""
        if self._console.is_terminal:
            self._live.update(self._draw(), refresh=True)
            self._live.stop()
        self._console.print(Padding(Markdown(text), (1, 2)))
        yield
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False)
            self._live.start()

    def say_end(self, flow: Flow) -> None:
        """Say how it ended and what can be done now."""
        state = flow.snapshot
        if state.status is RequestStatus.COMPLETED and (project := flow.project) is not None:
            self._console.print(
                Text(f"\n完成：{project.total_files} 个文件，在 ", style="green").append(str(project.root))
            )
            self._console.print(Text(f"运行它：aiflow run {project.project_name}"))
        elif state.status is RequestStatus.CANCELLED:
            self._console.print(Text("\n已经停止。写好的文件都还在。", style="yellow"))
        else:
            self._console.print(Text(f"\n没有完成：{state.message or ''}", style="red"))

    def _print_plain(self, event: EventBase) -> None:
        kind = getattr(event, "event_type", "")
        if kind == "phase" and getattr(event, "status", None) is not PhaseStatus.PENDING:
            phase = self._state.phases[getattr(event, "phase")]  # noqa: B009 - events differ in their fields
            mark, _ = _MARKS[phase.status]
            self._console.print(Text(f"{mark} {NAMES[phase.phase]}"))
        elif kind == "file_written":
            self._console.print(Text(f"  {getattr(event, 'path')}  {getattr(event, 'size_bytes')} B"))  # noqa: B009
        elif kind == "status" and getattr(event, "message", None) and not self._state.is_final:
            self._console.print(Text(f"  {getattr(event, 'message')}", style="yellow"))  # noqa: B009
        elif kind == "diagnostic":
            self._console.print(Text(f"  {getattr(event, 'message')}"))  # noqa: B009

    def _draw(self) -> RenderableType:
        state = self._state
        rows: list[RenderableType] = [self._phase_row(phase) for phase in state.phases.values()]
        active = state.active_phase
        if active is not None:
            rows.append(Padding(self._tail(active), (1, 0, 0, 4)))
        if state.files:
            rows.append(Text())
        for file in state.files.values():
            size = "正在写" if file.status == "typing" else f"{file.size_bytes:,} B"
            rows.append(
                Text(f"    {file.path}  ").append(size, style="blue" if file.status == "typing" else "dim")
            )
        for found in state.diagnostics[-8:]:
            rows.append(Text(f"    {found.message}", style=_SEVERITIES[found.severity]))
        if state.message and not state.is_final:
            rows.append(Text(f"\n  {state.message}", style="yellow"))
        return Group(*rows)

    def _phase_row(self, phase: PhaseSnapshot) -> Text:
        mark, style = _MARKS[phase.status]
        row = Text(f"  {mark} ", style=style).append(
            NAMES[phase.phase], style="bold" if style != "dim" else "dim"
        )
        if phase.started_at and phase.completed_at:
            row.append(f"  {(phase.completed_at - phase.started_at).total_seconds():.0f} 秒", style="dim")
        if phase.status is PhaseStatus.ACTIVE:
            row.append(f"  {phase.educational_message}", style="dim")
        return row

    def _tail(self, phase: PhaseSnapshot) -> Text:
        """The last lines of what is being written: the code or the text, before it the thinking."""
        content = self._state.typed.text or phase.content.text
        text, style = (content, "") if content else (phase.thinking.text, "dim italic")
        lines = [line for line in text.splitlines() if line.strip()][-_TAIL_LINES:]
        width = max(20, self._console.width - 6)
        return Text("\n".join(line[:width] for line in lines), style=style, overflow="crop", no_wrap=True)
