"""The interface of a programming language."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiflow.model.language_facts import LanguageFacts


@dataclass(frozen=True, slots=True)
class ErrorExplanation:
    """An error that ended a program, explained to a beginner.

    Attributes:
        error: the error's name, e.g. ``NameError``.
        original: its last line as it was printed.
        meaning: Chinese: what the error means.
        advice: Chinese: what to try.
        path: the project's file in which it happened, relative with ``/``; None where it is none of the
            project's.
        line: the line in it, from 1.
        code: that line's text, where it is known.
        limit: the limit of the sandbox that the error reports, where it reports one.
        is_harmless: it only says that the program was interrupted, or that no more input came.
    """

    error: str
    original: str
    meaning: str
    advice: str
    path: str | None = None
    line: int | None = None
    code: str | None = None
    limit: Literal["memory", "file"] | None = None
    is_harmless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramStart:
    """How a program is started in the project's folder: by a command, or inside an interpreter that is ready.

    Attributes:
        command: the command line; the main file and the program's arguments follow. Empty where ``runtime``
            is given.
        runtime: the folder of a package for a prepared Python interpreter, which saves starting one. Its
            ``launcher.main(channel, script, arguments, is_played=…)`` runs the program. It imports nothing of
            ``aiflow``.
        environment: variables that the program gets.
        readable: folders and files that it may read besides the project and the system's own.
    """

    command: tuple[str, ...] = ()
    runtime: Path | None = None
    environment: tuple[tuple[str, str], ...] = ()
    readable: tuple[str, ...] = ()


class Language(ABC):
    """What ``aiflow`` does with the programs of one language.

    Attributes:
        facts: the plain data about it.
    """

    facts: LanguageFacts

    @abstractmethod
    def program_start(self) -> ProgramStart:
        """Return how its programs are started."""

    def explain_error(self, stderr: str, root: Path) -> ErrorExplanation | None:  # noqa: ARG002 - the interface
        """Explain the error that ended a program.

        Args:
            stderr: the end of what the program printed there.
            root: the project's folder; its paths are made relative.

        Returns:
            None where there is no error in the text, or the language explains none.
        """
        return None
