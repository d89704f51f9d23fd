"""The packages that a plan needs: read from its section, or from a line "依赖：…"."""

import re
from itertools import dropwhile, takewhile

from aiflow.model.language_facts import language_facts
from aiflow.model.markdown_reader import Kind, Outline, plain

_NOT_NEEDED = re.compile(
    r"标准库|内置|自带|不用|不需要|无需|standard library|built-?in|not needed", re.IGNORECASE
)
names_dependencies = re.compile(r"依赖|第三方|dependenc|librar|packages?", re.IGNORECASE).search
_DEPENDENCY_LABELS = ("依赖", "第三方依赖", "dependencies")
_LIST_COMMAS = re.compile(r"[、，,\s]+")
_THIRD_PARTY = re.compile(r"[`\"'*\s]*([A-Za-z][A-Za-z0-9_.\-]*)")
_NONE_WORDS = frozenset({"none", "no", "standard", "stdlib", "n", "the", "pip", "only"})


def read_dependencies(outline: Outline) -> list[str]:
    """Return the third-party packages that a plan names, by their import name."""
    found: list[str] = []
    bundled = frozenset[str]().union(*({facts.name} | facts.bundled for facts in language_facts()))
    for row in outline.items_under(names_dependencies) or _inline_dependencies(outline):
        match = _THIRD_PARTY.match(row)
        name = match.group(1).lower() if match else ""
        is_other = name in _NONE_WORDS or name in bundled or _NOT_NEEDED.search(row)
        if name and not is_other and name not in found:
            found.append(name)
    return found


def _inline_dependencies(outline: Outline) -> list[str]:
    """Return the words after "依赖：", on the same line or in the list directly below it."""
    for number, line in enumerate(outline.lines):
        label, colon, rest = line.text.replace("：", ":", 1).partition(":")
        if not colon or not plain(label).lstrip("0123456789.、 ").lower().startswith(_DEPENDENCY_LABELS):
            continue
        if plain(rest):
            return _LIST_COMMAS.split(rest)
        below = dropwhile(lambda line: not line.text, outline.lines[number + 1 :])
        return [line.text for line in takewhile(lambda line: line.kind is Kind.ITEM, below)]
    return []
