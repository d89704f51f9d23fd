"""The description of a project for a model that is to change it: as much as the model's context holds."""

from collections.abc import Iterable, Mapping, Sequence

from aiflow.engines.base import Message
from aiflow.exceptions import LimitError, NotFoundError
from aiflow.languages.files import outline
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.features import FeatureItem, read_features
from aiflow.model.language_facts import find_main_file, is_source
from aiflow.model.tests import is_test_file
from aiflow.model.validators import required
from aiflow.pipeline.base_version import RESULT_FILES, BaseVersion
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.storage.comparison import compare_files
from aiflow.storage.last_error import last_error
from aiflow.storage.originals import read_originals
from aiflow.util.token_estimate import estimate_tokens

NOTHING = "（没有）"
LEFT_OUT = "（太长，没有列出）"
# Code has more tokens than the estimate, which is made for prose.
_MARGIN = 1.25
_MARKS = {"new": "新增", "changed": "修改", "removed": "删除"}
_MAX_PROBLEMS = 5
_MAX_EDIT_CHARS = 4000


def fit(
    context: PhaseContext, candidates: Iterable[tuple[tuple[Message, ...], float]]
) -> tuple[Message, ...]:
    """Return the first of ``candidates`` that the model's context holds together with its answer.

    Args:
        context: the run.
        candidates: the same request with less and less in it, and the tokens that its answer will have; made
            when it is needed.

    Raises:
        LimitError: when none does.
    """
    limit = context.engine.context_tokens
    size = 0.0
    for messages, answer in candidates:
        size = answer + _MARGIN * sum(estimate_tokens(message.content) for message in messages)
        # Servers cut what is too long without a word, at its beginning: the model would not see the task.
        if limit is None or size <= limit:
            return messages
    raise LimitError(
        f"这次修改要给模型看的内容大约有 {size:.0f} 个词元，超过了它的上限 {limit} 个，没有发出去。"
        "可以一次只改一个文件，把大的文件拆成几个，或者换一个能看更多内容的模型（openai.context_tokens）。",
        reason="context_limit",
    )


def spec_features(old: Spec, new: Spec) -> str:
    """Return the features of a specification, each with its id and what the change does to it."""
    marks = {id_: mark for mark, ids in new.changes for id_ in ids}
    gone = [(id_, text) for id_, text in zip(old.feature_ids, old.features, strict=False) if id_ in marks]
    rows = [*zip(new.feature_ids, new.features, strict=False)]
    rows += [(id_, text) for id_, text in gone if marks[id_] == "removed"]
    lines = [f"- {id_} {f'【{_MARKS[marks[id_]]}】' if id_ in marks else ''}{text}" for id_, text in rows]
    return "\n".join(lines) or NOTHING


def plain_spec(spec: Spec) -> str:
    """Return the text of a specification without the marks of the change that made it."""
    rows = [(line, _feature(line)) for line in spec.to_markdown().splitlines()]
    return "\n".join(f"- {one.text}" if one.mark else line for line, one in rows if not one.is_removed)


def names_removed(text: str) -> bool:
    """Return whether a specification marks a feature as removed."""
    return any(_feature(line).is_removed for line in text.splitlines())


def _feature(line: str) -> FeatureItem:
    return read_features([line.lstrip(" -*+")])[0]


def program_outline(context: PhaseContext) -> str:
    """Return the files of the project with the signatures of what they define."""
    return outline(program_files(context.files)) or NOTHING


def program_files(files: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that a change may be about: not the results of the phases, and not the tests."""
    return {path: text for path, text in files.items() if path not in RESULT_FILES and not is_test_file(path)}


def main_file(base: BaseVersion, files: Mapping[str, str]) -> str:
    """Return the program to start; empty where there is none."""
    project = base.snapshot.project
    if project is not None and project.main_path in files:
        return project.main_path
    return find_main_file(files) or ""


def affected_files(context: PhaseContext, plan: Plan) -> list[str]:
    """Return the files that a plan names and the project has; all sources where it names none."""
    files = program_files(context.files)
    named = [file.path for file in plan.files if file.path in files]
    # A small model's plan may name no file at all, and the change must still have something to read.
    return named or [path for path in files if is_source(path)]


def notes(context: PhaseContext) -> str:
    """Return what else matters: what a person edited, and what is wrong with the program as it is."""
    base = required(context.base)
    found = [one.message for one in base.snapshot.diagnostics if one.severity == "error"]
    parts = {
        "程序现在的问题：": "\n".join(found[:_MAX_PROBLEMS]),
        "上一次运行时的错误：": last_error(base.folder.record),
        "学生自己改过的地方（+ 是学生写的，要保留）：": _edits_by_person(base, context.files),
    }
    return "\n\n".join(f"{title}\n\n{text}" for title, text in parts.items() if text)


def _edits_by_person(base: BaseVersion, files: Mapping[str, str]) -> str:
    """Return how the files differ from those that were made, as hunks; shortened where it is much."""
    try:
        made = read_originals(base.folder.record)
    except NotFoundError:
        return ""
    lines: list[str] = []
    for path, text in program_files(files).items():
        # The model must not undo what the student wrote, which is not in its own older answers.
        if path in made and made[path] != text.encode():
            difference = compare_files(path, made[path], text.encode())
            lines += [path, *(line for hunk in difference.hunks for line in hunk.lines)]
    return "\n".join(lines)[:_MAX_EDIT_CHARS]


def shown(files: Mapping[str, str], paths: Sequence[str]) -> str:
    """Return files for a model, each between marks."""
    return "\n\n".join(f'<file path="{path}">\n{files[path].rstrip()}\n</file>' for path in paths) or NOTHING
