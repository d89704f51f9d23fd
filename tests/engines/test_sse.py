"""The event-stream decoder: WHATWG's examples, every split, endless lines."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.engines.openai import sse
from aiflow.engines.openai.sse import SSEDecoder, SSEOverflowError

STREAM = (
    b"\xef\xbb\xbf: comment\n\ndata: YHOO\ndata: +2\r\ndata: 10\n\n"
    b"event: error\rdata:no blank\r\rdata\n\ndata:  two blanks\r\n\r\nid: 1\nretry: 10\nunknown: x\n"
    b"\nevent: gone\n\n"
    b"data: \xe2\x80\xa8 inside\n\ndata: last"
)
EVENTS = [
    ("", b"YHOO\n+2\n10"),
    ("error", b"no blank"),
    ("", b" two blanks"),
    ("", b"\xe2\x80\xa8 inside"),
    ("", b"last"),
]


def decode(pieces: list[bytes]) -> list[tuple[str, bytes]]:
    decoder = SSEDecoder()
    found = [event for piece in pieces for event in decoder.feed(piece)] + decoder.close()
    return [(event.name, event.data) for event in found]


def test_whole_and_byte_by_byte() -> None:
    assert decode([STREAM]) == EVENTS
    assert decode([STREAM[at : at + 1] for at in range(len(STREAM))]) == EVENTS


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_every_split(cuts: list[int]) -> None:
    borders = [0, *sorted(cuts), len(STREAM)]
    assert decode([STREAM[start:end] for start, end in itertools.pairwise(borders)]) == EVENTS


def test_a_line_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MAX_EVENT_BYTES", 1000)
    decoder = SSEDecoder()
    decoder.feed(b"data: " + b"x" * 900)
    with pytest.raises(SSEOverflowError):
        decoder.feed(b"x" * 900)


def test_an_event_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MAX_EVENT_BYTES", 1000)
    decoder = SSEDecoder()
    assert [decoder.feed(b"data: 1\n\n: comment\n\n") for _ in range(200)]
    for _ in range(100):
        decoder.feed(b"data: 1\n")
    with pytest.raises(SSEOverflowError):
        decoder.feed(b"data: 1\n" * 100)
