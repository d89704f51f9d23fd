"""Asking for a text in Markdown, as the first two phases do."""

import re

from aiflow.engines.base import Message, RequestPhase
from aiflow.extraction.fence_syntax import find_fence
from aiflow.model.artifacts import MAX_MARKDOWN_CHARS
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext

_WRAPPING_INFOS = frozenset({"", "md", "markdown"})
_THINKING_BEGINS = re.compile(r"<(?:mm:)?think(?:ing)?>")
_THINKING_ENDS = re.compile(r"</(?:mm:)?think(?:ing)?>")


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
    return unwrap("".join(pieces)[: MAX_MARKDOWN_CHARS - 1])


def unwrap(text: str) -> str:
    """Return the Markdown of an answer, without the thinking before it and the fence around it."""
    text = _without_thinking(text).strip()
    first, newline, body = text.partition("\n")
    fence = find_fence(first) if newline else None
    if fence is not None and fence.info.lower() in _WRAPPING_INFOS:
        end = fence.char * fence.length
        if body.endswith(end):
            text = body.removesuffix(end).strip()
    return text + "\n"


def _without_thinking(text: str) -> str:
    """Return ``text`` without thinking that began in the prompt, as in R1's template: it has only an end tag.

    Text that mentions both tags, or has nothing after the end tag, is the answer itself.
    """
    end = _THINKING_ENDS.search(text)
    begin = _THINKING_BEGINS.search(text)
    if end is None or (begin is not None and begin.start() < end.start()) or not text[end.end() :].strip():
        return text
    return text[end.end() :]
