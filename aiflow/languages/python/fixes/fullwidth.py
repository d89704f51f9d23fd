"""Full-width punctuation and quotes outside strings and comments, and blanks that nobody sees."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Edit, apply_edits
from aiflow.languages.python.fixes.reading import changed, unreadable_files
from aiflow.languages.python.fixes.scanner import pieces
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding

_SIGNS: Final = str.maketrans(
    "（）［］｛｝【】，、：；．＝＋－＊／％＜＞！＆｜＾～＠×÷−–—０１２３４５６７８９",
    "()[]{}[],,:;.=+-*/%<>!&|^~@*/---0123456789",
) | {ord("≤"): "<=", ord("≥"): ">=", ord("≠"): "!="}
_BLANKS: Final = dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\u205f"), " ")
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_TABLE: Final = _SIGNS | _BLANKS | _UNSEEN
_FULL_STOP: Final = re.compile(r"。(?=\s*(?:#|$))", re.MULTILINE)
_DOUBLE, _SINGLE = "“”„＂「」『』", "‘’＇"
_TRIPLE: Final = re.compile(rf"[{_DOUBLE}]{{3}}")
_QUOTE: Final = re.compile(rf"[{_DOUBLE}{_SINGLE}＃]")
_LINE: Final = re.compile(r"[^\r\n]*")
# Reading on to the end for each of a thousand quotes would take their product.
_MAX_STRING: Final = 500
_MAX_TEXT: Final = 4000
_MESSAGE = (
    "代码里用了中文标点或全角符号，Python 只认识英文的：已经换成英文的括号、引号、逗号和冒号，"
    "引号里面的文字没有动。"
)


class FullwidthRule:
    """Full-width characters in files that do not compile: valid Python has none in its code."""

    name = "fullwidth"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Replace them all in a file at once."""
        for path, text, _ in unreadable_files(project, findings):
            if not text.isascii():
                yield from changed(path, self.name, _MESSAGE, text, narrow(text))


def narrow(text: str) -> str:
    """Return a text with narrow signs and quotes in its code; strings and comments stay."""
    return _translate(_close_strings(_quote(text)))


def _quote(text: str) -> str:
    """Return ``text`` with its full-width quotes and comment marks replaced, from the first on.

    Each replacement changes what follows on its line from code to a string or a comment, so the pieces of a
    text are read again line by line: a line is read once for each of its quotes.
    """
    done: list[str] = []
    at = 0
    for piece in list(pieces(text)):
        if piece.kind != "code" or piece.start < at:
            continue
        while (found := _QUOTE.search(text, max(at, piece.start), piece.end)) is not None:
            done.append(text[at : found.start()])
            shown, at = _string(text, found.start())
            done.append(shown)
            if at > piece.end:
                break
    return "".join([*done, text[at:]])


def _string(text: str, start: int) -> tuple[str, int]:
    """Return the replacement of what begins with a full-width quote or mark, and where that ends."""
    if text[start] == "＃":
        end = _LINE.match(text, start).end()  # type: ignore[union-attr]  # it matches everywhere
        return "#" + text[start + 1 : end], end
    if _TRIPLE.match(text, start):
        end = text.find('"""', start + 3, start + _MAX_TEXT)
        close = _TRIPLE.search(text, start + 3, start + _MAX_TEXT)
        if close is not None and not 0 <= end < close.start():
            return f'"""{text[start + 3 : close.start()]}"""', close.end()
        return ('"""' + text[start + 3 : end + 3], end + 3) if end >= 0 else ('"""', start + 3)
    is_double = text[start] in _DOUBLE
    ascii_quote, marks = ('"', _DOUBLE) if is_double else ("'", _SINGLE)
    line = _LINE.match(text, start + 1, start + _MAX_STRING).group()  # type: ignore[union-attr]  # it matches everywhere
    wide = next((at for at, char in enumerate(line) if char in marks), -1)
    narrow = line.find(ascii_quote)
    # “a", “b” ends at the narrow quote, “他说"好"” has a pair of them inside.
    if wide < 0 or (0 <= narrow < wide and line.count(ascii_quote, 0, wide) % 2):
        wide = narrow
    if wide < 0:
        return text[start], start + 1
    held = line[:wide]
    quote = ascii_quote if ascii_quote not in held else "'\""[not is_double]
    if quote in held:
        return text[start], start + 1
    return f"{quote}{held}{quote}", start + 1 + wide + 1


def _close_strings(text: str) -> str:
    """Return ``text`` with strings that begin with a narrow quote and end with a wide one."""
    edits = []
    for piece in pieces(text):
        if not piece.is_open:
            continue
        quote = text[piece.start]
        marks = _DOUBLE if quote == '"' else _SINGLE
        places = [at for at in range(piece.start + 1, piece.end) if text[at] in marks]
        # Of several, nobody can say which one was meant to end the string.
        if len(places) == 1:
            edits.append(Edit(places[0], places[0] + 1, quote))
    return apply_edits(text, edits)


def _translate(text: str) -> str:
    """Return ``text`` with the signs of its code replaced; a full stop at the end of a line goes."""
    return "".join(
        _FULL_STOP.sub("", held).replace("。", ".").translate(_TABLE) if piece.kind == "code" else held
        for piece in pieces(text)
        for held in (text[piece.start : piece.end],)
    )
