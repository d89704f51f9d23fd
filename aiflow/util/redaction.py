"""The key, struck out of any text before it is shown or kept.

A model can be talked into saying its own key (a gateway that echoes headers does it unasked), and a student
can paste it into the request. What stands in an event stands in files, notebooks and zips soon after, so it
is struck out where text comes in.
"""

from collections.abc import Iterable

from pydantic import SecretStr

MASK = "***"
# A service of one's own is often given "none", "EMPTY" or "ollama": no secrets, but words of many programs.
MIN_SECRET_CHARS = 8


def is_secret(value: str) -> bool:
    """Return whether ``value`` is long enough to be a secret and not a word of many texts."""
    return len(value) >= MIN_SECRET_CHARS


def mask(text: str, secrets: Iterable[SecretStr]) -> str:
    """Return ``text`` with ``***`` in place of every secret."""
    for value in _values(secrets):
        text = text.replace(value, MASK)
    return text


class Masker:
    """Strikes secrets out of a text that comes in pieces, wherever it is cut.

    Only what may be the beginning of a secret is held back, so a piece is hardly ever late.

    Args:
        secrets: what must not be seen.
    """

    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        self._values = _values(secrets)
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what of ``text`` and of what was held back is certain to hold no secret."""
        if not self._values:
            return text
        text = self._held + text
        for value in self._values:
            text = text.replace(value, MASK)
        size = max(_begun(text, value) for value in self._values)
        self._held = text[len(text) - size :]
        return text[: len(text) - size]

    def close(self) -> str:
        """Return what was held back: nothing more comes that could make a secret of it."""
        held, self._held = self._held, ""
        return held


def _values(secrets: Iterable[SecretStr]) -> tuple[str, ...]:
    found = (secret.get_secret_value() for secret in secrets)
    return tuple(value for value in found if is_secret(value))


def _begun(text: str, secret: str) -> int:
    """Return how many characters at the end of ``text`` are a beginning of ``secret``."""
    start = max(0, len(text) - len(secret) + 1)
    while (start := text.find(secret[0], start)) >= 0:
        if secret.startswith(text[start:]):
            return len(text) - start
        start += 1
    return 0
