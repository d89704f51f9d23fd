"""Zips as tools and attackers write them: raw names, any header, any kind of entry."""

import io
import stat
import struct
import zipfile
from collections.abc import Iterable, Mapping

Content = str | bytes
Files = Mapping[str, Content] | Iterable[tuple[str, Content]]


class RawName(zipfile.ZipInfo):
    """An entry whose name goes into the archive as these bytes, not marked as UTF-8."""

    __slots__ = ()

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("cp437"), self.flag_bits


def as_bytes(content: Content, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding) if isinstance(content, str) else content


def pairs(files: Files) -> Iterable[tuple[str, Content]]:
    return files.items() if isinstance(files, Mapping) else files


def make_zip(files: Files, *, names: str = "marked", contents: str = "utf-8") -> bytes:
    """A zip with names and texts in these encodings; ``marked`` is UTF-8 that says so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs(files):
            info = zipfile.ZipInfo("x") if names == "marked" else RawName("x")
            info.filename = name if names == "marked" else name.encode(names).decode("cp437")
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, as_bytes(content, contents))
    return target.getvalue()


def special(name: str, kind: int, content: bytes = b"/etc/passwd") -> bytes:
    """A zip with a main file and an entry that Unix would make a link, a device or a pipe of."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("main.py", "print(1)\n")
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, content)
    return target.getvalue()


def link(name: str) -> bytes:
    return special(name, stat.S_IFLNK)


def patched(data: bytes, name: str, *, flags: int | None = None, size: int | None = None) -> bytes:
    """The same zip with another header of one entry: its flags, or the size that it claims to have."""
    changed = bytearray(data)
    raw = name.encode()
    for signature, flag_at, size_at, name_at in ((b"PK\x03\x04", 6, 22, 30), (b"PK\x01\x02", 8, 24, 46)):
        start = changed.find(signature)
        while start >= 0:
            if changed[start + name_at : start + name_at + len(raw)] == raw:
                if flags is not None:
                    struct.pack_into("<H", changed, start + flag_at, flags)
                if size is not None:
                    struct.pack_into("<I", changed, start + size_at, size)
            start = changed.find(signature, start + 4)
    return bytes(changed)


def with_method(files: Files, method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("main.py", "print(1)\n")
        for name, content in pairs(files):
            archive.writestr(name, as_bytes(content), compress_type=method)
    return target.getvalue()
