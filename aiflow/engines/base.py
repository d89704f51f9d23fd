"""The interface of engines: one generator method that turns a request into deltas."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Channel = Literal["thinking", "content"]
RequestPhase = Literal["specify", "plan", "implement", "repair", "tests"]
Task = Literal["generate", "change"]
EditFormat = Literal["whole", "function", "blocks"]
ModelSize = Literal["small", "large"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer, as it arrives."""

    channel: Channel
    text: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The tokens that one request cost."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """The end of an answer, with its reason."""

    reason: Literal["stop", "length", "content_filter"]


@dataclass(frozen=True, slots=True)
class NoticeDelta:
    """A Chinese sentence about what the engine does, for example that it waits and retries."""

    message: str


Delta = TextDelta | UsageDelta | FinishDelta | NoticeDelta


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation that is sent to a model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A request to an engine.

    Attributes:
        phase: the phase that sends it.
        messages: the conversation.
        prompt: the student's sentence, as it was typed.
        template: the chosen template (for lessons: the lesson's id), if any.
        run: the id of the run; an engine that counts anything counts it by run.
        part: the part of an answer: 0, then 1, 2, … for continuations of one that was cut off by its length.
        task: whether a project is generated, or a finished one changed; ``prompt`` is then the wish.
        base_prompt: in a change, the sentence from which the first version was generated.
        files: in a change, the parent's files that are text, ``spec.md`` and ``plan.md`` among them.
    """

    phase: RequestPhase
    messages: tuple[Message, ...]
    prompt: str
    template: str | None = None
    run: str = ""
    part: int = 0
    task: Task = "generate"
    base_prompt: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


class Engine(ABC):
    """A source of answers.

    Attributes:
        name: the engine's name in the configuration.
        model: the model that answers; for lessons the lesson's id.
        notice: a sentence for the screen, for example that the answer is a prepared one; may be empty.
        context_tokens: how long a request and its answer may be together; None where there is no limit.
        edit_format: the form in which the model changes files best.
        size: ``small`` for a model that loses the thread in long answers and is asked for one file at a time;
            None where past runs decide.
        is_prepared: whether the answers are there already, so that nothing that a person says changes them.
    """

    name: str
    model: str
    notice: str = ""
    context_tokens: int | None = None
    edit_format: EditFormat = "whole"
    size: ModelSize | None = "large"
    is_prepared: bool = False

    @abstractmethod
    def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        """Answer one request, piece by piece.

        Implemented as an async generator; closing it (``aclose``) or cancelling the task stops the work and
        closes its connections.

        Args:
            request: the request.

        Returns:
            The answer's deltas; a ``FinishDelta`` is the last. Texts may be split anywhere, also between the
            halves of a surrogate pair, and may contain secrets: the pipeline joins and redacts them.

        Raises:
            EngineError: the request failed; the Chinese message says why and what to do.
        """

    def prepared_tests(self, request: EngineRequest) -> Mapping[str, str] | None:  # noqa: ARG002 - some engines need it
        """Return the tests that belong to a prepared program, by their paths.

        Args:
            request: the run's, of the phase ``tests``.

        Returns:
            None where tests are to be requested from a model.

        Raises:
            EngineError: the request cannot be answered.
        """
        return None

    def introduce(self, prompt: str, template: str | None = None) -> str:  # noqa: ARG002 - some engines need them
        """Return a sentence to show before a run begins; may be empty.

        Args:
            prompt: the student's sentence.
            template: the chosen template, if any.

        Raises:
            EngineError: the request certainly cannot be answered.
        """
        return self.notice

    async def check(self) -> str:
        """Check whether the engine can be used, for ``aiflow doctor``.

        Returns:
            A Chinese sentence about the engine.

        Raises:
            EngineError: it cannot be used.
        """
        return f"模型是“{self.model}”。" if self.model else "不需要密钥和网络。"
