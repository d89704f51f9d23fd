"""The commands of a person to a run: continue, answer a question, stop, reset."""

from typing import Any

from aiflow.exceptions import ConflictError
from aiflow.model.artifacts import Artifact, read_edit
from aiflow.model.questions import Answer
from aiflow.model.status import RequestStatus
from aiflow.model.tests import TestResults
from aiflow.pipeline.clarification.asking import answer_as_recommended, keep_answer
from aiflow.pipeline.flow_state import FlowState
from aiflow.pipeline.project_tests import (
    MutationScore,
    keep_results,
    measure_tests,
    project_cases,
    run_project_tests,
)
from aiflow.pipeline.results import keep_edit


class FlowCommands(FlowState):
    """The part of a ``Flow`` that does no phase."""

    def accept(self, artifact: Artifact | dict[str, Any] | str | None = None) -> None:
        """Continue a paused run, with an edited result where one is given; ``advance`` then goes on.

        Questions that are still open get their recommended answers.

        Args:
            artifact: the edited result of the phase after which it paused: a model, JSON, or Markdown.

        Raises:
            ConflictError: unless the run is paused.
            InputError: when the artifact is none.
        """
        self._check_paused()
        with self.control.holding() as writer:
            self._check_paused()  # another process may have continued it meanwhile
            current = writer.snapshot.artifacts.get(writer.snapshot.paused_after or "")
            if artifact is not None and current is not None:
                keep_edit(writer, read_edit(artifact, current))
            answer_as_recommended(writer)
        self._is_waiting = False

    async def test(self) -> TestResults:
        """Run the tests of the finished project again; their results become events.

        Returns:
            The result of each test; shows itself in a cell.

        Raises:
            ConflictError: unless the run has ended, and there are tests.
            NotFoundError: when there is no program.
            RunnerError: when the sandbox could not be started.
            StorageError: when the disk refuses.
        """
        if not self.snapshot.is_final:
            raise ConflictError("这个版本还没有生成完，请等它结束，或者先停止它。")
        folder = self.store.find(self.project_id)
        cases = project_cases(folder)
        running = run_project_tests(folder, self.config, self.snapshot, cases)
        results = TestResults([result async for result in running])
        keep_results(self.store, folder, results)
        return results

    async def mutants(self) -> MutationScore:
        """Count the deliberate mistakes in the program that its tests notice.

        Raises:
            ConflictError: when no test passes.
            NotFoundError: when there is no program.
            RunnerError: when the sandbox could not be started.
            StorageError: when the disk refuses.
        """
        folder = self.store.find(self.project_id)
        return await measure_tests(folder, self.config, project_cases(folder))

    def answer(self, question_id: str, value: object) -> Answer:
        """Answer one of the ``questions``; after the last one, ``run`` or ``advance`` goes on.

        An answer can be given again until the specification begins.

        Args:
            question_id: of the question.
            value: the id of an option, own words, or None to skip the question.

        Returns:
            The answer as it is kept.

        Raises:
            NotFoundError: when the run has no such question.
            ConflictError: when it does not wait for answers (any more), or another process works on it.
            InputError: when the value is no answer (reason ``no_attempt`` where it is empty).
            StorageError: when the disk refuses.
        """
        with self.control.holding() as writer:
            found = keep_answer(writer, question_id, value)
        if self.questions:
            self.control.close_if_idle()
        else:
            # The run goes on next: until then nobody else may continue it.
            self._is_waiting = False
        return found

    def _check_paused(self) -> None:
        if self.snapshot.status is not RequestStatus.PAUSED:
            raise ConflictError("这次运行没有停在等待确认的地方，不用继续。")

    def begin_retry(self) -> None:
        """Reset a failed run; ``advance`` then does it again.

        Raises:
            ConflictError: unless it failed and may be retried.
            StorageError: when the disk refuses.
        """
        with self.control.holding() as writer:
            writer.begin_retry()

    async def cancel(self) -> None:
        """Stop the run, in whatever process it is, and return when it has stopped.

        Raises:
            ConflictError: when it has ended already, or another process does not stop in time (reason
                ``cancel_timeout``; it stops as soon as it can).
            StorageError: when the disk refuses.
        """
        await self.control.stop(RequestStatus.CANCELLED)

    async def interrupt(self) -> None:
        """End the run as interrupted, so that it can be retried: the process that works on it must go.

        Raises:
            ConflictError: when it has ended already, or another process does not stop in time.
            StorageError: when the disk refuses.
        """
        await self.control.stop(RequestStatus.FAILED)
