"""Compares the questions that the bank asks with the slots that labelled requests leave open."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aiflow.pipeline.clarification.bank import load_bank
from aiflow.pipeline.clarification.selection import select_questions

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Labelled:
    """A request, the slots that a person finds open in it, and those that the bank asks about."""

    kind: str
    text: str
    open: frozenset[str]
    asked: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """How well the questions fit a set of requests.

    Attributes:
        requests: how many.
        recall: of the open slots, the share that is asked about.
        needless: questions about slots that are not open, per request.
    """

    requests: int
    recall: float
    needless: float


def labelled(name: str) -> list[Labelled]:
    """Return the requests of a file with the questions that are asked about them (``ask`` is ``always``)."""
    bank = load_bank()
    rows = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))["request"]
    return [
        Labelled(
            row["kind"],
            row["text"],
            frozenset(row["open"]),
            frozenset(str(one.slot) for one in select_questions(bank, row["text"], "always")),
        )
        for row in rows
    ]


def figures(rows: Sequence[Labelled]) -> Figures:
    """Return the figures of requests."""
    is_open = sum(len(row.open) for row in rows)
    found = sum(len(row.open & row.asked) for row in rows)
    needless = sum(len(row.asked - row.open) for row in rows)
    return Figures(len(rows), found / is_open if is_open else 1.0, needless / len(rows))
