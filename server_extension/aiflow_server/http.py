"""Headers with which a browser shows or saves a file safely (RFC 6266, RFC 8187), and the files of a form."""

from urllib.parse import quote

from tornado.httputil import HTTPFile, HTTPInputError, parse_body_arguments

from aiflow.exceptions import InputError

# The types that a browser shows without running anything; it saves every other file.
_SHOWN = frozenset(
    {
        "text/plain", "text/markdown", "text/csv", "text/css", "application/json",
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp",
        "audio/mpeg", "audio/x-wav", "audio/wav", "audio/ogg",
    }
)  # fmt: skip


# "sandbox" without exceptions: no script, no form, and an origin of its own, even where a browser shows the
# file as a page.
SANDBOX_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def is_shown(content_type: str) -> bool:
    """Return whether a browser may show a file of this type instead of saving it."""
    return content_type.split(";", maxsplit=1)[0].strip() in _SHOWN


def disposition(name: str, *, shown: bool = False, fallback: str | None = None) -> str:
    """Return a Content-Disposition for a file called ``name``, whatever characters it has.

    Args:
        name: in UTF-8; goes into ``filename*``.
        shown: ``inline`` instead of ``attachment``.
        fallback: an ASCII name for old clients; made from ``name`` if it is not given.
    """
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%/' else "_"
        for char in fallback or name
    )
    kind = "inline" if shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def form_files(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return the name and the bytes of each file in a form (RFC 7578).

    Raises:
        InputError: the body is no such form.
    """
    fields: dict[str, list[bytes]] = {}
    files: dict[str, list[HTTPFile]] = {}
    try:
        parse_body_arguments(content_type, body, fields, files)
    except HTTPInputError:
        raise InputError("发来的表单读不出来，请再试一次。", reason="invalid_form") from None
    return [(file.filename, file.body) for found in files.values() for file in found]
