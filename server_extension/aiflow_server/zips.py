"""A project's folder as a zip, piece by piece, with no more in memory than one piece."""

import io
import stat
import zipfile
from collections.abc import Generator
from datetime import UTC, datetime

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.storage.project_folder import ProjectFolder

_READ_BYTES = 1 << 16
# The zip format knows no time before 1980.
_FIRST_MOMENT = 315_619_200


class _Sink(io.RawIOBase):
    """What a zip is written into; cannot be sought, so that nothing has to be kept."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """Return what was written since the last call."""
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zip_pieces(folder: ProjectFolder) -> Generator[bytes, None, None]:
    """Yield the bytes of a zip of ``folder``; the next piece is made when it is asked for.

    A file that is deleted while the zip is made is left out.

    Raises:
        StorageError: when the disk refuses; what was yielded is then no whole zip.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, found in folder.walk():
            try:
                file = folder.open(path)
            except (NotFoundError, UnsafePathError):
                continue  # deleted, swapped for a link, or called as no file of ours may be called
            with file:
                moment = datetime.fromtimestamp(max(found.st_mtime, _FIRST_MOMENT), UTC).timetuple()[:6]
                entry = zipfile.ZipInfo(f"{folder.root.name}/{path}", moment)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (stat.S_IFREG | 0o644) << 16
                with archive.open(entry, "w") as member:
                    while block := file.read(_READ_BYTES):
                        member.write(block)
                        if piece := sink.take():
                            yield piece
            if piece := sink.take():
                yield piece
    yield sink.take()
