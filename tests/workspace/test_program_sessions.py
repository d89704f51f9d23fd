"""Programs and the pages that watch them, with a program and a clock in the test's hands."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from aiflow.config import Config, ServerConfig
from aiflow.exceptions import RunnerError
from aiflow.sandbox.events import Ended, Figure, Frame, Output, PlayEvent
from aiflow.util.log import Trace
from aiflow.workspace import program_sessions
from aiflow.workspace.errors import BusyError
from aiflow.workspace.program_sessions import ABANDONED_S, FRAME_HEADER, ProgramSession, ProgramSessions
from tests.server.projects import Catalogue

pytestmark = pytest.mark.asyncio


class FakeRun:
    """A program that prints what the test says."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[PlayEvent] = asyncio.Queue()
        self.stopped = False

    def print(self, text: str) -> None:
        self._events.put_nowait(Output("stdout", text))

    def draw(self, number: int) -> None:
        self._events.put_nowait(Frame(b"picture", "image/png", 4, 3, number))

    def plot(self, number: int, data: bytes) -> None:
        self._events.put_nowait(Figure(data, number))

    async def events(self) -> AsyncIterator[PlayEvent]:
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Ended):
                return

    async def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            self._events.put_nowait(Ended(None, "stopped", "程序已停止。"))


class FakeClock:
    """A clock that moves when the test moves it."""

    def __init__(self) -> None:
        self.now = 100.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, done))
        await done

    async def advance(self, seconds: float) -> None:
        self.now += seconds
        for due, done in self._sleepers:
            if due <= self.now and not done.done():
                done.set_result(None)
        await let_others_run()


class FakePage:
    """A page that receives at its own pace."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.is_ready = asyncio.Event()
        self.is_ready.set()

    async def send(self, message: str | bytes) -> None:
        await self.is_ready.wait()
        if isinstance(message, bytes):
            self.received.append(f"picture {FRAME_HEADER.unpack_from(message)[3]}")
        else:
            content = json.loads(message)
            self.received.append(content.get("text", content["type"]))


async def let_others_run() -> None:
    """Everything that can go on without the clock, a page or the program goes on."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def run() -> FakeRun:
    return FakeRun()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def session(run: FakeRun, clock: FakeClock) -> AsyncIterator[ProgramSession]:
    session = ProgramSession(run, "run", "u", clock, clock.sleep)  # type: ignore[arg-type]  # as much of a run
    serving = asyncio.create_task(session.serve())
    await let_others_run()
    yield session
    await run.stop()
    await asyncio.wait_for(serving, 60)


# --- what a page is sent ---


async def test_what_is_printed_during_the_replay_comes_after_it(
    run: FakeRun, session: ProgramSession
) -> None:
    for number in range(3):
        run.print(f"old{number}")
        await let_others_run()
    page = FakePage()
    page.is_ready.clear()
    session.attach(page.send)
    await let_others_run()
    run.print("new")
    await let_others_run()
    page.is_ready.set()
    await let_others_run()
    assert page.received == ["old0", "old1", "old2", "new"]


async def test_a_page_that_returns_sees_the_figures_and_the_last_picture_after_the_text(
    run: FakeRun, session: ProgramSession
) -> None:
    run.draw(1)
    run.plot(7, b"before")
    run.print("text")
    run.plot(7, b"after")
    run.draw(2)
    await let_others_run()
    page = FakePage()
    session.attach(page.send)
    await let_others_run()
    assert page.received == ["text", "picture 7", "picture 2"]


async def test_a_page_that_hangs_does_not_keep_another_from_its_place(
    run: FakeRun, session: ProgramSession
) -> None:
    hanging, page = FakePage(), FakePage()
    hanging.is_ready.clear()
    session.attach(hanging.send)
    run.print("text")
    await let_others_run()
    session.attach(page.send)
    session.detach(hanging.send)  # its connection breaks at last
    run.print("more")
    await let_others_run()
    assert page.received == ["text", "more"]
    assert hanging.received == []


async def test_the_end_is_sent_before_the_session_is_over(run: FakeRun, session: ProgramSession) -> None:
    page = FakePage()
    page.is_ready.clear()
    session.attach(page.send)
    await session.stop()
    over = asyncio.create_task(session.wait())
    await let_others_run()
    assert not over.done()
    page.is_ready.set()
    await over
    assert page.received == ["ended"]


# --- when no page watches ---


async def test_a_program_whose_page_is_gone_is_stopped(
    run: FakeRun, clock: FakeClock, session: ProgramSession
) -> None:
    page = FakePage()
    session.attach(page.send)
    await clock.advance(1000)
    session.detach(page.send)
    await clock.advance(ABANDONED_S - 0.1)
    assert not run.stopped
    await clock.advance(0.2)
    assert run.stopped


async def test_every_absence_is_counted_from_its_own_beginning(
    run: FakeRun, clock: FakeClock, session: ProgramSession
) -> None:
    page = FakePage()
    for _ in range(5):
        session.attach(page.send)
        await clock.advance(0.1)
        session.detach(page.send)
        await clock.advance(ABANDONED_S - 0.5)
        assert not run.stopped
    session.attach(page.send)
    await clock.advance(ABANDONED_S * 3)
    assert not run.stopped


async def test_a_program_that_no_page_ever_watched_is_stopped(
    run: FakeRun, clock: FakeClock, session: ProgramSession
) -> None:
    """A request that is refused after the program has started leaves such a one."""
    await clock.advance(ABANDONED_S + 0.1)
    assert run.stopped
    await session.wait()


# --- how many ---


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProgramSessions:
    config = Config(server=ServerConfig(max_programs=6, max_programs_per_user=4), projects_dir=tmp_path)

    async def start_slowly(*_: Any, **__: Any) -> FakeRun:
        await let_others_run()
        return FakeRun()

    monkeypatch.setattr(program_sessions, "start_program", start_slowly)
    return ProgramSessions(config, Catalogue(tmp_path).store, Trace(tmp_path / "logs", ()))


@pytest.fixture
def start(tmp_path: Path, sessions: ProgramSessions) -> Callable[[str], Any]:
    project_id = Catalogue(tmp_path).project({"main.py": "input()"}).project_id
    return lambda user: sessions.start(project_id, "run", (), user)


async def test_starts_at_the_same_time_do_not_pass_the_limits(
    sessions: ProgramSessions, start: Callable[[str], Any]
) -> None:
    results = await asyncio.gather(*(start("甲") for _ in range(30)), return_exceptions=True)
    assert sum(isinstance(result, ProgramSession) for result in results) == 4
    assert {type(result) for result in results} == {ProgramSession, BusyError}
    results = await asyncio.gather(*(start("乙") for _ in range(30)), return_exceptions=True)
    assert sum(isinstance(result, ProgramSession) for result in results) == 2  # six in all
    await sessions.stop()
    for _ in range(4):
        assert isinstance(await start("乙"), ProgramSession)
    await sessions.stop()


async def test_a_start_that_fails_or_is_cancelled_counts_no_more(
    sessions: ProgramSessions, start: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        async def refuse(*_: Any, **__: Any) -> FakeRun:
            raise RunnerError("不能启动。")

        patch.setattr(program_sessions, "start_program", refuse)
        for _ in range(5):
            with pytest.raises(RunnerError):
                await start("甲")
    for _ in range(5):
        starting = asyncio.create_task(start("甲"))
        await asyncio.sleep(0)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
    assert isinstance(await start("甲"), ProgramSession)
    await sessions.stop()
