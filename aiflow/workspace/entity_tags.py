"""Entity tags (RFC 9110, section 8.8.3): made from bytes, compared with the header of a request."""

import hashlib


def etag_of(data: bytes) -> str:
    """Return the quoted entity tag of ``data``."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def matches(header: str | None, etag: str, *, weak: bool = True) -> bool:
    """Return whether ``header`` (If-Match or If-None-Match) names ``etag``.

    Args:
        header: the header's value; None if the request has none.
        etag: quoted.
        weak: compare as If-None-Match does; If-Match compares strongly.
    """
    if header is None:
        return False
    if header.strip() == "*":
        return True
    tags = [part.strip() for part in header.split(",")]
    if weak:
        tags = [tag.removeprefix("W/") for tag in tags]
    return etag in tags
