"""A zip's files. Nothing in its headers is believed: names, sizes, kinds and encodings may be made up."""

import io
import stat
import struct
import zipfile
import zlib
from functools import partial

from aiflow.exceptions import InputError
from aiflow.workspace.importing.encodings import decode_names
from aiflow.workspace.importing.entries import (
    DEVICE,
    LINK,
    MAX_ENTRIES,
    UNREADABLE,
    Entry,
    LeaveOutError,
    refused,
    too_many,
)

_PIECE_BYTES = 1 << 16
# The table of contents is read as a whole, at 46 bytes an entry or more: this is room for 80,000.
_MAX_TABLE_BYTES = 4_000_000
# Deflate reaches 1,032; a picture of one colour some hundred.
_MAX_RATIO = 300
_SMALL_BYTES = 524_288
_ENCRYPTED = 0x1
_UTF8 = 0x800
_UNIX = 3

ENCRYPTED = "有密码，打不开。请先解压，再导入文件夹。"
METHOD = "压缩方式不认识。请换成普通的 zip 再试。"
BOMB = "压缩得太厉害，像是压缩炸弹。"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    IndexError,
)


class _BoundedReads(io.BytesIO):
    """Bytes of which no single read returns more than the largest table of contents."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            BadZipFile: they would be too many.
        """
        rest = self.getbuffer().nbytes - self.tell()
        if (rest if size is None or size < 0 else min(size, rest)) > _MAX_TABLE_BYTES:
            raise zipfile.BadZipFile("a table of contents that is too long")
        return super().read(size)


def is_zip(data: bytes) -> bool:
    """Return whether bytes begin like a zip; what lies before one in a self-extracting file is a program."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def zip_entries(data: bytes) -> list[Entry]:
    """Return the files of a zip.

    Raises:
        InputError: it is none, it is damaged, or it has too many files.
    """
    try:
        archive = zipfile.ZipFile(_BoundedReads(data))
    except _BROKEN:
        raise InputError(
            "这不是能打开的 zip 压缩包，可能没有下载完，或者坏了。请重新压缩，再试一次。",
            reason="bad_archive",
        ) from None
    infos = archive.infolist()
    if len(infos) > 8 * MAX_ENTRIES:
        raise too_many()
    # Some tools of Windows separate folders as Windows does.
    names = [name.replace("\\", "/") for name in decode_names([_raw_name(info) for info in infos])]
    return [
        _entry(archive, info, name)
        for info, name in zip(infos, names, strict=True)
        if not name.endswith("/")  # a folder comes with its files
    ]


def _raw_name(info: zipfile.ZipInfo) -> str | bytes:
    """Return the name as it is in the archive: bytes of an unknown encoding, unless it is marked as UTF-8."""
    if info.flag_bits & _UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    return info.orig_filename.encode("cp437")  # undoes what zipfile assumes of such a name


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> Entry:
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind == stat.S_IFLNK:
        return refused(path, LINK)
    if kind not in {0, stat.S_IFREG}:
        return refused(path, DEVICE)
    if info.flag_bits & _ENCRYPTED:
        return refused(path, ENCRYPTED)
    # LZMA's header may ask for gigabytes of memory before the first byte.
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return refused(path, METHOD)
    return Entry(path, partial(_read, archive, info))


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as member:
            while size < limit and (piece := member.read(min(_PIECE_BYTES, limit - size))):
                pieces.append(piece)
                size += len(piece)
                if size > max(_SMALL_BYTES, info.compress_size * _MAX_RATIO):
                    raise LeaveOutError(BOMB)
    except _BROKEN:
        raise LeaveOutError(UNREADABLE) from None
    return b"".join(pieces)
