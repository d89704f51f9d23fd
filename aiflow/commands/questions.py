"""The questions before a specification, in the terminal: a number, own words, or Enter."""

from collections.abc import Callable
from typing import Any, get_args

import click

from aiflow.commands.terminal import is_person_here, printable
from aiflow.config import Asking, Config
from aiflow.exceptions import ConflictError, InputError
from aiflow.model.questions import Question
from aiflow.model.validators import check_asking
from aiflow.pipeline.flow import Flow

_SKIPPED = "-"
_HOW = f"写编号，或者写一句自己的话；回车用推荐的，{_SKIPPED} 跳过"

ask_option: Callable[[Any], Any] = click.option(
    "--ask",
    type=click.Choice(get_args(Asking)),
    is_flag=False,
    flag_value="always",
    help="先问几个问题再写：never 不问，auto 要紧的没说清才问，always 都问（只写 --ask 也是）。",
)


def asking(chosen: str | None, config: Config, *, as_json: bool) -> Asking:
    """Return whether to ask.

    Args:
        chosen: with the option; else the configuration decides, where a person is at the terminal.
        config: the configuration.
        as_json: whether another program reads the output.
    """
    if chosen is not None:
        return check_asking(chosen)
    return config.ask if is_person_here() and not as_json else "never"


def answer_questions(flow: Flow) -> None:
    """Ask the person the open questions of a run, one after the other.

    Without a person they stay open.

    Raises:
        click.Abort: when the person interrupts.
        StorageError: when the disk refuses.
    """
    questions = flow.questions if is_person_here() else []
    if questions:
        click.echo(f"\n先问 {len(questions)} 件小事（{_HOW}）。", err=True)
    for question in questions:
        _ask(flow, question)


def _ask(flow: Flow, question: Question) -> None:
    click.echo(f"\n{printable(question.text)}  {printable(question.why)}", err=True)
    for number, option in enumerate(question.options, 1):
        mark = "（推荐）" if option.id == question.recommended else ""
        click.echo(f"  {number}. {printable(option.text)}{mark}", err=True)
    while True:
        typed = click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True).strip()
        try:
            flow.answer(question.question_id, _value(question, typed))
        except InputError as error:
            click.echo(error.message, err=True)
        except ConflictError:
            return  # another process continued or stopped the run, whose events are shown then
        else:
            return


def _value(question: Question, typed: str) -> str | None:
    if not typed:
        return question.recommended
    if typed == _SKIPPED:
        return None
    numbers = {str(number): option.id for number, option in enumerate(question.options, 1)}
    return numbers.get(typed, typed)
