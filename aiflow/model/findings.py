"""A finding: one thing that a check of a project found."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a gate found.

    Attributes:
        path: the file, or None where the project as a whole is meant.
        line: counted from 1, or None.
        rule: a stable word for programs (``syntax``, ``undefined_name``, ``dependency`` …).
        message: Chinese: where, what, why it matters, what to do.
        severity: an ``error`` breaks the program; a ``warning`` may; ``info`` is advice.
        diff: of an automatic fix: what it changed, as a unified diff.
    """

    path: str | None
    line: int | None
    rule: str
    message: str
    severity: Severity = "error"
    diff: str | None = None


def at(path: str, line: int | None = None) -> str:
    """Return how a message begins: the file, and the line where there is one."""
    return f"{path} 第 {line} 行：" if line else f"{path}："
