"""The answer to ``GET /models`` of a service or a local server: hostile data with the names of models."""

from collections.abc import Iterable
from typing import Final

MAX_MODELS: Final = 200
_MAX_NAME_CHARS: Final = 200


def model_names(listed: object) -> list[str] | None:
    """Return the names in a decoded answer, at most 200; None when it is not such an answer."""
    items = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(items, list):
        return None
    names = _usable(item.get("id") for item in items if isinstance(item, dict))
    return list(dict.fromkeys(names))[:MAX_MODELS]


def _usable(names: Iterable[object]) -> list[str]:
    # A name is shown on one line and sent back as it is.
    return [
        name
        for name in names
        if isinstance(name, str) and 0 < len(name) <= _MAX_NAME_CHARS and name.isprintable()
    ]
