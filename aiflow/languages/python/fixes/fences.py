"""Fence marks of Markdown and sentences of the answer that got into a file."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Text
from aiflow.languages.python.fixes.reading import changed, read_tree, unreadable_files
from aiflow.languages.python.fixes.scanner import pieces
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding

_FENCE: Final = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})[ \t]*[\w.+-]*[ \t]*\r?\n?")
_TAG: Final = re.compile(r"[ \t]*</?(?:file|code|content)\b[^<>\n]{0,200}>[ \t]*\r?\n?", re.IGNORECASE)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SENTENCE_END: Final = tuple("。！？：；…!?:.")
# A line that begins with one of these is code, however much it looks like a sentence.
_CODE_WORDS: Final = frozenset(
    {"import", "from", "def", "class", "if", "elif", "else", "for", "while", "try", "except", "finally",
     "with", "return", "print", "pass", "break", "continue", "raise", "assert", "del", "global", "nonlocal",
     "async", "await", "lambda", "yield", "exec", "not", "match", "case"}
)  # fmt: skip
_MAX_SENTENCE: Final = 400
_CODE_SIGNS: Final = re.compile(r"[=\[\]{}]|\w\(")
# `**main.py**`, and a rule across the page.
_MARKED: Final = re.compile(r"\*\*[^*\n]{1,80}\*\*[:：]?|-{3,}|={3,}|\*{3,}")
_MESSAGE = "文件里混进了代码以外的内容（``` 标记，或者一句说明的话），Python 读不懂它们：已经去掉。"


class FencesRule:
    """Fence marks and sentences around the code of a file that does not compile."""

    name = "fences"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Remove the fence marks, what stands outside them, and sentences between statements."""
        for path, text, _ in unreadable_files(project, findings):
            yield from changed(path, self.name, _MESSAGE, text, clean(text))


def clean(text: str) -> str:
    """Return a text without fence marks, without what stands outside them, and without sentences."""
    lines = Text(text)
    strings = _inside_strings(text, lines)
    shown = [lines.line(number) for number in range(1, lines.count + 1)]
    marks = [
        number
        for number, line in enumerate(shown)
        if number not in strings and (_FENCE.fullmatch(line) or _TAG.fullmatch(line))
    ]
    kept = _only_program(shown, marks) if marks else shown
    if kept is None:
        return text
    first = next((line for line in kept), "")
    joined = "".join(kept)
    if read_tree(joined) is not None and first.strip():
        return joined
    inner = Text(joined)
    inside = _inside_strings(joined, inner)
    return "".join(line for number, line in enumerate(kept) if number in inside or not is_prose(line))


def _only_program(lines: list[str], marks: list[int]) -> list[str] | None:
    """Return the one part between fence marks that is a program; None where that is unclear."""
    parts = [lines[start + 1 : stop] for start, stop in zip([-1, *marks], [*marks, len(lines)], strict=True)]
    programs = [part for part in parts if _is_program("".join(part))]
    if len(programs) == 1:
        return programs[0]
    if len(programs) > 1:
        # One program with marks in it; several answers with words between them may be anything.
        filled = [part for part in parts if "".join(part).strip()]
        return [line for part in parts for line in part] if len(programs) == len(filled) else None
    # No part is one by itself: other mistakes are in it, or a mark stands in the middle of the code.
    likely = [part for part in parts if any(line.strip() and not is_prose(line) for line in part)]
    return likely[0] if len(likely) == 1 else [line for part in parts for line in part]


def _is_program(text: str) -> bool:
    tree = read_tree(text)
    return tree is not None and any(not _is_word(node) for node in tree.body)


def _is_word(node: ast.stmt) -> bool:
    """Return whether a statement is a lone name or number, as words of a sentence may be."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Name | ast.Constant | ast.Tuple)


def is_prose(line: str) -> bool:
    """Return whether a line is a sentence for people rather than code."""
    words = line.strip().lstrip("*->•").strip()
    if _MARKED.fullmatch(line.strip()):
        return True
    if (
        not 0 < len(words) <= _MAX_SENTENCE
        or words.startswith(("#", '"', "'", "@", ")", "]", "}", "“", "‘", "「", "（"))
        or line[:1] in " \t"
    ):
        return False
    first = _WORD.match(words)
    if (first and first.group() in _CODE_WORDS) or _CODE_SIGNS.search(words):
        return False
    chinese = _CHINESE.search(words)
    # One word may be a name on a line of its own, which does nothing.
    is_long = len(words) > 3 if chinese else len(_WORD.findall(words)) >= 3
    ends = words.endswith(_SENTENCE_END) or any(sign in words for sign in "，。：！、")
    if read_tree(words + "\n") is not None or not is_long:
        return bool(chinese) and ends and read_tree(words + "\n") is None
    return bool(chinese) or ends or len(_WORD.findall(words)) >= 5


def _inside_strings(text: str, lines: Text) -> frozenset[int]:
    """Return the lines, from 0, that begin inside a string over several lines."""
    found: set[int] = set()
    number = 0
    for piece in pieces(text):
        if piece.kind != "string":
            continue
        while number < lines.count and lines.starts[number] <= piece.start:
            number += 1
        while number < lines.count and lines.starts[number] < piece.end:
            found.add(number)
            number += 1
    return frozenset(found)
