"""A model words the questions of the bank, and may add one; a bad answer of the model changes nothing."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

from aiflow.engines.base import EngineRequest, TextDelta, UsageDelta
from aiflow.exceptions import AIFlowError
from aiflow.model.events import UsageEvent
from aiflow.model.questions import Option, Question
from aiflow.pipeline.clarification.selection import MAX_QUESTIONS
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.util.redaction import mask

# A person waits for the questions, and they are there already.
_TIMEOUT_S = 20
_MAX_ANSWER_CHARS = 4000
_MAX_TEXT_CHARS = 60
_MAX_OPTIONS = 4
_COLON = "："


async def word_questions(
    context: PhaseContext, questions: list[Question], free: Sequence[str]
) -> list[Question]:
    """Return the questions as a model words them, where one is to do so and does.

    Args:
        context: of the first phase.
        questions: those of the bank.
        free: slots that are open and not asked about; the model may add a question about one.
    """
    if not questions or not context.config.questions.model or context.engine.size == "small":
        return questions
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            text = await _ask(context, questions, free)
    except (AIFlowError, TimeoutError):
        return questions
    return read_wording(mask(text, context.config.secrets), questions, free)


async def _ask(context: PhaseContext, questions: Sequence[Question], free: Sequence[str]) -> str:
    lines = "\n".join(f"{one.slot} | {one.text}（{_options(one)}）" for one in questions)
    request = EngineRequest(
        phase="specify",
        messages=context.messages("clarify", questions=lines, free="、".join(free) or "（没有）"),
        prompt=context.request.prompt,
        run=str(context.request.project_id),
        task=context.task,
        base_prompt=context.request.base_prompt,
    )
    text = ""
    async with aclosing(context.engine.stream(request)) as deltas:  # type: ignore[type-var]  # engines are async generators
        async for delta in deltas:
            if isinstance(delta, TextDelta):
                context.budget.spend(delta.text)
                text += delta.text if delta.channel == "content" else ""
            elif isinstance(delta, UsageDelta):
                _report(context, delta)
            # The rest of an endless answer is not read.
            if len(text) > _MAX_ANSWER_CHARS:
                break
    return text[:_MAX_ANSWER_CHARS]


def _options(question: Question) -> str:
    return " / ".join(option.text for option in question.options)


def _report(context: PhaseContext, delta: UsageDelta) -> None:
    context.events.emit(
        UsageEvent(
            phase=context.phase,
            prompt_tokens=delta.prompt_tokens,
            completion_tokens=delta.completion_tokens,
            engine=context.engine.name,
            model=context.engine.model,
        )
    )


def read_wording(text: str, questions: list[Question], free: Sequence[str]) -> list[Question]:
    """Return the questions with the words that a model's answer has for them, and one that it adds.

    Args:
        text: the answer, one question on each line.
        questions: those of the bank.
        free: the slots about which a question may be added.
    """
    worded = {one.slot: one for one in questions}
    for line in text.splitlines():
        slot, *parts = [part.strip(" *`-") for part in line.split("|")]
        if not parts or not _is_question(parts[0]):
            continue
        if slot in worded:
            worded[slot] = worded[slot].model_copy(update={"text": parts[0]})
        elif slot in free and len(worded) < MAX_QUESTIONS and (added := _added(slot, parts)) is not None:
            worded[slot] = added
    return list(worded.values())


def _is_question(text: str) -> bool:
    # A colon separates question and answer in an agreement.
    return 0 < len(text) <= _MAX_TEXT_CHARS and _COLON not in text


def _added(slot: str, parts: Sequence[str]) -> Question | None:
    """Return the question of a line with a reason and two to four options, else None."""
    if len(parts) != 3:
        return None
    text, why, options = parts
    offered = list(dict.fromkeys(one.strip() for one in options.split("/") if one.strip()))[:_MAX_OPTIONS]
    if len(offered) < 2 or not all(_is_question(one) for one in [why, *offered]):
        return None
    return Question(
        question_id=f"specify.{slot}",
        gate="specify",
        kind="clarify",
        slot=slot,
        text=text,
        why=why,
        options=[Option(id=f"option{number}", text=one) for number, one in enumerate(offered, 1)],
        recommended="option1",
    )
