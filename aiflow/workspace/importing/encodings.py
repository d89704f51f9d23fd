"""Texts and names that are no UTF-8: in China those of Windows are GBK, those of its editor UTF-16."""

import codecs
import re
from collections.abc import Iterable, Sequence

# Python reads what a file declares; after a conversion the declaration has to say UTF-8.
_COOKIE = re.compile(rb"#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_COOKIE_BYTES = 400
# Encodings that may be declared; others of Python's codecs compress, or read as they please.
_DECLARED = re.compile(
    r"(?:gb|hz|cp9[35]|big5|latin|iso-?8859|cp125|windows-125|shift|sjis|euc)", re.IGNORECASE
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_BINARY_BYTES = 8192
_GBK_WORDS = tuple(
    quote + word
    for word in (b"gbk", b"gb2312", b"gb18030", b"cp936", b"mbcs", b"ansi")
    for quote in (b"'", b'"')
)


def to_utf8(data: bytes, *, declares: bool = False) -> tuple[bytes, str]:
    """Return a text as UTF-8 without a mark, and what it was; ``""`` where it stays as it is.

    Args:
        data: the text, or something that is none and stays.
        declares: it is source code, which may declare its encoding in its first lines.
    """
    for mark, encoding, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.removeprefix(mark).decode(encoding).encode(), name
            except UnicodeError:
                return data, ""
    if b"\0" in data[:_BINARY_BYTES]:
        return data, ""
    declared = _declared(data) if declares else None
    text, name = _decode(data, declared[0] if declared is not None else "")
    if not name:
        return data, ""
    converted = text.encode()
    if declared is not None:
        start, end = declared[1]  # before it everything is ASCII, so the place is the same
        converted = converted[:start] + b"utf-8" + converted[end:]
    return converted, name


def _declared(data: bytes) -> tuple[str, tuple[int, int]] | None:
    """Return the declared encoding and where its name stands."""
    start = 0
    for line in data[:_COOKIE_BYTES].splitlines(keepends=True)[:2]:
        found = _COOKIE.match(line)
        if found is not None and line[: found.start(1)].isascii():
            name = found.group(1).decode("ascii", "replace")
            return (name, (start + found.start(1), start + found.end(1))) if _DECLARED.match(name) else None
        start += len(line)
    return None


def _decode(data: bytes, declared: str) -> tuple[str, str]:
    """Return the text and the name of its encoding; no name where it is UTF-8 or unknown."""
    try:
        text = data.decode()
        return (text, "") if not _is_gbk_after_all(text, data) else (data.decode("gb18030"), "GBK")
    except UnicodeError:
        pass
    for encoding in (declared, "gb18030"):
        try:
            if encoding:
                name = "GBK" if encoding.lower().startswith(("gb", "cp936")) else encoding
                return data.decode(encoding), name
        except (UnicodeError, LookupError):
            continue
    return "", ""


def _is_gbk_after_all(text: str, data: bytes) -> bool:
    """Return whether bytes that could be UTF-8 are Chinese in GBK: short names can be both.

    Each character in GB 2312 that is also UTF-8 reads there as a letter of some far script.
    """
    if data.isascii() or any(char >= "\u0800" for char in text):
        return False
    if not any("\u0100" <= char < "\u0300" or char >= "\u0530" for char in text):
        return False  # Western Europe, Greek, Cyrillic
    pairs = bytes(byte for byte in data if byte >= 0x80)
    try:
        data.decode("gb2312")
    except UnicodeError:
        return False
    return all(0xB0 <= lead <= 0xF7 for lead in pairs[::2])


def decode_names(names: Sequence[str | bytes]) -> list[str]:
    """Return the names of an archive; all bytes among them are in one encoding, which is found out.

    Args:
        names: text, or bytes in an encoding that the archive does not name.
    """
    raw = [name for name in names if isinstance(name, bytes)]
    encoding = next((one for one in _encodings(b"\n".join(raw)) if _fits(raw, one)), "cp437")
    return [name if isinstance(name, str) else name.decode(encoding) for name in names]


def _encodings(joined: bytes) -> Iterable[str]:
    try:
        text = joined.decode()
    except UnicodeError:
        return ("gb18030",)
    return ("gb18030", "utf-8") if _is_gbk_after_all(text, joined) else ("utf-8",)


def _fits(names: Iterable[bytes], encoding: str) -> bool:
    try:
        for name in names:
            name.decode(encoding)
    except UnicodeError:
        return False
    return True


def names_gbk(sources: Iterable[bytes]) -> bool:
    """Return whether a program names GBK itself: it then reads its data files so, and they must stay."""
    return any(word in data.lower() for data in sources for word in _GBK_WORDS)
