"""Measures whether work on a text takes time in proportion to its length, whatever the machine's speed."""

import gc
import time
from collections.abc import Callable

MAX_RATIO = 3.0
"""Twice the text may take so many times as long: linear work needs 2, quadratic work 4."""
# Below this a measurement says nothing. Work that is still faster at the largest size cannot be quadratic to
# any harm: on a slower machine it takes longer and is compared as well.
_MEASURABLE_S = 0.01
# Linear work shows a ratio near 2 at the first look; only what is above this is measured again.
_CLEARLY_LINEAR = 2.5
_STEPS = 32
_LAST_SIZE = 32 * 1024
_ROUNDS = 3


# Text before, text that is repeated, text after.
FAMILIES = {
    "letters": ("", "a", ""),
    "blanks": ("# a", " ", "b!\n"),
    "blank lines": ("", "\n", "# a\n"),
    "tabs": ("main.py", "\t", "x"),
    "words": ("import ", "a ", "\0"),
    "list items": ("", "- a\n", ""),
    "list marks": ("- ", "- ", "a"),
    "headings": ("", "# ", "a\n"),
    "fences": ("", "```\n", "~~~"),
    "backticks": ("`a", "`b", "\0"),
    "stars": ("**a", "** ", "x"),
    "opening tags": ("", "<file path='", ">"),
    "closing tags": ("<think>", "</think", ""),
    "attributes": ('<file path="', 'a="b" ', "\0"),
    "brackets": ("", "[(", "](a)"),
    "JSON": ('{"files": [', '{"path": "', "}"),
    "escapes": ('{"path": "a.py", "content": "', "\\ud83d", ""),
    "folders": ("- ", "a/", "b.py"),
    "dots": ("", "a.", "py"),
    "names": ("", "main.py ", ":\n"),
    "colons": ("依赖", ": ", "x"),
    "wide colons": ("文件名", "：", "a.py"),
    "tables": ("|", "a|", "\n|-|\n"),
    "quotes": ("", '\'"""', "\n"),
    "comments": ("<!--", "-", ">\n"),
    "Chinese": ("# ", "依赖文件保存为", "\n"),
    "digits": ("", "1.", ")"),
    "frames": ("Traceback (most recent call last):\n", '  File "a.py", line 1\n', "E: x"),
    "events": ("", "data: {}\n", "\n"),
    "line ends": ("", "\r", "a\r\n"),
}


def growth(
    work: Callable[[str], object], text: Callable[[int], str], *, last_size: int = _LAST_SIZE
) -> float:
    """Return how many times as long ``work`` takes when its text is twice as long.

    Processor time is measured, not elapsed time, and the best of several runs counts: a busy machine only
    makes runs slower. The size doubles until the work is measurable, so a quadratic function is stopped after
    a fraction of a second and not after an hour.

    Args:
        work: is given the text.
        text: returns a text of about so many characters.
        last_size: the longest text to try; half of it is the longest one that is compared.

    Returns:
        The ratio; 0 where the work is too fast to be measured.
    """
    size = last_size // _STEPS
    while (first := _seconds(work, text(size))) < _MEASURABLE_S:
        size *= 2
        if size >= last_size:
            return 0.0
    shorter, longer = text(size), text(2 * size)
    # The first run of a size may be slow for other reasons, which would hide quadratic work.
    ratio = _seconds(work, longer) / min(first, _seconds(work, shorter))
    for _ in range(_ROUNDS if ratio > _CLEARLY_LINEAR else 0):
        best = min(_seconds(work, shorter) for _ in range(3))
        ratio = min(_seconds(work, longer) for _ in range(2)) / max(best, 1e-9)
        if ratio < MAX_RATIO:
            break
    return ratio


def _seconds(work: Callable[[str], object], text: str) -> float:
    enabled = gc.isenabled()
    gc.disable()
    try:
        start = time.process_time()
        work(text)
        return time.process_time() - start
    finally:
        if enabled:
            gc.enable()
