"""Redaction: secrets are replaced in a text before it is shown or stored.

A model can be made to repeat its own key (a gateway that echoes headers does it by itself), and a student can
paste the key into a request. Text of an event reaches files, notebooks and zips soon after, so it is redacted
where it arrives.
"""

from collections.abc import Iterable

from pydantic import SecretStr

MASK = "***"
# A private service is often given "none", "EMPTY" or "ollama": not secrets, but words of many programs.
MIN_SECRET_CHARS = 8


def is_secret(value: str) -> bool:
    """Return whether ``value`` is long enough to be a secret and not a common word."""
    return len(value) >= MIN_SECRET_CHARS


def mask(text: str, secrets: Iterable[SecretStr]) -> str:
    """Return ``text`` with ``***`` in place of every secret."""
    for value in _values(secrets):
        text = text.replace(value, MASK)
    return text


class Masker:
    """Redacts a text that arrives in pieces, also where a secret is split between two of them.

    Only the end of a piece that may begin a secret is delayed, so hardly any text is.

    Args:
        secrets: the values to redact.
    """

    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        self._values = _values(secrets)
        self._held = ""

    def feed(self, text: str) -> str:
        """Add ``text`` and return the part of the text so far that cannot hold a secret any more."""
        if not self._values:
            return text
        text = self._held + text
        for value in self._values:
            text = text.replace(value, MASK)
        size = max(_overlap(text, value) for value in self._values)
        self._held = text[len(text) - size :]
        return text[: len(text) - size]

    @property
    def pending(self) -> str:
        """The delayed rest, which may be the beginning of a secret."""
        return self._held

    def close(self) -> str:
        """Return the delayed rest: no further text can complete a secret."""
        held, self._held = self._held, ""
        return held


def _values(secrets: Iterable[SecretStr]) -> tuple[str, ...]:
    found = (secret.get_secret_value() for secret in secrets)
    return tuple(value for value in found if is_secret(value))


def _overlap(text: str, secret: str) -> int:
    """Return how many characters at the end of ``text`` are a prefix of ``secret``."""
    # `find` skips to candidates in C; comparing every suffix would cost the square of a long secret.
    start = max(0, len(text) - len(secret) + 1)
    while (start := text.find(secret[0], start)) >= 0:
        if secret.startswith(text[start:]):
            return len(text) - start
        start += 1
    return 0
