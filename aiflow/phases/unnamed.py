"""A program that a model gave without a name: many answer a request for one file with one block of code."""

import ast
import re
import warnings

MAX_TEXT_CHARS = 400_000
_BLOCK = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)\n(?P<code>.*?)(?:^(?P=fence)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PYTHON = frozenset({"", "python", "py", "python3"})


def unnamed_program(text: str) -> str | None:
    """Return the program in an answer that names no file, or None where there is none.

    Args:
        text: the prose of the answer, its fences included.

    Returns:
        The longest block that Python can read, or the whole text where it is one.
    """
    blocks = [
        match["code"].replace("\r\n", "\n")
        for match in _BLOCK.finditer(text.replace("\r\n", "\n"))
        if match["info"].strip().lower() in _PYTHON
    ]
    programs = [block for block in [*blocks, text] if _is_program(block)]
    return max(programs, key=len, default=None)


def _is_program(code: str) -> bool:
    """Whether it is Python that does something: a word or a sentence can be Python, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(code).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return any(not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call) for node in body)
