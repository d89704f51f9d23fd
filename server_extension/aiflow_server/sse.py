"""Server-sent events on the wire (WHATWG HTML, section 9.2)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing it brings the pipeline with it, which waits for the first request
    from aiflow.storage.journal import Entry

PING = b": ping\n\n"


def frame(entry: "Entry") -> bytes:
    """Return an event as it goes over the wire.

    Its JSON holds no line end, so it is one ``data`` line as it is.
    """
    return b"id: %d\nevent: %s\ndata: %b\n\n" % (entry.seq, entry.event_type.encode(), entry.data)
