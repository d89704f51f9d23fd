"""``aiflow new``: one sentence in, a program out, live in the terminal."""

import asyncio
import contextlib
import sys
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from aiflow.commands.questions import answer_questions, ask_option, asking
from aiflow.commands.screen import Screen
from aiflow.commands.terminal import ChineseHelp, Uninterrupted, interrupts, is_person_here
from aiflow.config import Config
from aiflow.exceptions import AIFlowError, ConflictError
from aiflow.model.events import EventBase, StatusEvent
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow

# JSON leaves these as they are, but some readers end a line there, and a terminal may obey the others.
_ESCAPED = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
_QUESTION = "回车继续，输入 e 打开编辑器修改"


@click.command(cls=ChineseHelp)
@click.argument("prompt")
@click.option("--engine", help="用哪个引擎：lessons、openai；不写就用配置里的。")
@click.option("--template", help="用哪一课（见 aiflow lessons）。")
@click.option("--pause", is_flag=True, help="需求和方案写好后停下，看一看、改一改再继续（在终端里）。")
@ask_option
@click.option("--json", "as_json", is_flag=True, help="每行输出一个事件（JSON），给别的程序用。")
@click.option("--projects-dir", type=click.Path(path_type=Path), help="项目放在哪个文件夹。")
def new(
    prompt: str,
    engine: str | None,
    template: str | None,
    *,
    pause: bool,
    ask: str | None,
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
        ask=asking(ask, config, as_json=as_json),
    )
    sys.exit(asyncio.run(generate(flow, as_json=as_json)))


async def generate(flow: Flow, *, as_json: bool) -> int:
    """Run ``flow`` while its events are shown; return the exit code."""
    flow.begin()
    run = asyncio.create_task(_advance(flow))
    with interrupts(partial(_cancel, flow)) as uninterrupted:
        if as_json:
            await _print_events(flow)
        else:
            await _show(flow, uninterrupted)
        await run
    return {RequestStatus.COMPLETED: 0, RequestStatus.CANCELLED: 130}.get(flow.snapshot.status, 1)


async def _advance(flow: Flow) -> None:
    with contextlib.suppress(AIFlowError):  # the last event carries the error, and is shown
        await flow.run()


async def _cancel(flow: Flow) -> None:
    with contextlib.suppress(AIFlowError):  # it may just have ended by itself
        await flow.cancel()


async def _print_events(flow: Flow) -> None:
    async for event in flow.events():
        click.echo(event.model_dump_json().translate(_ESCAPED))
        # Another program reads the events: nobody is there to be asked.
        if _is_pause(event):
            _accept(flow, None)


async def _show(flow: Flow, uninterrupted: Uninterrupted) -> None:
    screen = Screen(Console(), flow.prompt)
    with screen:
        async for event in flow.events():
            screen.show(event)
            if _is_pause(event):
                await _wait(flow, screen, uninterrupted)
    screen.print_result(flow)


def _is_pause(event: EventBase) -> bool:
    return isinstance(event, StatusEvent) and event.status is RequestStatus.PAUSED


async def _wait(flow: Flow, screen: Screen, uninterrupted: Uninterrupted) -> None:
    """Ask the person what the run waits for: answers, or a look at what was written."""
    artifact = flow.snapshot.plan or flow.snapshot.spec
    text = artifact.to_markdown() if artifact is not None else ""
    edited = None
    try:
        # The run is paused, so the question may block the event loop; in another thread Ctrl-C could not
        # interrupt it.
        with screen.paused(text), uninterrupted():
            if flow.questions:
                answer_questions(flow)
            else:
                edited = _edit(text)
    except (click.Abort, KeyboardInterrupt):
        await _cancel(flow)
        return
    _accept(flow, edited)


def _accept(flow: Flow, edited: str | None) -> None:
    # Another process may have continued or stopped the run; its events are shown then.
    with contextlib.suppress(ConflictError):
        flow.accept(edited)


def _edit(text: str) -> str | None:
    """Return the edited text, None where nothing was changed or where there is no terminal to ask in."""
    while is_person_here():
        answer = click.prompt(_QUESTION, default="", show_default=False, prompt_suffix="：", err=True)
        if answer.strip().lower() != "e":
            return None
        try:
            return click.edit(text, extension=".md")
        except click.ClickException:
            click.echo("打不开编辑器。可以用环境变量 EDITOR 指定一个。", err=True)
    return None
