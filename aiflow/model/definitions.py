"""A definition: a named part of a source file that can be read, sent and replaced as a whole."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Definition:
    """A function, a class or a method of a source file.

    Attributes:
        name: with its class, where it has one: ``Game.move``.
        kind: what it is.
        signature: its first statement on one line, without the body.
        first_line: counted from 1; decorators and the comments directly above belong to it.
        last_line: the last line of its body.
    """

    name: str
    kind: Literal["function", "class", "method"]
    signature: str
    first_line: int
    last_line: int
