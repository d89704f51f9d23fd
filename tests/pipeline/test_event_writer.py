"""From pieces of text to events: gathered, in the true order, nothing lost, a refusing disk not hidden."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from uuid import uuid4

import pytest

from aiflow.exceptions import StorageError
from aiflow.model.events import ChunkEvent, Event, EventBase, FileWrittenEvent, StatusEvent
from aiflow.model.phases import IMPLEMENT, SPECIFY
from aiflow.model.snapshot import Snapshot
from aiflow.pipeline.event_writer import COALESCE_S, MAX_CHUNK_CHARS, EventWriter
from aiflow.storage.journal import Journal
from aiflow.storage.journal_reader import JournalReader, read_events
from tests.patience import PATIENCE_S


class Writing:
    """An event writer that writes into a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.jsonl"
        self.snapshot = Snapshot()
        self.journal = Journal(self.path, uuid4(), sync=False)
        self.writer = EventWriter(self.journal, self.snapshot)

    def events(self) -> list[Event]:
        return list(read_events(self.path))

    def chunks(self) -> list[tuple[str, str | None]]:
        return [(event.text, event.path) for event in self.events() if isinstance(event, ChunkEvent)]


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Writing]:
    made = Writing(tmp_path)
    yield made
    made.journal.close()


@pytest.mark.asyncio
async def test_pieces_become_one_event(writing: Writing) -> None:
    for piece in ("贪", "吃", "蛇", "\n", "🐍"):
        writing.writer.text(SPECIFY, "content", piece)
    assert writing.events() == []
    writing.writer.flush()
    assert writing.chunks() == [("贪吃蛇\n🐍", None)]
    writing.writer.flush()
    assert len(writing.events()) == 1


@pytest.mark.asyncio
async def test_what_was_gathered_comes_out_by_itself(writing: Writing) -> None:
    writing.writer.text(SPECIFY, "thinking", "想")
    start = asyncio.get_running_loop().time()
    async with asyncio.timeout(PATIENCE_S), aclosing(JournalReader(writing.path).follow()) as batches:
        await anext(batches)
    assert asyncio.get_running_loop().time() - start >= COALESCE_S * 0.9
    assert writing.chunks() == [("想", None)]


@pytest.mark.asyncio
async def test_an_event_lets_the_text_before_it_out_first(writing: Writing) -> None:
    writing.writer.text(IMPLEMENT, "content", "print(1)\n", "main.py")
    writing.writer.emit(FileWrittenEvent(filename="main.py", path="main.py", size_bytes=9))
    writing.writer.text(IMPLEMENT, "content", "好了")
    writing.writer.notice("正在检查。")
    assert [event.event_type for event in writing.events()] == ["chunk", "file_written", "chunk", "status"]
    assert [event.seq for event in writing.events()] == [1, 2, 3, 4]
    last = writing.events()[-1]
    assert isinstance(last, StatusEvent)
    assert (last.message, last.status) == ("正在检查。", writing.snapshot.status)


@pytest.mark.asyncio
async def test_phase_channel_and_file_are_never_mixed(writing: Writing) -> None:
    for channel, text, path in (
        ("thinking", "a", None), ("content", "b", None), ("content", "c", "x.py"), ("content", "d", "x.py"),
        ("content", "e", "y.py"), ("content", "f", None),
    ):  # fmt: skip
        writing.writer.text(IMPLEMENT, channel, text, path)  # type: ignore[arg-type]
    writing.writer.text(SPECIFY, "content", "g")
    writing.writer.flush()
    assert writing.chunks() == [
        ("a", None), ("b", None), ("cd", "x.py"), ("e", "y.py"), ("f", None), ("g", None),
    ]  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [7, MAX_CHUNK_CHARS - 1, MAX_CHUNK_CHARS, MAX_CHUNK_CHARS + 1, 50_000])
async def test_no_text_is_lost_and_no_event_is_huge(writing: Writing, size: int) -> None:
    whole = "".join(chr(0x4E00 + number % 5000) for number in range(50_000))
    for at in range(0, len(whole), size):
        writing.writer.text(SPECIFY, "content", whole[at : at + size])
    writing.writer.flush()
    texts = [text for text, _ in writing.chunks()]
    assert "".join(texts) == whole
    assert max(map(len, texts)) <= MAX_CHUNK_CHARS
    assert writing.snapshot.phases[SPECIFY].content.text == whole


class RefusingJournal:
    """A disk that is full; ``asked`` is set when something was to be written."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    def append(self, event: EventBase) -> EventBase:
        self.asked.set()
        raise StorageError("磁盘满了。")


@pytest.mark.asyncio
async def test_a_disk_that_refuses_in_the_timer_is_told_with_the_next_piece() -> None:
    writer = EventWriter(RefusingJournal(), Snapshot())  # type: ignore[arg-type]
    writer.text(SPECIFY, "content", "a")

    async def go_on() -> None:
        while True:
            writer.text(SPECIFY, "content", "b")
            await asyncio.sleep(0)

    with pytest.raises(StorageError):
        async with asyncio.timeout(PATIENCE_S):
            await go_on()


@pytest.mark.asyncio
async def test_a_disk_that_refuses_an_event_is_told_at_once() -> None:
    writer = EventWriter(RefusingJournal(), Snapshot())  # type: ignore[arg-type]
    with pytest.raises(StorageError):
        writer.notice("正在检查。")


@pytest.mark.asyncio
async def test_a_disk_that_refuses_in_the_timer_is_told_with_the_next_event_too() -> None:
    journal = RefusingJournal()
    writer = EventWriter(journal, Snapshot())  # type: ignore[arg-type]
    writer.text(SPECIFY, "content", "a")
    async with asyncio.timeout(PATIENCE_S):
        await journal.asked.wait()
    with pytest.raises(StorageError):
        writer.flush()


@pytest.mark.asyncio
async def test_text_that_the_disk_refused_is_written_when_there_is_room_again(
    writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(writing.journal, "append", RefusingJournal().append)
        writing.writer.text(SPECIFY, "content", "贪吃")
        with pytest.raises(StorageError):
            writing.writer.flush()
    writing.writer.text(SPECIFY, "content", "蛇")
    writing.writer.flush()
    assert writing.chunks() == [("贪吃蛇", None)]
