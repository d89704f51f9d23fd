"""Asking for a text in Markdown, as the first two phases do."""

import re

from aiflow.engines.base import Message, RequestPhase
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext

MAX_MARKDOWN_CHARS = 100_000
_WRAPPED = re.compile(
    r"\A\s*(`{3,}|~{3,})(?:markdown|md)?[ \t]*\r?\n(.*?)\r?\n?\1[ \t]*\s*\Z", re.DOTALL | re.IGNORECASE
)
# The end of thinking whose beginning stood in the prompt (R1's template): what is before it was never meant
# to be read.
_THOUGHT = re.compile(r"\A((?!<(?:mm:)?think(?:ing)?>).)*?</(?:mm:)?think(?:ing)?>(?=.*\S)", re.DOTALL)


async def write_markdown(
    context: PhaseContext, phase: str, request_phase: RequestPhase, messages: tuple[Message, ...]
) -> str:
    """Return the answer as Markdown, without a fence around the whole of it; a text without end is cut.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up.
    """
    pieces: list[str] = []
    length = 0
    stream = Answer(context, phase, request_phase, messages).text()
    try:
        async for piece in stream:
            context.emitter.text(phase, "content", piece)
            pieces.append(piece)
            length += len(piece)
            if length > MAX_MARKDOWN_CHARS:
                break
    finally:
        await stream.aclose()
    return unwrap("".join(pieces)[:MAX_MARKDOWN_CHARS])


def unwrap(text: str) -> str:
    """Return the Markdown of an answer, without the thinking before it and the fence around it."""
    text = _THOUGHT.sub("", text, count=1)
    wrapped = _WRAPPED.match(text)
    return (wrapped.group(2) if wrapped else text).strip() + "\n"
