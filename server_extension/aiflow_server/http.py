"""Small parts of HTTP: entity tags, and how a file is to be treated by a browser.

RFC 9110, RFC 6266, RFC 8187.
"""

from urllib.parse import quote

# What a browser shows without running anything. Everything else is for saving, not for looking at.
_SHOWN = frozenset(
    {
        "text/plain", "text/markdown", "text/csv", "text/css", "application/json",
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp",
        "audio/mpeg", "audio/x-wav", "audio/wav", "audio/ogg",
    }
)  # fmt: skip


# "sandbox" without words: no script, no form, and an origin of its own, even where a browser shows the file
# as a page.
SANDBOX_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def matches(header: str | None, etag: str, *, weak: bool = True) -> bool:
    """Tell whether ``header`` (If-Match or If-None-Match) names ``etag``.

    Args:
        header: the header's value, None where it is not there.
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


def is_shown(content_type: str) -> bool:
    """Tell whether a browser may show a file of this type in its place."""
    return content_type.split(";", maxsplit=1)[0].strip() in _SHOWN


def disposition(name: str, *, shown: bool = False, fallback: str | None = None) -> str:
    """Return a Content-Disposition for a file called ``name``, whatever characters it has.

    Args:
        name: in UTF-8; goes into ``filename*``.
        shown: ``inline`` instead of ``attachment``.
        fallback: an ASCII name for old clients; made from ``name`` where it is not given.
    """
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%/' else "_"
        for char in fallback or name
    )
    kind = "inline" if shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
