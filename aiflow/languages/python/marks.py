"""Marks in the code that name features: a comment that begins with ``F2``, at a line or above a function."""

import io
import tokenize
from typing import Final

from aiflow.languages.python.subprocess_parser import is_risky, try_parse

_SEPARATORS: Final = str.maketrans(dict.fromkeys(",，、；;：:.。()（）[]【】", " "))
_LONGEST_ID: Final = 5
# Between a comment and what it stands above.
_NO_CODE: Final = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


def find_marks(text: str) -> dict[int, list[str]]:
    """Return the ids that comments name, by the line of code that each comment stands at or above.

    Returns:
        Nothing for a text that cannot be parsed.
    """
    text = text.removeprefix("\ufeff")
    if "F" not in text or (is_risky(text) and try_parse(text) is not None):
        return {}
    found: dict[int, list[str]] = {}
    open_ids: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                open_ids += _ids(token.string)
                # Behind code on its line the comment is about that line.
                if open_ids and token.line[: token.start[1]].strip():
                    found.setdefault(token.start[0], []).extend(open_ids)
                    open_ids = []
            elif token.type not in _NO_CODE and open_ids:
                found.setdefault(token.start[0], []).extend(open_ids)
                open_ids = []
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _ids(comment: str) -> list[str]:
    """Return the ids at the beginning of a comment; "F5 刷新" is about a key, but no harm is done by it."""
    ids: list[str] = []
    for word in comment.lstrip("#! ").translate(_SEPARATORS).split():
        if not (word[0] == "F" and word[1:].isdecimal() and word.isascii() and len(word) <= _LONGEST_ID):
            break
        ids.append(word)
    return ids
