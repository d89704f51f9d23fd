"""Edits in JSON, as models write the arguments of an editing tool: a path, an old and a new string."""

import json
from collections.abc import Iterator
from typing import Any

from aiflow.extraction.edits.parts import BlockEdit

_PATHS = ("path", "file", "file_path", "filepath", "filename", "target_file", "文件")
_SEARCH = (
    "search", "find", "old", "old_string", "old_str", "old_text", "oldtext", "old_code", "original", "before",
)  # fmt: skip
_REPLACE = (
    "replace", "replacement", "new", "new_string", "new_str", "new_text", "newtext", "new_code", "updated",
    "after",
)  # fmt: skip
# The arguments of a tool lie few levels deep; `_edits_in` would exhaust the stack on deeper texts.
_MAX_DEPTH = 6


def read_json_edits(text: str) -> list[BlockEdit]:
    """Return the edits that a JSON text holds; none where it is no JSON or holds no edits."""
    try:
        value = json.loads(text)
    # `json.loads` raises RecursionError on thousands of opening brackets in a row.
    except (ValueError, RecursionError):
        return []
    return list(_edits_in(value, None, 0))


def _edits_in(value: Any, path: str | None, depth: int) -> Iterator[BlockEdit]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _edits_in(item, path, depth + 1)
    elif isinstance(value, dict):
        # Each editing tool spells its arguments in its own way: oldText, old_text, Old.
        fields = {str(key).lower(): item for key, item in value.items()}
        path = _text(fields, _PATHS) or path
        search, new = _text(fields, _SEARCH), _text(fields, _REPLACE)
        if search is not None and new is not None:
            yield BlockEdit(path, search, new)
            return
        for item in value.values():
            yield from _edits_in(item, path, depth + 1)


def _text(fields: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((fields[name] for name in names if isinstance(fields.get(name), str)), None)
