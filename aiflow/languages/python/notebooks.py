"""A notebook becomes a program: one file of Python with a marker (``# %%``) where each cell begins."""

import re
from typing import Any

from aiflow.exceptions import InputError
from aiflow.languages.base import NotebookProgram

BROKEN = "不是正确的笔记本文件（.ipynb）。"
OTHER_LANGUAGE = "这个笔记本不是 Python 的。"
NO_CODE = "这个笔记本里没有代码。"
TOO_MANY = "这个笔记本的单元格太多了。"
_MAX_CELLS = 5_000

# Cell magics whose cell goes on in Python; of the others (%%bash, %%html) the whole cell is a comment.
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "python", "python3"})
# Strings, comments and brackets of one line; each alternative ends where it began or consumes what it read.
_TOKENS = re.compile(
    r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'|#[^\n]*|[()\[\]{}]|\\.', re.DOTALL
)
_ASSIGNED = re.compile(r"[\w.\[\], ]{1,80}=[ ]{0,8}[!%]")


def to_program(data: bytes) -> NotebookProgram:
    """Return the program of a notebook, of whatever version of the format.

    Raises:
        InputError: it is none, or not one of Python.
    """
    notebook = _read(data)
    language = notebook.metadata.get("kernelspec", {}).get("language") or notebook.metadata.get(
        "language_info", {}
    ).get("name", "python")
    if str(language).lower() not in {"python", "python3", "ipython"}:
        raise InputError(OTHER_LANGUAGE)
    cells = [(str(cell.get("cell_type")), _source(cell)) for cell in notebook.cells]
    if not any(kind == "code" and source.strip() for kind, source in cells):
        raise InputError(NO_CODE)
    blocks: list[str] = []
    comments = 0
    for kind, source in cells:
        if not source.strip():
            continue
        if kind != "code":
            blocks.append("# %% [markdown]\n" + _commented(source))
            continue
        program = comment_magics(source)
        comments += program.comments
        blocks.append("# %%\n" + program.text)
    return NotebookProgram("\n\n".join(block.rstrip("\n") for block in blocks) + "\n", comments)


def _read(data: bytes) -> Any:
    if data.count(b'"cell_type"') > _MAX_CELLS:  # before each of them is made an object
        raise InputError(TOO_MANY)
    import nbformat.reader  # noqa: PLC0415 - 0.2 s to import; only a notebook that is imported needs it

    try:
        # Not validated: a schema takes seconds for a long notebook, and only the cells' texts are used.
        notebook = nbformat.convert(nbformat.reader.reads(data.decode("utf-8-sig")), 4)  # type: ignore[no-untyped-call]  # it has no types
        notebook.metadata.get("kernelspec", {}).get("language")
        _ = [cell.get("cell_type") for cell in notebook.cells]
    except Exception:  # noqa: BLE001 - a hostile file can raise anything there, RecursionError among it
        raise InputError(BROKEN) from None
    return notebook


def _source(cell: Any) -> str:
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _commented(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in text.split("\n"))


def comment_magics(source: str) -> NotebookProgram:
    """Return a cell with its magics, shell commands and questions (``name?``) as comments."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    magic = first[2:].split(maxsplit=1)[0] if first.startswith("%%") and first[2:].strip() else ""
    if magic and magic not in _PYTHON_MAGICS:
        return NotebookProgram(_commented(source), sum(bool(line.strip()) for line in lines))
    scanner = _Scanner()
    found = []
    comments = 0
    for line in lines:
        if scanner.is_at_statement and _is_magic(line):
            indent = line[: len(line) - len(line.lstrip())]
            # An indented one may be all that its block has.
            found.append(f"{indent}{'pass  ' if indent else ''}# {line.strip()}")
            comments += 1
        else:
            scanner.read(line)
            found.append(line)
    return NotebookProgram("\n".join(found), comments)


def _is_magic(line: str) -> bool:
    text = line.strip()
    if text.startswith(("%", "!", "?")):
        return True
    is_question = text.endswith("?") and "#" not in text and '"' not in text and "'" not in text
    return is_question or _ASSIGNED.match(text) is not None


class _Scanner:
    """Follows strings and brackets over the lines of a cell, so that a ``%`` inside one is left alone."""

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0
        self._continues = False

    @property
    def is_at_statement(self) -> bool:
        """Whether the next line begins a statement."""
        return not self._quotes and self._depth <= 0 and not self._continues

    def read(self, line: str) -> None:
        """Go on over a line."""
        position = 0
        if self._quotes:
            position = self._after_string(line, 0)
        self._continues = False
        while not self._quotes and (found := _TOKENS.search(line, position)) is not None:
            sign, position = found.group(), found.end()
            if sign in {'"""', "'''"}:
                self._quotes = sign
                position = self._after_string(line, position)
            elif sign in "([{":
                self._depth += 1
            elif sign in ")]}":
                self._depth -= 1
        if not self._quotes and line.endswith("\\"):
            self._continues = True

    def _after_string(self, line: str, position: int) -> int:
        """Return where the string ends in this line; the quotes stay open where it does not."""
        end = line.find(self._quotes, position)
        while end > 0 and line[end - 1] == "\\":
            end = line.find(self._quotes, end + 1)
        if end < 0:
            return len(line)
        end += len(self._quotes)
        self._quotes = ""
        return end
