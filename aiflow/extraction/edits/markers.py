"""The lines that models put around a text to find and the text that replaces it.

``<<<<<<< SEARCH``, ``=======`` and ``>>>>>>> REPLACE`` with their variants: other words, other lengths,
a path behind the word, dashes and plus signs instead of angle brackets.
"""

from dataclasses import dataclass

from aiflow.extraction.file_name_shapes import is_path, unwrap
from aiflow.extraction.language_tags import words

_SEARCH_WORDS = words(
    "search original head old before find from current ours existing oldtext oldcode old_code old_str "
    "查找 搜索 原文 原代码 原始 原始代码 旧 旧代码 修改前 之前 原内容 被替换"
)
_REPLACE_WORDS = words(
    "replace updated new after modified with to replacement theirs update newcode new_code new_str "
    "changed edited end "
    "替换 替换为 新 新代码 修改后 之后 更新 更新后 新内容 结束"
)
# Models miscount the seven signs; shorter rows are operators of a program, longer ones drawn lines.
_MIN_RUN = 5
_MAX_RUN = 12
_MAX_LINE = 300
_BARE_RUN = 7


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that begins a text to find.

    Attributes:
        run: the length of its row of signs; the line between the texts has the same.
        indent: what stands before it.
        path: the file that it names, or empty.
    """

    run: int
    indent: str
    path: str = ""


def find_opening(line: str) -> Opening | None:
    """Return what ``line`` says if it begins a text to find, or None."""
    found = _signs(line, "<-")
    if found is None:
        return None
    sign, run, rest = found
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    word, _, after = rest.partition(" ")
    is_word = word.strip(":：").lower() in _SEARCH_WORDS
    # Dashes also begin the headers of diffs, SQL comments and rules in Markdown: only the bare word counts.
    if sign == "-" and (not is_word or after.strip()):
        return None
    if is_word:
        path = unwrap(after.strip(" :：()"))[0]
        return Opening(run, indent, path if is_path(path) else "")
    path = unwrap(rest)[0]
    if is_path(path):
        return Opening(run, indent, path)
    # Seven signs are a merge conflict's, whatever its sides are called; other rows are drawn lines.
    return Opening(run, indent) if run == _BARE_RUN else None


def is_divider(line: str, run: int) -> bool:
    """Return whether ``line`` may stand between the two texts of a block with signs of the length ``run``."""
    text = line.strip()
    signs = text.rstrip("= ") if text[:1] != "=" else text.lstrip("=")
    if text[:1] != "=" or len(line) > _MAX_LINE:
        return False
    length = len(text) - len(signs)
    word = signs.strip().lower()
    return (length == run and (not word or word in _REPLACE_WORDS)) or (
        not word and _MIN_RUN <= length <= _MAX_RUN
    )


def is_closing(line: str) -> bool:
    """Return whether ``line`` ends the text that replaces."""
    found = _signs(line, ">+")
    if found is None:
        return False
    sign, run, rest = found
    # Models write the closing fence on the line of the marker.
    word = rest.removesuffix("```").rstrip("~ ").partition(" ")[0].strip(":：").lower()
    # Diffs add lines of plus signs, and `>>>` is Python's prompt: without a word they are text.
    if sign == "+" or run < _MIN_RUN:
        return word in _REPLACE_WORDS
    return word in _REPLACE_WORDS or not word or run == _BARE_RUN or is_path(unwrap(rest)[0])


def _signs(line: str, signs: str) -> tuple[str, int, str] | None:
    """Return the sign that ``line`` begins with, how often, and the rest; None where there are too few."""
    text = line.strip()
    if text[:1] not in signs or not text or len(line) > _MAX_LINE:
        return None
    rest = text.lstrip(text[0])
    run = len(text) - len(rest)
    # Three signs are a shell's here document unless a word of ours follows.
    least = _MIN_RUN if text[0] not in "<>" else 3
    rest = rest.strip(" >") if text[0] == "<" else rest.strip(" <")
    if not least <= run <= _MAX_RUN:
        return None
    if run < _MIN_RUN and rest.partition(" ")[0].strip(":：").lower() not in _SEARCH_WORDS | _REPLACE_WORDS:
        return None
    return text[0], run, rest
