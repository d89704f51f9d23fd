"""One run in this process: its writer, while it is held here, and the task that works on it."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.exceptions import AIFlowError, ConflictError, RunCancelledError
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import RequestStatus
from aiflow.pipeline.cancellation import COMMAND_POLL_S, Cancellation
from aiflow.pipeline.clarification.asking import answer_as_recommended
from aiflow.pipeline.run_writer import RunWriter
from aiflow.pipeline.runner import Runner
from aiflow.storage.journal_reader import JournalFold
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RunRecord
from aiflow.util.log import Trace, location_of

# Another process that does not stop in this time is busy with something else; it stops as soon as it can.
CANCEL_TIMEOUT_S = 10.0


class RunControl:
    """Holds a run's writer from its beginning, continuation or retry to its pause or end.

    Args:
        store: the projects.
        record: the run.
        config: limits and gates.
        trace: the log.
    """

    def __init__(self, store: ProjectStore, record: RunRecord, config: Config, trace: Trace) -> None:
        self._store = store
        self._record = record
        self._config = config
        self._trace = trace
        self._fold = JournalFold(record.journal_path)
        self._writer: RunWriter | None = None
        self._cancellation = Cancellation(record)
        self._listeners: list[Callable[[], None]] = []

    @property
    def snapshot(self) -> Snapshot:
        """The state of the run, also where another process writes it."""
        return self._fold.catch_up() if self._writer is None else self._writer.snapshot

    def begin(self, manifest: Manifest) -> None:
        """Make the record, hold the run here, and call the listeners of its beginning.

        Raises:
            StorageError: when the disk refuses.
        """
        with self.holding(manifest) as writer:
            writer.announce()
        # Taken before they are called: one of them may register for the next beginning.
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()

    def on_begin(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` once the run can be seen: at once, or in the thread that begins it."""
        if self._record.journal_path.exists():
            listener()
        else:
            self._listeners.append(listener)

    def queue(self, position: int) -> None:
        """Report that the run waits here, with ``position`` runs before it.

        Raises:
            ConflictError: when it is not held here.
            StorageError: when the disk refuses.
        """
        if self._writer is None:
            raise ConflictError("这次运行不在这里排队。")
        message = f"正在排队，前面还有 {position} 个。轮到时会自动开始。"
        self._writer.events.notice(message, reason="queued")

    def cancel_is_requested(self) -> bool:
        """Return whether another process asks to cancel the run, which is held here."""
        return self._writer is not None and self._record.cancel_is_requested(self._writer.seq_before)

    async def work(
        self, engine: Callable[[], Engine], pauses: Collection[str], expected: str | None = None
    ) -> None:
        """Do what is left, and end the run in a status whatever happens.

        Args:
            engine: returns the engine; called when the run is being processed.
            pauses: the phases after which it pauses.
            expected: the phase that must be the next, where one was named.

        Raises:
            ConflictError: when the run has ended, another process works on it, or another phase is next.
            RunCancelledError: when it was cancelled meanwhile.
            AIFlowError: when it fails; the run has then failed.
        """
        with self.holding() as writer:
            # To continue a run that waits for answers leaves those that are open to the recommendations.
            has_waited = writer.snapshot.waiting_for == "answers"
            writer.start(expected)
            if has_waited:
                answer_as_recommended(writer)
        with closing(self), self._cancellation.watching(writer.seq_before):
            try:
                runner = Runner(writer, engine(), self._config, self._trace)
                # A phase that was named is to be done now.
                await runner.run(pauses, waits=expected is None)
                if self._cancellation.status is not None:
                    # A cancellation that came too late must hit nothing that the task does after this run.
                    await asyncio.sleep(0)
            except asyncio.CancelledError:
                was_idle = writer.is_idle
                if not was_idle:
                    writer.stop(self._cancellation.status or RequestStatus.CANCELLED)
                # The caller's own task was cancelled, not the run: the caller must see that.
                if not self._cancellation.uncancel():
                    raise
                if not was_idle:
                    raise RunCancelledError("已经停止。写好的文件都还在。") from None
            except AIFlowError as error:
                writer.fail(error)
                raise
            # The run needs an end after any fault: a page would otherwise wait for ever.
            except Exception as error:
                raise self._unexpected(writer, error) from error

    def _unexpected(self, writer: RunWriter, error: Exception) -> AIFlowError:
        """End the run because of a fault of ours; return the error that reports it."""
        where = location_of(error)
        # The type and the place, not the message: that may quote the person's text.
        self._trace.write(
            "error", project_id=str(self._record.project_id), error=type(error).__name__, where=where
        )
        failure = AIFlowError("程序内部出错了，请重试。如果总是这样，请把日志交给老师。", retryable=True)
        writer.fail(failure)
        return failure

    @contextmanager
    def holding(self, manifest: Manifest | None = None) -> Iterator[RunWriter]:
        """Yield the run's writer, which this flow then keeps.

        Where the block fails, one opened here is closed.
        """
        is_new = self._writer is None
        if self._writer is None:
            self._writer = RunWriter(
                self._store, self._record, self._config, self._trace, self._fold, manifest
            )
        try:
            yield self._writer
        except BaseException:
            # A run that this flow held before (queued, for example) stays held after a refused step.
            if is_new:
                self.close()
            raise

    def close(self) -> None:
        """Give the run back, if it is held here."""
        # Forgotten first: where closing fails, no closed writer must stay here.
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def close_if_idle(self) -> None:
        """Give the run back, unless it waits to be worked on."""
        if self._writer is not None and self._writer.is_idle:
            self.close()

    async def stop(self, status: RequestStatus) -> None:
        """End the run, in whatever process it is, and return when it has ended.

        Raises:
            ConflictError: when it has ended already, or another process does not stop in time.
            StorageError: when the disk refuses.
        """
        if self.snapshot.is_final:
            raise ConflictError("这次运行已经结束，不用停止。")
        asked_at = asyncio.get_running_loop().time()
        # A loop: the run may pause, or go on in another process, between the question and the request.
        while not self.snapshot.is_final:
            if self._cancellation.is_working:
                self._cancellation.request(status)
            elif self._writer is not None or not self._record.is_alive():
                with self.holding() as writer:
                    if not writer.snapshot.is_final:
                        writer.stop(status)
                self.close()
                return
            elif asyncio.get_running_loop().time() - asked_at > CANCEL_TIMEOUT_S:
                raise ConflictError(
                    "另一个程序正在处理这个项目，还没有停下来。停止的请求已经留给它了，请过一会儿再看。",
                    reason="cancel_timeout",
                    retryable=True,
                )
            else:
                # Again in every round: the process may have used the request up and begun to pause meanwhile.
                self._record.request_cancel(self.snapshot.seq)
            # Shorter than the interval of the other process, so that its end is seen soon.
            await asyncio.sleep(COMMAND_POLL_S / 4)
