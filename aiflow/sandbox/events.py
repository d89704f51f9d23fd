"""The events of a run, in order; the last one is always ``Ended``."""

from dataclasses import dataclass, field
from typing import Literal

from aiflow.languages.base import ErrorExplanation

EndReason = Literal[
    "exit",  # the program ended by itself, with whatever exit code
    "stopped",  # someone stopped it, or the server went
    "wall_timeout",
    "cpu",
    "memory",
    "processes",
    "output",
    "file",
    "disk",
    "killed",  # the system ended it, mostly for want of memory
    "failed",  # it could not be started
]


@dataclass(frozen=True, slots=True)
class Output:
    """Text that the program printed."""

    stream: Literal["stdout", "stderr"]
    text: str


@dataclass(frozen=True, slots=True)
class InputWanted:
    """The program waits for a line; everything that it printed before has been reported before."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of the program's window.

    Attributes:
        data: an image file's bytes.
        media_type: ``image/jpeg`` while the picture moves, ``image/png`` (lossless) once it stands still.
        width, height: of the picture, in pixels.
        seq: counts the pictures that were sent, from 1.
    """

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    seq: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the program showed (``plt.show()``).

    Attributes:
        data: a PNG.
        number: counts the figures from 1; one with the number of an earlier one takes its place.
    """

    data: bytes = field(repr=False)
    number: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over and nothing of it is left.

    Attributes:
        exit_code: the program's; negative for a signal; None where it never started.
        reason: why it ended.
        message: Chinese, for the student; empty where the program ended with success.
        traceback: the error that ended it, explained, where there was one.
    """

    exit_code: int | None
    reason: EndReason
    message: str = ""
    traceback: ErrorExplanation | None = None

    @property
    def error_text(self) -> str:
        """The error that ended the program, in one line for a model; empty where there was none."""
        error = self.traceback
        if error is None or error.is_harmless:
            return ""
        place = f"{error.path} 第 {error.line} 行" if error.path is not None else ""
        return f"{place}{f'（{error.code.strip()}）' if error.code else ''}：{error.original}".lstrip("：")


PlayEvent = Output | InputWanted | Frame | Figure | Ended
