"""A phase whose result is a document in Markdown, as of the first two."""

import re
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any, cast

from aiflow.engines.base import Message, RequestPhase
from aiflow.exceptions import ConfigError
from aiflow.extraction.fence_syntax import find_fence
from aiflow.model.artifacts import MAX_MARKDOWN_CHARS, Artifact, ArtifactT, Plan
from aiflow.model.phases import artifact_kind, phase_spec
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext

_WRAPPING_INFOS = frozenset({"", "md", "markdown"})
_THINKING_BEGINS = re.compile(r"<(?:mm:)?think(?:ing)?>")
_THINKING_ENDS = re.compile(r"</(?:mm:)?think(?:ing)?>")


def write_document(context: PhaseContext) -> Coroutine[Any, Any, Artifact]:
    """Ask for a document with the phase's prompt, and read the phase's artifact out of it.

    Raises:
        ConfigError: when the phase has no artifact or no prompt.
    """
    spec = phase_spec(context.phase)
    if spec.artifact is None or spec.prompt is None:
        raise ConfigError(f"阶段“{spec.title}”没有实现：请检查提供它的包有没有装好。")
    # Prompts call the results so far by the kind of the artifact: ``$spec``, ``$plan``.
    results = context.snapshot.artifacts.values()
    values = {artifact_kind(type(artifact)): artifact.to_markdown() for artifact in results}
    read: Callable[[str], Artifact] = spec.artifact.from_markdown
    # Of the artifacts only a plan names a main file, which depends on the language.
    if spec.artifact is Plan:
        read = partial(Plan.from_markdown, main_file=context.language().facts.main_file)
    return ask_document(context, context.messages(spec.prompt, **values), read)


async def ask_document(
    context: PhaseContext, messages: tuple[Message, ...], read: Callable[[str], ArtifactT]
) -> ArtifactT:
    """Return what a model's document means, which is shown while it is typed; one without end is cut.

    Args:
        context: the run.
        messages: the request.
        read: returns the artifact that the Markdown of the answer describes.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up.
        StorageError: when the disk refuses.
    """
    pieces: list[str] = []
    length = 0
    # An engine that does not know the phase of a plug-in answers as its messages ask.
    answer = Answer(context, context.phase, cast("RequestPhase", context.phase), messages)
    async with aclosing(answer.text()) as stream:
        async for piece in stream:
            context.events.text(context.phase, "content", piece)
            pieces.append(piece)
            length += len(piece)
            # The rest of an endless answer is not read, which also stops the request.
            if length > MAX_MARKDOWN_CHARS:
                break
    return read(unwrap("".join(pieces)[: MAX_MARKDOWN_CHARS - 1]))


def unwrap(text: str) -> str:
    """Return the Markdown of an answer, without the thinking before it and the fence around it."""
    text = _without_thinking(text).strip()
    first, newline, body = text.partition("\n")
    fence = find_fence(first) if newline else None
    if fence is not None and fence.info.lower() in _WRAPPING_INFOS:
        end = fence.char * fence.length
        # Only where the fence is around all of it: a document may end with a code block.
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
