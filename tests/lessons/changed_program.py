"""A changed program of a lesson, run in this process: hundreds in processes would take minutes."""

import builtins
import contextlib
import importlib
import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pygame

from tests.lessons.pygame_driver import QuickClock, press

Answer = str | list[str] | Callable[[str], str]

# How a person gets through one round of each program: a part of a question, and the answer.
ROUTINE: dict[str, dict[str, Answer]] = {
    "guess_number": {
        "谁来猜": ["1", "q"],
        "选难度": "2",
        "请猜一个": lambda asked: str(sum(map(int, re.findall(r"\d+", asked)[:2])) // 2),
        "再来一局": "n",
    },
    "hangman": {"选难度": "", "出题的人": "", "猜一个字母": [*"abcdefghijklmnopqrstuvwxyz"], "再来": "n"},
    "tic_tac_toe": {"几个人玩": "1", "选难度": "3", "先下": "y", "下哪一格": [*"123456789"], "再来": "n"},
    "quiz": {"几个人玩": "1", "你的答案": "A", "再来": "n"},
    "todo": {"命令": "q"},
    "text_adventure": {"你要做什么": "退出"},
    "grade_stats": {},
}


# The module and the name of a class, and where `Played` keeps its object.
_REMEMBERED = (
    ("game", "SnakeGame", "game"),
    ("game", "BreakoutGame", "game"),
    ("drawing", "Painter", "painter"),
    ("second", "SecondSnake", "second"),
)


class ChangedProgram:
    """The files in a folder, imported as a program's modules for as long as the context lasts."""

    def __init__(self, lesson: str, files: Mapping[str, str], folder: Path) -> None:
        self.lesson = lesson
        self.folder = folder
        self._own = {Path(name).stem for name in files if name.endswith(".py")}
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")

    def __enter__(self) -> "ChangedProgram":
        self._forget()
        sys.path.insert(0, str(self.folder))
        return self

    def __exit__(self, *_: object) -> None:
        sys.path.remove(str(self.folder))
        self._forget()

    def _forget(self) -> None:
        for name in self._own:
            sys.modules.pop(name, None)

    def module(self, name: str) -> ModuleType:
        """Import one of its modules."""
        return importlib.import_module(name)

    def answer(self, answers: Mapping[str, Answer]) -> str:
        """Run the program, answer its questions, and return what it prints with the questions.

        Args:
            answers: a part of a question, and its answer or one after the other; before the routine ones.
        """
        pending: dict[str, Iterator[str]] = {}
        known = {**ROUTINE[self.lesson], **answers}

        def ask(question: str = "") -> str:
            print(question)
            for part, answer in known.items():
                if part in question:
                    if isinstance(answer, list):
                        return next(pending.setdefault(part, iter(answer)))
                    return answer if isinstance(answer, str) else answer(question)
            raise AssertionError(f"an unexpected question: {question}")

        shown = io.StringIO()
        original, arguments = builtins.input, sys.argv
        builtins.input, sys.argv = ask, ["main.py"]
        try:
            with contextlib.redirect_stdout(shown):
                self.module("main").main()
        except StopIteration as error:
            raise AssertionError(shown.getvalue()) from error
        finally:
            builtins.input, sys.argv = original, arguments
        return shown.getvalue()

    def play(self, at: Mapping[int, Callable[["Played"], object]], frames: int = 4) -> "Played":
        """Run a game for some frames, without waiting.

        Args:
            at: what is done after a frame, by its number.
            frames: after so many the window is closed.
        """
        played = Played()
        for module, name, kind in _REMEMBERED:
            if module in self._own and hasattr(self.module(module), name):
                _remember(getattr(self.module(module), name), played, kind)
        flip, clock = pygame.display.flip, pygame.time.Clock

        def flip_and_do() -> None:
            played.frame += 1
            at.get(played.frame, lambda _: None)(played)
            if played.frame >= frames:
                pygame.event.post(pygame.event.Event(pygame.QUIT))

        pygame.display.flip = flip_and_do
        pygame.time.Clock = QuickClock  # type: ignore[misc, assignment]
        try:
            self.module("main").main()
        finally:
            pygame.display.flip, pygame.time.Clock = flip, clock  # type: ignore[misc]
        return played


class Played:
    """A game while it runs and after it."""

    game: Any
    painter: Any
    second: Any
    frame = 0

    def press(self, *keys: int) -> None:
        """Press keys."""
        press(*keys)


def _remember(cls: Any, played: Played, kind: str) -> None:
    original = cls.__init__

    def remember(this: Any, *args: Any, **kwargs: Any) -> None:
        original(this, *args, **kwargs)
        if type(this) is cls:
            setattr(played, kind, this)

    cls.__init__ = remember
