"""A decoder of server-sent events, without I/O.

The format is section 9.2.6 of the WHATWG HTML standard ("Interpreting an event stream"). Why not a library:
the SDK's line iterator splits at every Unicode line break, so that a U+2028 inside a JSON string tears the
string apart; httpx-sse needs a response of httpx where the SDK may use httpx2, and decodes every line.
"""

from dataclasses import dataclass

# An event of a model is some hundred bytes; one that never ends is an attack or no event stream.
MAX_EVENT_BYTES = 8 * 1024 * 1024


class SSEOverflowError(ValueError):
    """An event is longer than any answer's can be."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its name (empty for an unnamed one) and its data, not yet decoded."""

    name: str
    data: bytes


class SSEDecoder:
    """Decodes a stream that arrives in any split; an event is returned as soon as it is complete."""

    def __init__(self) -> None:
        # Pieces, joined once: a long line in many packets must not be copied with each.
        self._tail: list[bytes] = []
        self._size = 0  # of the tail and the data of the current event
        self._after_cr = False
        self._first = True
        self._name = ""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that this piece completes.

        Raises:
            SSEOverflowError: an event is longer than ``MAX_EVENT_BYTES``.
        """
        # The format allows three line ends; nearly all services use the plain one, which costs nothing here.
        if b"\r" in chunk or self._after_cr:
            chunk = self._unify_line_ends(chunk)
        if b"\n" not in chunk:
            self._tail.append(chunk)
            self._grow(len(chunk))
            return []
        # Bytes, not text: a packet may end within a character.
        lines = b"".join([*self._tail, chunk]).split(b"\n")
        self._tail = [lines.pop()]
        self._grow(len(self._tail[0]))
        if self._first:
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
            self._first = False
        return [found for line in lines if (found := self._read_line(line)) is not None]

    def close(self) -> list[ServerEvent]:
        """Return the last event where its blank line is missing: many servers forget it."""
        lines = [b"".join(self._tail), b""]
        self._tail = []
        return [found for line in lines if (found := self._read_line(line)) is not None]

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > MAX_EVENT_BYTES:
            raise SSEOverflowError

    def _unify_line_ends(self, chunk: bytes) -> bytes:
        # A CR and its LF may come in two packets; without this the LF would be an empty line.
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _read_line(self, line: bytes) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        if line.startswith(b"data:"):
            # The standard drops one blank after the colon, not more.
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            self._grow(len(line))
        elif line.startswith(b"event:"):
            self._name = line[6:].strip().decode("utf-8", "replace")
        return None  # comments and other fields are not used

    def _dispatch(self) -> ServerEvent | None:
        name, data, self._size = self._name, self._data, 0
        # The standard: an event without data is not dispatched, and its name is forgotten.
        if not data:
            self._name = ""
            return None
        self._name, self._data = "", []
        return ServerEvent(name, data[0] if len(data) == 1 else b"\n".join(data))
