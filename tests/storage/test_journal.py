"""The journal: numbers without gaps through tears, damage, full disks, and readers that come and go."""

import asyncio
import os
import random
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from aiflow.exceptions import StorageError
from aiflow.model.events import CheckedEvent, ChunkEvent, SavedEvent, StatusEvent
from aiflow.model.phases import PLAN
from aiflow.model.status import ProjectStatus, RequestStatus
from aiflow.storage.journal import Journal, JournalOffset
from aiflow.storage.journal_reader import JournalFold, JournalReader, ends_run, read_events
from tests.patience import PATIENCE_S

PROJECT = UUID("3f2a9c1e-0000-4000-8000-000000000001")


def chunk(text: str = "字") -> ChunkEvent:
    return ChunkEvent(phase=PLAN, channel="content", text=text)


def status(name: str = "completed") -> StatusEvent:
    return StatusEvent(status=RequestStatus(name), project_status=ProjectStatus.COMPLETED)


def write(path: Path, count: int) -> None:
    journal = Journal(path, PROJECT, sync=False)
    for n in range(count):
        journal.append(chunk(f"第{n}个"))
    journal.close()


def seqs(path: Path, after: int = 0) -> list[int]:
    return [line.seq for line in JournalReader(path, after).read_all()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "记录" / "journal.jsonl"


def test_numbers_and_headers(path: Path) -> None:
    write(path, 3)
    events = list(read_events(path))
    assert [event.seq for event in events] == [1, 2, 3]
    assert {event.project_id for event in events} == {PROJECT}
    assert path.read_bytes().count(b"\n") == 3


def test_a_second_writer_goes_on(path: Path) -> None:
    write(path, 3)
    write(path, 2)
    assert seqs(path) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_a_torn_tail_is_cut_off(path: Path, cut: int) -> None:
    """The next writer begins on a new line, wherever a crash has cut the last one."""
    write(path, 3)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    left = whole[:-cut].count(b"\n")
    assert seqs(path) == list(range(1, left + 1))
    write(path, 1)
    assert seqs(path) == list(range(1, left + 2))
    assert path.read_bytes().endswith(b"}\n")


def test_damage_in_the_middle_is_told_in_its_place(path: Path) -> None:
    write(path, 6)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = b"\xff\xfe\x00\n"
    lines[3] = lines[3][: len(lines[3]) // 2] + b"\n"
    path.write_bytes(b"".join(lines))
    events = list(read_events(path))
    assert [event.seq for event in events] == [1, 2, 3, 4, 5, 6]
    assert [getattr(event, "rule", None) for event in events] == [
        None,
        None,
        *["journal_damaged"] * 2,
        None,
        None,
    ]
    write(path, 1)
    assert seqs(path)[-1] == 7


def test_random_damage_never_breaks_the_numbers(path: Path) -> None:
    write(path, 40)
    whole = path.read_bytes()
    rng = random.Random(5)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(data))
            data[start : start + rng.randint(0, 60)] = rng.randbytes(rng.randint(0, 30))
        path.write_bytes(data)
        found = seqs(path)
        assert found == list(range(1, len(found) + 1))


def test_a_line_twice_is_read_once(path: Path) -> None:
    write(path, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[1], lines[2]]))
    assert seqs(path) == [1, 2, 3]


def test_resume(path: Path) -> None:
    write(path, 10)
    for after in range(12):
        assert seqs(path, after) == list(range(after + 1, 11))


def test_a_reader_can_begin_at_a_place(path: Path) -> None:
    write(path, 5)
    reader = JournalReader(path)
    reader.read()
    place = reader.position
    write(path, 3)
    later = JournalReader(path, place.seq, place)
    assert [line.seq for line in later.read()] == [6, 7, 8]
    assert JournalReader(path).position == JournalOffset(0, 0)


def test_a_full_disk_leaves_no_half_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path, PROJECT, sync=False)
    journal.append(chunk())
    real = os.write
    calls = 0

    def full(fd: int, data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            return real(fd, data[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageError, match="磁盘满了"):
        journal.append(chunk())
    monkeypatch.undo()
    assert journal.append(chunk()).seq == 2
    journal.close()
    assert seqs(path) == [1, 2]


def test_a_clock_set_back_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, 2)
    monkeypatch.setattr("aiflow.storage.journal.utc_now", lambda: status().timestamp.replace(year=1999))
    write(path, 2)
    assert seqs(path) == [1, 2, 3, 4]


def test_not_there(tmp_path: Path) -> None:
    assert seqs(tmp_path / "none") == []


async def follow(path: Path, after: int = 0) -> list[int]:
    found: list[int] = []
    async for lines in JournalReader(path, after).follow():
        found += [line.seq for line in lines]
    return found


@pytest.mark.asyncio
async def test_many_followers_of_one_writer(path: Path) -> None:
    journal = Journal(path, uuid4(), sync=False)
    followers = [asyncio.create_task(follow(path, after)) for after in (0, 0, 5, 20)]
    for n in range(30):
        journal.append(chunk())
        if n % 4 == 0:
            await asyncio.sleep(0)
    journal.append(status())
    journal.close()
    found = await asyncio.gather(*followers)
    assert found == [list(range(after + 1, 32)) for after in (0, 0, 5, 20)]


@pytest.mark.asyncio
async def test_a_follower_ends_when_its_writer_is_gone(path: Path) -> None:
    write(path, 2)
    found = [line.seq async for lines in JournalReader(path).follow(lambda: True) for line in lines]
    assert found == [1, 2]


@pytest.mark.asyncio
async def test_a_follower_of_the_same_process_reads_no_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path, PROJECT, sync=False)
    journal.append(chunk("开头"))
    reader = JournalReader(path)
    found: list[int] = []
    read = asyncio.Event()

    async def collect() -> None:
        async for lines in reader.follow():
            found.extend(line.seq for line in lines)
            read.set()

    following = asyncio.create_task(collect())
    await read.wait()
    opened: list[Path] = []
    plain = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *rest, **more: (opened.append(self), plain(self, *rest, **more))[1]
    )
    for number in range(200):
        journal.append(chunk(f"第{number}个"))
        if number % 3 == 0:
            await asyncio.sleep(0)
    journal.append(status())
    await following
    journal.close()
    assert found == list(range(1, 203))
    assert path not in opened


@pytest.mark.asyncio
async def test_a_follower_that_was_left_behind_reads_the_file(path: Path) -> None:
    """More was appended between two looks than is kept in memory, and another process wrote in between."""
    journal = Journal(path, PROJECT, sync=False)
    following = asyncio.create_task(follow(path))
    await asyncio.sleep(0)
    for _ in range(200):
        journal.append(chunk())
    other = Journal(path, PROJECT, sync=False)
    other.append(chunk())
    journal.close()
    own = Journal(path, PROJECT, sync=False)
    own.append(chunk())
    own.append(status())
    assert await following == list(range(1, 204))
    own.close()
    other.close()


def test_what_is_closed_is_on_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (sync(fd), sizes.append(os.fstat(fd).st_size))[0])
    journal = Journal(path, PROJECT)
    for _ in range(20):
        journal.append(status("processing"))
    journal.close()
    assert sizes[-1] == path.stat().st_size
    journal = Journal(path, PROJECT)
    journal.append(status())
    assert sizes[-1] == path.stat().st_size, "a run's last event is on the disk before anybody is told"
    journal.close()


def test_a_fold_reads_on_only_where_the_journal_has_grown(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = JournalFold(path)
    assert fold.catch_up().seq == 0
    write(path, 2)
    assert fold.catch_up().seq == 2
    with monkeypatch.context() as patch:
        patch.setattr("aiflow.storage.journal_reader.read_events", None)  # whoever reads fails
        assert fold.catch_up().seq == 2
    write(path, 1)
    assert fold.catch_up().seq == 3


# --- events after a run's end -------------------------------------------------------------------------------


def after_the_end(journal: Journal, times: int) -> None:
    for _ in range(times):
        journal.append(SavedEvent(path="main.py", kind="modified", by="person", size_bytes=3))
        journal.append(CheckedEvent(syntax_validated=True))


async def test_a_reader_of_an_ended_run_ends_after_what_follows_its_end(path: Path) -> None:
    with closing(Journal(path, PROJECT)) as journal:
        journal.append(StatusEvent(status=RequestStatus.COMPLETED, project_status=ProjectStatus.COMPLETED))
        after_the_end(journal, 2)
        async with asyncio.timeout(PATIENCE_S):
            found = [event async for event in JournalReader(path).follow_events()]
    assert [event.event_type for event in found] == ["status", "saved", "checked", "saved", "checked"]


@pytest.mark.parametrize("times", [0, 1, 300])
def test_what_is_saved_after_the_end_does_not_undo_it(path: Path, times: int) -> None:
    with closing(Journal(path, PROJECT)) as journal:
        journal.append(StatusEvent(status=RequestStatus.FAILED, project_status=ProjectStatus.FAILED))
        after_the_end(journal, times)
        assert ends_run(path)
        journal.append(
            StatusEvent(status=RequestStatus.RETRYING, project_status=ProjectStatus.GENERATING, retry_count=1)
        )
        assert not ends_run(path)
