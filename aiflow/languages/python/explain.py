"""A traceback, explained in Chinese to someone who has never read one. A pure function; it runs nothing.

The wording of Python's own messages is that of CPython 3.11 to 3.14.
"""

import re
from pathlib import Path, PurePath
from typing import Final, Literal

from aiflow.languages.base import ErrorExplanation
from aiflow.languages.python.explanations import EXPLANATIONS, Explanation

_HEADER: Final = "Traceback (most recent call last):"
_FRAME: Final = re.compile(r'^\s+File "(?P<file>.+?)", line (?P<line>\d+)')
# Programs print lines such as "Score: 3", which look like an error and are none.
_LAST: Final = re.compile(r"^(?P<error>[A-Za-z_][\w.]*)(?:: (?P<text>.*))?$")
_HARMLESS: Final = frozenset({"EOFError", "KeyboardInterrupt"})
_SYNTAX: Final = ("SyntaxError", "IndentationError", "TabError")
_WIDE: Final = re.compile("[，。：；！？（）【】｛｝＝＋－＊／“”‘’、]")
_STRINGS: Final = re.compile(r"""(["']).*?\1|#.*""")
_MARKS: Final = re.compile(r"^[\s~^]*$")


def explain_traceback(text: str, root: Path) -> ErrorExplanation | None:
    """Explain the last error of a program's stderr.

    Args:
        text: what the program printed there.
        root: the project's folder; frames below it are the student's, the others Python's and the libraries'.

    Returns:
        What it means, where it is and what to try; None where there is no error in the text.
    """
    lines = text.splitlines()
    found = _last_error(lines)
    if found is None:
        return None
    end, error, message = found
    frames = _frames(lines[_start(lines, end, error) : end], root)
    path, line, code = frames[-1] if frames else (None, None, None)
    explanation, match = _explanation(error, _wide_mark(error, message, code))
    meaning, advice = explanation.filled_in(match)
    return ErrorExplanation(
        error.rpartition(".")[2] if error != "pygame.error" else error,
        lines[end].strip(),
        meaning,
        advice,
        path,
        line,
        code,
        _limit(error, lines[end]),
        error in _HARMLESS,
    )


def _limit(error: str, original: str) -> Literal["memory", "file"] | None:
    if error == "MemoryError":
        return "memory"
    return "file" if "[Errno 27]" in original else None


def _last_error(lines: list[str]) -> tuple[int, str, str] | None:
    """Return the last line that names an error after a traceback's frames: its index, error and message."""
    for index in range(len(lines) - 1, -1, -1):
        match = _LAST.match(lines[index])
        if match is not None and _follows_frames(lines, index, match["error"]):
            return index, match["error"], match["text"] or ""
    return None


def _follows_frames(lines: list[str], index: int, error: str) -> bool:
    """Return whether the lines above are a traceback's; otherwise the line only looks like an error."""
    # A message may span lines, a frame has three; further up is another traceback.
    for line in reversed(lines[max(0, index - 12) : index]):
        if _FRAME.match(line) or (line == _HEADER):
            return True
        if line and not line.startswith(" "):
            return False
    return error == "KeyboardInterrupt"


def _start(lines: list[str], end: int, error: str) -> int:
    for index in range(end, -1, -1):
        if lines[index].strip() == _HEADER:
            # The error in a file that is imported has its own place below the frames; the last one wins
            # anyway.
            return index
    return max(0, end - 12) if error in _SYNTAX else 0


def _frames(lines: list[str], root: Path) -> list[tuple[str, int, str | None]]:
    """Return the student's frames, outermost first: relative path, line, its text."""
    frames: list[tuple[str, int, str | None]] = []
    for index, text in enumerate(lines):
        match = _FRAME.match(text)
        if match is None:
            continue
        path = _inside(match["file"], root)
        if path is not None:
            code = lines[index + 1].strip() if index + 1 < len(lines) else ""
            is_code = bool(code) and not _FRAME.match(lines[index + 1]) and not _MARKS.match(code)
            frames.append((path, int(match["line"]), code if is_code else None))
    return frames


def _inside(file: str, root: Path) -> str | None:
    # macOS prints /private/tmp for /tmp, Windows long names for short ones.
    for base in (root, root.resolve()):
        try:
            relative = PurePath(file).relative_to(base)
        except ValueError:
            continue
        return relative.as_posix()
    if not PurePath(file).is_absolute() and not file.startswith("<"):
        return PurePath(file).as_posix()
    return None


def _wide_mark(error: str, message: str, code: str | None) -> str:
    """Return the message; for a full-width mark (``1，2``), the one that only some versions print."""
    found = _WIDE.search(_STRINGS.sub("", code or ""))
    return f"invalid character '{found[0]}'" if error == "SyntaxError" and found else message


def _explanation(error: str, message: str) -> tuple[Explanation, re.Match[str]]:
    for explanation in EXPLANATIONS:
        if not {error, error.rpartition(".")[2], ""}.isdisjoint(explanation.errors):
            match = re.search(explanation.pattern, message)
            if match is not None:
                return explanation, match
    raise AssertionError  # the last row matches everything
