"""``aiflow new``: one sentence in, a program out, live in the terminal."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from aiflow.commands.screen import Screen
from aiflow.config import Config
from aiflow.entities import RequestStatus
from aiflow.events import StatusEvent
from aiflow.exceptions import AIFlowError
from aiflow.flow import Flow


@click.command()
@click.argument("prompt")
@click.option("--engine", help="用哪个引擎：lessons、openai；不写就用配置里的。")
@click.option("--template", help="用哪一课（见 aiflow lessons）。")
@click.option("--pause", is_flag=True, help="需求和方案写好后停下，让你看一看、改一改再继续。")
@click.option("--json", "as_json", is_flag=True, help="每行输出一个事件（JSON），给别的程序用。")
@click.option("--projects-dir", type=click.Path(path_type=Path), help="项目放在哪个文件夹。")
def new(
    prompt: str,
    engine: str | None,
    template: str | None,
    *,
    pause: bool,
    as_json: bool,
    projects_dir: Path | None,
) -> None:
    """把一句话变成程序。例如：aiflow new "帮我写个贪吃蛇"。"""
    config = Config.load()
    if projects_dir is not None:
        config = config.model_copy(update={"projects_dir": projects_dir.resolve()})
    flow = Flow(
        prompt,
        engine=engine,
        template=template,
        config=config,
        pause_after=["specify", "plan"] if pause else [],
    )
    sys.exit(asyncio.run(generate(flow, as_json=as_json)))


async def generate(flow: Flow, *, as_json: bool) -> int:
    """Run ``flow`` while its events are shown; return the exit code."""
    flow.begin()
    run = asyncio.create_task(_advance(flow))
    _stop_on_interrupt(flow)
    if as_json:
        await _print_events(flow)
    else:
        await _show(flow)
    await run
    return {RequestStatus.COMPLETED: 0, RequestStatus.CANCELLED: 130}.get(flow.snapshot.status, 1)


async def _advance(flow: Flow) -> None:
    with contextlib.suppress(AIFlowError):  # the last event says it, and that is what is shown
        await flow.run()


def _stop_on_interrupt(flow: Flow) -> None:
    """Let Ctrl-C stop the run as the button in the page does."""
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if not stopping:
            stopping.add(asyncio.create_task(_cancel(flow)))

    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except NotImplementedError:  # Windows: there the signal arrives between two events
        signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop))


async def _cancel(flow: Flow) -> None:
    with contextlib.suppress(AIFlowError):  # it ended by itself in the same moment
        await flow.cancel()


async def _print_events(flow: Flow) -> None:
    async for event in flow.events():
        click.echo(event.model_dump_json())
        if isinstance(event, StatusEvent) and event.status is RequestStatus.PAUSED:
            flow.accept()


async def _show(flow: Flow) -> None:
    with Screen(Console(), flow.prompt) as screen:
        async for event in flow.events():
            screen.show(event)
            if isinstance(event, StatusEvent) and event.status is RequestStatus.PAUSED:
                await _ask(flow, screen)
    screen.say_end(flow)


async def _ask(flow: Flow, screen: Screen) -> None:
    """Show what was written and let the person edit it before the run goes on."""
    artifact = flow.snapshot.plan or flow.snapshot.spec
    text = artifact.to_markdown() if artifact is not None else ""
    with screen.paused(text):
        edited = await asyncio.to_thread(_edit, text)
    flow.accept(edited)


def _edit(text: str) -> str | None:
    if not sys.stdin.isatty():
        return None
    answer = click.prompt("回车继续，输入 e 打开编辑器修改", default="", show_default=False, err=True)
    return click.edit(text, extension=".md") if answer.strip().lower() == "e" else None
