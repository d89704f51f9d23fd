"""The first two phases of a change: the whole specification with its changes marked, then what is changed."""

import asyncio
import re

from aiflow.model.artifacts import Plan, Spec, mark_features
from aiflow.model.validators import required
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.change_context import (
    fit,
    main_file,
    names_removed,
    notes,
    plain_spec,
    program_outline,
    spec_features,
)
from aiflow.pipeline.phases.markdown import ask_document
from aiflow.util.token_estimate import estimate_tokens

_PLAN_TOKENS = 600.0
_HEADINGS = re.compile(r"需求|说明|功能|修改|改过|spec|features?", re.IGNORECASE)


async def specify_change(context: PhaseContext) -> Spec:
    """Ask for the specification as it is after the change.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up, or the model's context is too small.
        StorageError: when the disk refuses.
    """
    old = required(context.base).spec
    text = plain_spec(old)
    messages = context.messages("change_specify", spec=text)
    request = fit(context, [(messages, 200 + 2 * estimate_tokens(text))])
    answer = await ask_document(context, request, Spec.from_markdown)
    return complete_spec(old, answer, context.request.prompt)


def complete_spec(old: Spec, answer: Spec, request: str) -> Spec:
    """Return the whole specification that an answer means, with what it changes.

    Small models write only the new feature, or only the list, or the old list once more.

    Args:
        old: of the version that is changed.
        answer: what the model wrote.
        request: the person's sentence.
    """
    # The folders of all versions begin with the same type.
    answer = answer.model_copy(update={"project_type": old.project_type})
    marked = mark_features(old, answer)
    missing = marked.changes.removed
    is_partial = not names_removed(answer.markdown) and len(missing) * 2 > len(old.features)
    # A heading such as 修改后的需求说明 is the model's own; the program keeps its name.
    has_title = bool(answer.title) and not _HEADINGS.search(answer.title)
    if has_title and answer.features and not is_partial and _has_changes(marked):
        return marked
    before = Spec.from_markdown(plain_spec(old))
    kept = [text for id_, text in zip(old.feature_ids, old.features, strict=False) if id_ in missing]
    features = [*(kept if is_partial else []), *answer.features]
    if not _has_changes(mark_features(old, answer.model_copy(update={"features": features}))):
        features.append(request)
    whole = before.model_copy(update={"features": features, "project_type": old.project_type})
    text = whole.to_markdown() + (f"\n原因：{answer.reason}\n" if answer.reason else "")
    return mark_features(old, Spec.from_markdown(text))


def _has_changes(spec: Spec) -> bool:
    return any(ids for _, ids in spec.changes)


async def plan_change(context: PhaseContext) -> Plan:
    """Ask which files and functions are changed, and how.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up, or the model's context is too small.
        StorageError: when the disk refuses.
    """
    base, spec = required(context.base), required(context.snapshot.spec)
    main = main_file(base, context.files)
    outline = await asyncio.to_thread(program_outline, context)
    values = {"main_file": main, "features": spec_features(base.spec, spec)}
    candidates = (
        (context.messages("change_plan", **values, outline=signatures, notes=more), _PLAN_TOKENS)
        for signatures, more in ((outline, notes(context)), (outline, ""), ("\n".join(context.files), ""))
    )
    plan = await ask_document(context, fit(context, candidates), Plan.from_markdown)
    # The plan names what changes, which may be anything but the file that is started.
    return plan.model_copy(update={"main_file": main}) if main else plan
