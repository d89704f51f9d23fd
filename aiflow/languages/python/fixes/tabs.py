"""Indentation with tabs in some lines and blanks in others."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.reading import changed, read_tree, unreadable_files
from aiflow.languages.python.fixes.scanner import pieces
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding

# The widths that editors give a tab, the usual one first.
_WIDTHS: Final = (4, 8, 2)
_INDENT: Final = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_MESSAGE = "有的行用 Tab 缩进，有的行用空格，Python 分不清它们是不是对齐的：已经全部换成空格。"


class TabsRule:
    """Tabs in the indentation of a file that does not compile, where all widths that do mean the same."""

    name = "tabs"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Replace every tab of the indentation."""
        for path, text, _ in unreadable_files(project, findings):
            if not _INDENT.search(text):
                continue
            meanings: dict[str, str] = {}
            for width in _WIDTHS:
                new = expand(text, width)
                tree = read_tree(new)
                if tree is not None:
                    meanings.setdefault(ast.dump(tree), new)
            if len(meanings) == 1:
                yield from changed(path, self.name, _MESSAGE, text, next(iter(meanings.values())))


def expand(text: str, width: int) -> str:
    """Return a text with blanks for the tabs of its indentation; strings over several lines stay."""
    parts: list[str] = []
    for piece in pieces(text):
        held = text[piece.start : piece.end]
        if piece.kind == "code":
            # A piece may begin in the middle of a line, where `^` would match as well.
            begins = piece.start == 0 or text[piece.start - 1] in "\r\n"
            head, rest = ("", held) if begins else _first_line(held)
            held = head + _INDENT.sub(lambda found: found.group().expandtabs(width), rest)
        parts.append(held)
    return "".join(parts)


def _first_line(text: str) -> tuple[str, str]:
    end = text.find("\n") + 1 or len(text)
    return text[:end], text[end:]
