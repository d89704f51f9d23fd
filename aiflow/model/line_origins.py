"""Where each line of a text comes from: which of the texts before it had the line first."""

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import TypeVar

from aiflow.model.line_diff import matching_runs

Label = TypeVar("Label", bound=Hashable)


def follow(origins: Sequence[Label], old: Sequence[str], new: Sequence[str], label: Label) -> list[Label]:
    """Return the origins of the lines of a text, given those of the text that it was made from.

    Args:
        origins: of each line of the old text.
        old: its lines.
        new: the lines of the new text.
        label: the origin of a line that the old text does not have.
    """
    found = [label] * len(new)
    for first, place, count in matching_runs(old, new):
        found[place : place + count] = origins[first : first + count]
    return found


def runs_of_origins(origins: Sequence[Label]) -> list[tuple[int, int, Label]]:
    """Return the runs of lines with one origin: the first line, from 1, the last one and the origin."""
    runs: list[tuple[int, int, Label]] = []
    for label, group in groupby(origins):
        first = runs[-1][1] + 1 if runs else 1
        runs.append((first, first + len(list(group)) - 1, label))
    return runs
