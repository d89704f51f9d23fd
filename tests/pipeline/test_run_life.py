"""A run's life in any order: begun, paused, edited, continued, cancelled, retried, killed, saved, deleted.

Two objects work on one run, each with a lock of its own, as two processes do. After each step the snapshot
equals the folder, the manifest equals the snapshot, at most one phase is active, no lock is left behind, no
event is lost, and only our own errors are raised. ``AIFLOW_LIFE_EXAMPLES`` makes the search longer.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aiflow import Config, Flow
from aiflow.config import Asking
from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta
from aiflow.exceptions import AIFlowError, OverloadedError
from aiflow.model.snapshot import fold
from aiflow.model.status import FINAL_STATUSES, IDLE_STATUSES, PhaseStatus
from aiflow.pipeline.recovery import recover
from aiflow.storage.journal_reader import read_events
from aiflow.storage.run_state import summarise
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.files import Files
from aiflow.workspace.projects import Projects
from tests.pipeline.conftest import FILES, PLAN, SPEC

OUTCOMES = st.sampled_from(["complete", "complete", "fail", "fail_other", "hang", "other"])
WHO = st.sampled_from([0, 1])
PAUSES = st.sampled_from([(), ("specify",), ("plan",), ("specify", "plan")])
ASKS = st.sampled_from(["never", "auto", "always"])
VALUES = st.sampled_from([None, "medium", "跟着分数变快", " "])
PATHS = st.sampled_from(["main.py", "note.txt", "data/a.csv"])
TEXTS = st.sampled_from(["print(1)\n", "print(2)\n", "def broken(:\n"])


class Whim(Engine):
    """Answers as the test says: it completes, fails, or hangs in the phase in which it is asked."""

    name = "lessons"
    model = "whim"

    def __init__(self) -> None:
        self.outcome = "complete"
        self.hangs = asyncio.Event()

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        other = FILES.replace("main.py", "other.py") + FILES if "other" in self.outcome else FILES
        text = {"specify": SPEC, "plan": PLAN}.get(request.phase, other)
        yield TextDelta("content", text if self.outcome != "hang" else text[:20])
        if self.outcome.startswith("fail"):
            raise OverloadedError("服务太忙了，请过一会儿再试。")
        if self.outcome == "hang":
            self.hangs.set()
            await asyncio.Event().wait()
        yield FinishDelta("stop")


class RunLife(RuleBasedStateMachine):
    """One run and all that may happen to it."""

    @initialize(pauses=PAUSES, ask=ASKS)
    def begin(self, pauses: tuple[str, ...], ask: Asking) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aiflow-life-"))
        self.loop = asyncio.new_event_loop()
        values = {
            "projects_dir": str(self.folder / "projects"),
            "logs_dir": str(self.folder / "logs"),
            "lessons": {"speed": 0},
            "run": {"durability": "none"},
            "tests": {"enabled": False},
            "gates": {"smoke_run": False, "plugins": False},
        }
        self.config = Config.model_validate(values | {"folder": self.folder})
        self.engine = Whim()
        self._begin(pauses, ask)

    def _begin(self, pauses: tuple[str, ...], ask: Asking) -> None:
        # Two questions that matter are open in it, so that all but one way of asking asks.
        first = Flow("贪吃蛇", config=self.config, engine=self.engine, pause_after=pauses, ask=ask)
        first.begin()
        self.flows = [first, Flow.open(first.project_id, config=self.config)]
        self.flows[1].engine = self.engine
        self.task: asyncio.Task[Any] | None = None
        self.is_deleted = False
        self.journal = b""

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self._end_task()
            for flow in self.flows:
                flow.control.close()
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Await ``work``; return whether it was done, False where one of our errors refused it."""
        try:
            self.loop.run_until_complete(asyncio.wait_for(work, 30))
        except AIFlowError:
            return False
        return True

    def _do(self, call: Any, *args: Any) -> bool:
        try:
            call(*args)
        except AIFlowError:
            return False
        return True

    def _end_task(self) -> None:
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError, AIFlowError):
                self.loop.run_until_complete(self.task)
            self.task = None

    async def _work(self, flow: Flow) -> None:
        """Advance; where the engine hangs, leave the task at work."""
        task = asyncio.ensure_future(flow.advance())
        hangs = asyncio.ensure_future(self.engine.hangs.wait())
        await asyncio.wait({task, hangs}, return_when=asyncio.FIRST_COMPLETED)
        hangs.cancel()
        if task.done():
            await task
        else:
            self.task = task

    def _advance(self, who: int, outcome: str) -> None:
        if self.task is not None:
            self._run(self.flows[who].advance())  # refused: the run is at work
            return
        self.engine.outcome = outcome
        self.engine.hangs = asyncio.Event()
        self._run(self._work(self.flows[who]))

    @precondition(lambda self: self.is_deleted)
    @rule(pauses=PAUSES, ask=ASKS)
    def begin_another(self, pauses: tuple[str, ...], ask: Asking) -> None:
        self._begin(pauses, ask)

    @precondition(lambda self: not self.is_deleted)
    @rule(who=WHO, outcome=OUTCOMES)
    def advance(self, who: int, outcome: str) -> None:
        self._advance(who, outcome)

    @precondition(lambda self: not self.is_deleted)
    @rule(who=WHO, outcome=OUTCOMES, edited=st.booleans())
    def edit_and_continue(self, who: int, outcome: str, edited: bool) -> None:
        flow = self.flows[who]
        after = flow.snapshot.paused_after
        found = flow.snapshot.artifacts.get(after) if after else None
        text = f"{found.markdown}\n再加一行。\n" if edited and found is not None else None
        if self._do(flow.accept, text):
            self._advance(who, outcome)

    @precondition(lambda self: not self.is_deleted and self.flows[0].snapshot.questions)
    @rule(who=WHO, outcome=OUTCOMES, number=st.sampled_from([0, 0, 1, 2, 3]), value=VALUES)
    def answer(self, who: int, outcome: str, number: int, value: str | None) -> None:
        flow = self.flows[who]
        waits = flow.snapshot.waiting_for == "answers"
        question_id = [*flow.snapshot.questions, "specify.nothing"][number]
        if self._do(flow.answer, question_id, value):
            assert waits
            if not flow.questions:
                self._advance(who, outcome)

    @precondition(lambda self: not self.is_deleted)
    @rule(who=WHO, outcome=OUTCOMES)
    def retry(self, who: int, outcome: str) -> None:
        if self._do(self.flows[who].begin_retry):
            self._advance(who, outcome)

    @precondition(lambda self: not self.is_deleted)
    @rule(who=WHO)
    def cancel(self, who: int) -> None:
        other = self.flows[1 - who]
        if self.task is None and other.record.is_held:
            return  # begun there and not at work: it would be obeyed when the work starts
        was_at_work = self.task is not None
        if self._run(self.flows[who].cancel()):
            assert self.flows[who].snapshot.status == "cancelled"
        if was_at_work:
            self._end_task()

    @precondition(lambda self: not self.is_deleted and self.task is not None)
    @rule()
    def kill(self) -> None:
        """Leave the disk as a killed process does: all files as they are, a torn line, and the lock free."""
        kept = self.folder / "kept"
        shutil.copytree(self.config.projects_dir, kept)
        self._end_task()
        shutil.rmtree(self.config.projects_dir)
        shutil.move(kept, self.config.projects_dir)
        with self.flows[0].record.journal_path.open("ab") as file:
            file.write(b'{"seq":99999,"torn')
        self.journal = b""
        project_id = self.flows[0].project_id
        self.flows = [Flow.open(project_id, config=self.config) for _ in range(2)]
        for flow in self.flows:
            flow.engine = self.engine
        assert recover(self.flows[0].store, project_id, self.config)

    @precondition(lambda self: not self.is_deleted)
    @rule()
    def recover(self) -> None:
        flow = self.flows[0]
        assert not recover(flow.store, flow.project_id, self.config), "no process is gone"

    @precondition(lambda self: not self.is_deleted)
    @rule(path=PATHS, text=TEXTS)
    def save(self, path: str, text: str) -> None:
        flow = self.flows[0]
        files = Files(flow.store, Changes(flow.store), Copies(self.config, flow.store))
        self._do(files.save, flow.project_id, path, text.encode())

    @precondition(lambda self: not self.is_deleted)
    @rule()
    def rename(self) -> None:
        flow = self.flows[0]
        projects = Projects(flow.store, self.config)
        assert self._do(projects.rename, flow.project_id, "我的程序")

    @precondition(lambda self: not self.is_deleted)
    @rule()
    def delete(self) -> None:
        flow = self.flows[0]
        is_held = any(one.record.is_held for one in self.flows)
        self.is_deleted = self._do(flow.store.delete, flow.project_id)
        assert self.is_deleted != is_held
        assert flow.record.folder.exists() != self.is_deleted

    @invariant()
    def holds(self) -> None:
        if self.is_deleted or not hasattr(self, "flows"):
            return
        flow = self.flows[0]
        journal = flow.record.journal_path.read_bytes()
        assert journal.startswith(self.journal), "no event is lost"
        self.journal = journal[: journal.rfind(b"\n") + 1]
        events = list(read_events(flow.record.journal_path))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        state = fold(events)
        for one in self.flows:
            assert one.snapshot.model_dump() == state.model_dump()
        active = [phase for phase in state.phases.values() if phase.status is PhaseStatus.ACTIVE]
        assert len(active) <= (0 if state.status in IDLE_STATUSES else 1)
        held = [one for one in self.flows if one.record.is_held]
        assert len(held) <= 1
        if self.task is None and state.status in FINAL_STATUSES:
            assert not flow.record.is_alive(), "no lock is left behind"
        is_specified = state.phases["specify"].status is not PhaseStatus.PENDING
        assert not (is_specified and state.open_questions), "the specification waits for the answers"
        assert (state.waiting_for == "answers") <= (not is_specified and bool(state.questions))
        manifest = flow.record.load()
        if state.status in IDLE_STATUSES:
            assert manifest == summarise(manifest, state)
        assert manifest.status is state.status
        if state.status in FINAL_STATUSES:
            folder = flow.store.find(flow.project_id)
            there = {path: found.size_bytes for path, found in state.files.items()}
            assert folder.sizes() == there, "the snapshot equals the folder"


RunLife.TestCase.settings = settings(
    max_examples=int(os.environ.get("AIFLOW_LIFE_EXAMPLES", "12")),
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
class TestRunLife(RunLife.TestCase):  # type: ignore[name-defined,misc]  # Hypothesis makes it
    """Run by pytest."""
