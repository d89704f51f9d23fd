"""Talks to a console program: what is typed depends on what it asks."""

import contextlib
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .stage import Player, Seen, Stage
from .texts import alternatives, has, has_numbers, menu_label

_MAX_LINES = 400
# The question is in the last lines before the input; older lines are results and menus.
_QUESTION_LINES = 2
_MENU_WORDS = ("选", "菜单", "操作", "功能", "命令", "choice", "choose", "option", "select", "command", ">")


class Talk:
    """The lines of a check, in their order, except where a question has an answer of its own.

    Args:
        steps: each a line, or ``{"choose": [words]}`` for the entry of a menu.
        answers: ``{"to": [words], "say": line}``: a question with one of the words gets the line instead.
            ``say`` may be a list: its next line each time, its last one again.
    """

    def __init__(
        self, steps: Iterable[str | Mapping[str, Any]], answers: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        self._steps = list(steps)
        self._answers = [
            (one["to"], [one["say"]] if isinstance(one["say"], str) else list(one["say"])) for one in answers
        ]
        self._text = ""
        self._count = 0

    def __call__(self, text: str) -> str | None:
        """Return the next line."""
        self._text += text
        self._count += 1
        if self._count > _MAX_LINES:
            return None
        question = "\n".join(text.rstrip().splitlines()[-_QUESTION_LINES:])
        is_menu = bool(self._steps) and isinstance(self._steps[0], Mapping) and self._shows(self._steps[0])
        if not is_menu:
            for words, lines in self._answers:
                if has(question.rpartition("\n")[2], words):
                    return lines.pop(0) if len(lines) > 1 else lines[0]
        if not self._steps:
            return None
        step = self._steps.pop(0)
        if isinstance(step, str):
            return step
        return menu_label(self._text, step["choose"])

    def _shows(self, step: Mapping[str, Any]) -> bool:
        """Return whether the latest text is a menu with the entry that is wanted next."""
        lines = self._text[-2000:].splitlines()[-15:]
        return has("\n".join(lines), step["choose"]) and has(lines[-1] if lines else "", _MENU_WORDS)


def talk(
    steps: Iterable[str | Mapping[str, Any]] | Player,
    answers: Iterable[Mapping[str, Any]] = (),
    *,
    main: str = "main.py",
    seed: int = 0,
) -> Seen:
    """Run the program once and return what was seen.

    Args:
        steps: of a ``Talk``, or a function that gets the latest output and returns the next line.
        answers: of a ``Talk``.
        main: the file to run.
        seed: of ``random``.
    """
    player = steps if callable(steps) else Talk(steps, answers)
    stage = Stage(player, seed)
    stage.run(main)
    return stage.seen


def check_talk(check: Mapping[str, Any], main: str) -> tuple[list[str], str]:
    """Make a console check; return what is wrong, and the transcript."""
    seen = talk(check.get("steps", ()), check.get("answers", ()), main=main, seed=check.get("seed", 0))
    return expectations(check, seen), transcript(seen)


def expectations(check: Mapping[str, Any], seen: Seen) -> list[str]:
    """Return which expectations of a check a run does not meet."""
    text = seen.text if check.get("all", not seen.typed) else seen.answer
    wrong = []
    if seen.error and not check.get("may_fail", False):
        wrong.append(f"程序出错：{seen.error}")
    for words in check.get("contains", ()):
        if not has(text, words):
            wrong.append(f"输出里没有“{'”或“'.join(alternatives(words))}”")
    for words in check.get("lacks", ()):
        if has(text, words):
            wrong.append(f"输出里不应该有“{'”或“'.join(alternatives(words))}”")
    wanted = check.get("numbers", ())
    if wanted and not has_numbers(text, wanted, check.get("within", 0.005)):
        wrong.append(f"输出里没有依次出现 {'、'.join(f'{one:g}' for one in wanted)}")
    if "ends" in check and check["ends"] != seen.ended:
        wrong.append("程序没有自己结束" if check["ends"] else "程序不应该这么早结束")
    if seen.seconds < check.get("seconds", 0):
        wrong.append(f"程序只用了 {seen.seconds:.1f} 秒，应该至少 {check['seconds']} 秒")
    return wrong


def transcript(seen: Seen) -> str:
    """Return the run as a person would see it in a terminal."""
    typed = [*(f"{line}\n" for line in seen.typed), ""]
    text = "".join(part + line for part, line in zip(seen.parts, typed, strict=True))
    return text + (f"\n[{seen.error}]" if seen.error else "")


def printed(work: Callable[[], object]) -> str:
    """Return what a piece of work prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        work()
    return output.getvalue()


def run(lines: Iterable[str], main: str = "main.py") -> str:
    """Run the program with these lines and return what it prints.

    Raises:
        AssertionError: it ends with an error.
    """
    seen = talk(lines, main=main)
    if seen.error:
        raise AssertionError(seen.error)
    return seen.text
