"""Server-sent events out of bytes, with no I/O and little work.

The format is the WHATWG HTML standard's, section 9.2.6 ("Interpreting an event stream"). The SDK's own line
iterator splits at every Unicode line break, so that a U+2028 inside a JSON string tears the string apart;
here only the standard's three line ends count.
"""

from dataclasses import dataclass

# One event of a model is some hundred bytes; a line that never ends is an attack or no event stream.
MAX_LINE_BYTES = 8 * 1024 * 1024


class SSEOverflowError(ValueError):
    """A line is longer than any event can be."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its name (empty for the usual ones) and its data, not yet decoded."""

    name: str
    data: bytes


class SSEDecoder:
    """Feed it bytes in any split; events come out as soon as they are whole."""

    def __init__(self) -> None:
        # Pieces, joined once: a long line in many packets must not be copied with each.
        self._tail: list[bytes] = []
        self._tail_size = 0
        self._after_cr = False
        self._first = True
        self._name = ""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that this piece completes.

        Raises:
            SSEOverflowError: a line is too long.
        """
        if b"\r" in chunk or self._after_cr:
            chunk = self._unify_line_ends(chunk)
        if b"\n" not in chunk:
            self._tail.append(chunk)
            self._tail_size += len(chunk)
            if self._tail_size > MAX_LINE_BYTES:
                raise SSEOverflowError
            return []
        lines = b"".join([*self._tail, chunk]).split(b"\n")
        self._keep(lines.pop())
        if self._first:
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
            self._first = False
        return [found for line in lines if (found := self._take(line)) is not None]

    def close(self) -> list[ServerEvent]:
        """Return what an end without the last blank line leaves: many servers forget it."""
        lines = [b"".join(self._tail), b""]
        self._keep(b"")
        return [found for line in lines if (found := self._take(line)) is not None]

    def _keep(self, tail: bytes) -> None:
        self._tail, self._tail_size = [tail], len(tail)

    def _unify_line_ends(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _take(self, line: bytes) -> ServerEvent | None:
        if not line:
            return self._dispatch()
        if line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif line.startswith(b"event:"):
            self._name = line[6:].strip().decode("utf-8", "replace")
        return None  # comments, id, retry and unknown fields change nothing here

    def _dispatch(self) -> ServerEvent | None:
        name, data = self._name, self._data
        if not data:
            self._name = ""
            return None
        self._name, self._data = "", []
        return ServerEvent(name, data[0] if len(data) == 1 else b"\n".join(data))
