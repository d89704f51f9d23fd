"""A project's folder as a zip, piece by piece, with no more in memory than one piece."""

import io
import stat
import zipfile
from collections.abc import Generator
from datetime import UTC, datetime

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.storage.project_folder import ProjectFolder

_READ_BYTES = 1 << 16
# The zip format has no time before 1980.
_FIRST_MOMENT = 315_619_200


class _Sink(io.RawIOBase):
    """The target of a zip; not seekable, so that the zip writer keeps nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self._pieces.append(piece)
        return len(piece)

    def drain(self) -> bytes:
        """Return the bytes that were written since the last call."""
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zip_pieces(folder: ProjectFolder) -> Generator[bytes, None, None]:
    """Yield the bytes of a zip of ``folder``; each piece is made when it is asked for.

    A file that is deleted meanwhile, and one whose name no other system can hold, is left out.

    Raises:
        StorageError: if the disk refuses; the pieces so far are then not a whole zip.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, found in folder.walk():
            try:
                file = folder.open(path)
            except (NotFoundError, UnsafePathError):
                continue
            with file:
                moment = datetime.fromtimestamp(max(found.st_mtime, _FIRST_MOMENT), UTC).timetuple()[:6]
                # One folder around all: unpacked among other downloads, the files stay together.
                entry = zipfile.ZipInfo(f"{folder.root.name}/{path}", moment)
                entry.compress_type = zipfile.ZIP_DEFLATED
                # Without a mode, zipfile writes 0600, and a classmate on the same machine could not read the
                # file.
                entry.external_attr = (stat.S_IFREG | 0o644) << 16
                with archive.open(entry, "w") as member:
                    while block := file.read(_READ_BYTES):
                        member.write(block)
                        if piece := sink.drain():
                            yield piece
            if piece := sink.drain():
                yield piece
    # The zip's directory, which is written when the archive is closed.
    yield sink.drain()
