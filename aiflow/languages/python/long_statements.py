"""Merging the lines of one statement that goes over many, such as a list of questions or levels."""

import ast
import io
import tokenize
from collections.abc import Hashable

from aiflow.languages.line_merge import gaps, shared_separators
from aiflow.model.line_diff import matching_runs

_LAYOUT = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


def merge_statement(old: list[str], new: list[str], *, follows_comments: bool) -> list[str]:
    """Return the lines of ``new`` with those of ``old`` that differ in comments and quotes alone.

    The caller checks that the result is the statement that ``new`` is: lines are compared without what is
    around them.

    Args:
        old: the lines of the statement as it is.
        new: the same for the changed one, with the same indentation.
        follows_comments: lines with other comments differ.

    Raises:
        SyntaxError, ValueError, tokenize.TokenError: a statement cannot be split into tokens.
    """
    before, after = _Lines(old, follows_comments), _Lines(new, follows_comments)
    merged: list[str] = []
    runs = list(matching_runs(before.keys, after.keys))
    for i, first, j, to in gaps(runs, len(before.keys), len(after.keys)):
        separators = shared_separators(before.separators[i : first + 1], after.separators[j : to + 1])
        for number, separator in enumerate(separators, start=j):
            merged += after.separators[number] if separator is None else separator
            if number < to:
                merged.append(after.lines[number])
        if first < len(before.keys):
            merged.append(before.lines[first])
    return merged


class _Lines:
    """The lines with code, what each says, and the lines without code before each and at the end."""

    def __init__(self, lines: list[str], follows_comments: bool) -> None:  # noqa: FBT001 - of this module only
        said: list[list[Hashable]] = [[] for _ in lines]
        for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
            if token.type in _LAYOUT or (token.type == tokenize.COMMENT and not follows_comments):
                continue
            first, last = token.start[0] - 1, token.end[0] - 1
            said[first].append(_meaning(token))
            for number in range(first + 1, last + 1):
                said[number].append((first - number, lines[number]))  # in a text, where every blank counts
        self.lines: list[str] = []
        self.keys: list[Hashable] = []
        self.separators: list[list[str]] = [[]]
        for line, words in zip(lines, said, strict=True):
            if words:
                self.lines.append(line)
                self.keys.append(tuple(words))
                self.separators.append([])
            else:
                self.separators[-1].append(line)


def _meaning(token: tokenize.TokenInfo) -> Hashable:
    """Return what a token says: a text's value, whatever its quotes are."""
    if (
        # An f-string has no value before it runs.
        token.type == tokenize.STRING
        and token.start[0] == token.end[0]
        and "f" not in token.string[:2].lower()
    ):
        return repr(ast.literal_eval(token.string))
    return token.string
