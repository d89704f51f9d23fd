"""What an engine is: one generator method that turns a request into deltas."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

Channel = Literal["thinking", "content"]
RequestPhase = Literal["specify", "plan", "implement", "repair"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer, as it arrives."""

    channel: Channel
    text: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """What one request cost, in tokens."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """How the answer ended."""

    reason: Literal["stop", "length", "content_filter"]


@dataclass(frozen=True, slots=True)
class NoticeDelta:
    """What the engine does meanwhile, in Chinese for the student, e.g. that it waits and tries again."""

    message: str


Delta = TextDelta | UsageDelta | FinishDelta | NoticeDelta


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation that is sent to a model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """What an engine is asked.

    Attributes:
        phase: which phase asks; models are told it in a header.
        messages: the conversation.
        prompt: the student's sentence, as it was typed.
        template: the template (for lessons: the lesson's id) that was chosen, where one was.
        run: which run asks; an engine that keeps count of anything keeps it by run.
        part: which part of an answer it is: 0, and 1, 2, … where one was cut off by its length and goes on.
    """

    phase: RequestPhase
    messages: tuple[Message, ...]
    prompt: str
    template: str | None = None
    run: str = ""
    part: int = 0


class Engine(ABC):
    """A source of answers.

    Attributes:
        name: the engine's name in the configuration.
        model: the model that answers; for lessons the lesson's id.
        notice: a sentence to show on the screen, e.g. that the answer is a prepared run; empty where there is
            none.
    """

    name: str
    model: str
    notice: str = ""

    @abstractmethod
    def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        """Answer one request, piece by piece.

        Implemented as an async generator; closing it (``aclose``) or cancelling the task stops the work and
        closes its connections.

        Args:
            request: what is asked.

        Returns:
            The answer's deltas; a ``FinishDelta`` is the last.

        Raises:
            EngineError: in Chinese, what went wrong and what to do.
        """

    def introduce(self, prompt: str, template: str | None = None) -> str:  # noqa: ARG002 - some engines need them
        """Return what the screen says before a run begins; empty where there is nothing to say.

        Args:
            prompt: the student's sentence.
            template: the template that was chosen, where one was.

        Raises:
            EngineError: it is clear already that this cannot be answered.
        """
        return self.notice

    async def check(self) -> str:
        """Look whether the engine can be used, for ``aiflow doctor``.

        Returns:
            A Chinese sentence that says what is there.

        Raises:
            EngineError: it cannot be used.
        """
        return f"模型是“{self.model}”。" if self.model else "不需要密钥和网络。"
