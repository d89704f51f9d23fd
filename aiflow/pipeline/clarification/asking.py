"""Asks a person before the first phase, keeps the answers, and derives the agreements from them."""

import asyncio
from collections.abc import Iterable, Sequence

from pydantic import SecretStr

from aiflow.exceptions import ConflictError, InputError, NotFoundError
from aiflow.model.agreements import agreement, merge_agreements
from aiflow.model.artifacts import Spec
from aiflow.model.events import AnswerEvent, QuestionEvent
from aiflow.model.questions import Answer, Question
from aiflow.model.snapshot import Snapshot
from aiflow.pipeline.clarification.bank import load_bank
from aiflow.pipeline.clarification.selection import free_slots, select_questions
from aiflow.pipeline.clarification.wording import word_questions
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.run_writer import RunWriter
from aiflow.storage.families import family_of
from aiflow.storage.manifest import Manifest
from aiflow.util.redaction import mask

_MAX_ANSWER_CHARS = 200


async def ask(writer: RunWriter, context: PhaseContext) -> None:
    """Ask what the request leaves open: once in a run, and nothing that the family was asked before.

    Args:
        writer: the run.
        context: of the first phase.

    Raises:
        ConfigError: when a folder of questions cannot be used.
        StorageError: when the disk refuses.
    """
    manifest = writer.manifest
    was_asked = any(one.kind == "clarify" for one in writer.snapshot.questions.values())
    # A prepared answer stays as it is, whatever a person would like.
    if manifest.ask == "never" or context.engine.is_prepared or was_asked:
        return
    bank = await asyncio.to_thread(load_bank, context.config.questions.folders)
    family = await asyncio.to_thread(family_of, writer.store, manifest.family_id)
    # A sentence that is worked on again had its questions.
    if any(one.asked and one.prompt == manifest.prompt for one in family):
        return
    asked = {slot for one in family for slot in one.asked}
    is_change = manifest.base_id is not None
    found = select_questions(bank, manifest.prompt, manifest.ask, is_change=is_change, asked=asked)
    free = free_slots(bank, manifest.prompt, {*asked, *(one.slot for one in found)})
    for question in await word_questions(context, found, [] if is_change else free):
        writer.events.emit(QuestionEvent.of(question))


def keep_answer(writer: RunWriter, question_id: str, value: object) -> Answer:
    """Keep a person's answer; a later one to the same question takes its place.

    Args:
        writer: the run, which waits for answers.
        question_id: of the question.
        value: an option's id, own words, or None to skip.

    Raises:
        NotFoundError: when the run has no such question.
        ConflictError: when the run does not wait for answers (any more).
        InputError: when the value is no answer.
        StorageError: when the disk refuses.
    """
    state = writer.snapshot
    question = state.questions.get(question_id)
    if question is None or question.kind != "clarify":
        raise NotFoundError("没有这个问题。请刷新一下，看看现在问的是什么。")
    if state.waiting_for != "answers":
        raise ConflictError(
            "现在不能回答这个问题了：需求已经开始写，或者这次运行已经结束。"
            "想改的话，改需求里的“约定”，再从那里重新生成。"
        )
    text = _read_value(question, value, writer.config.secrets)
    return _keep(writer, question, text)


def answer_as_recommended(writer: RunWriter) -> None:
    """Answer each open question as recommended.

    Raises:
        StorageError: when the disk refuses.
    """
    for question in writer.snapshot.open_questions:
        _keep(writer, question, question.recommended, by_default=True)


def agreements_for(writer: RunWriter) -> list[str]:
    """Return what the specification that is written next has to keep: earlier agreements and the answers.

    Raises:
        NotFoundError: when the version that a change starts from was deleted.
    """
    manifest, base = writer.manifest, writer.base
    # In a change those of the file, which a person may have edited.
    earlier = manifest.agreements
    if earlier is None:
        earlier = base.spec.agreements if base is not None else []
    return merge_agreements(earlier, _answered(writer.snapshot))


def agreements_after(manifest: Manifest, state: Snapshot) -> list[str]:
    """Return the agreements of a run, which may have ended before it had a specification."""
    if state.spec is not None:
        return state.spec.agreements
    return merge_agreements(manifest.agreements or [], _answered(state))


def with_agreements(spec: Spec, agreements: Sequence[str]) -> Spec:
    """Return ``spec`` with these agreements, whatever a model wrote; without any it stays as it is."""
    if not agreements:
        return spec
    changed = spec.model_copy(update={"agreements": list(agreements)})
    return changed.model_copy(update={"markdown": changed.to_markdown()})


def _answered(state: Snapshot) -> Iterable[str]:
    for question in state.questions.values():
        answer = state.answers.get(question.question_id)
        if question.kind == "clarify" and answer is not None and answer.value is not None:
            yield agreement(question, answer.value)


def _keep(writer: RunWriter, question: Question, value: str | None, *, by_default: bool = False) -> Answer:
    earlier = writer.snapshot.answers.get(question.question_id)
    answer = Answer(
        question_id=question.question_id,
        attempt=earlier.attempt + 1 if earlier is not None else 1,
        value=value,
        outcome="accepted" if value is not None else "skipped",
        by="default" if by_default else "student",
    )
    writer.events.emit(AnswerEvent.of(answer))
    return answer


def _read_value(question: Question, value: object, secrets: Iterable[SecretStr]) -> str | None:
    """Return an answer as it is kept: an option's id, or own words on one line."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError("value 应该是选项的编号、一句话，或者 null（跳过）。")
    text = " ".join(value.split())
    if not text:
        raise InputError("还没有写回答。请选一个，或者写一句话；不想答可以跳过。", reason="no_attempt")
    if len(text) > _MAX_ANSWER_CHARS:
        raise InputError(f"回答有 {len(text)} 个字符，最多 {_MAX_ANSWER_CHARS} 个，请写短一点。")
    # Words that are an option's mean the option.
    chosen = {words: option.id for option in question.options for words in (option.text_en, option.text)}
    return chosen.get(text) or mask(text, secrets)
