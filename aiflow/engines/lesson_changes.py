"""Prepared changes of a lesson's project: their format, and the documents that a change is played as.

``docs/lessons.md`` describes the folder for teachers.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError, field_validator

from aiflow.engines.lesson_format import (
    RecordedLine,
    broken,
    invalid,
    read_model,
    read_recording,
    read_tests,
    read_text,
    read_words,
)
from aiflow.model.features import FeatureItem, read_features

_NEW, _CHANGED, _REMOVED = "新增", "修改", "去掉"
_ARROW = " → "
_FEATURES = "## 功能"
_REASON = "原因："


class ChangeManifest(BaseModel, frozen=True, extra="forbid"):
    """``change.toml``.

    Attributes:
        sentence: the wish as a student would say it; offered with the project.
        title: a few words, for lists and for the plan's heading.
        reason: what the change does, in one sentence.
        phrases: words that find it: ``+`` joins parts that must all occur, ``|`` separates the words for one
            part, ``{…}`` is a group of ``words.toml``.
        unless: words that rule it out.
        order: the place among the offers; the smaller, the earlier.
        model, recorded_at: of a recorded change.
    """

    sentence: str = Field(min_length=1, max_length=100)
    title: str = Field(min_length=1, max_length=20)
    reason: str = Field(min_length=1, max_length=100)
    phrases: list[str] = Field(min_length=1)
    unless: list[str] = []
    order: int = 100
    model: str | None = None
    recorded_at: str | None = None

    @field_validator("phrases", "unless")
    @classmethod
    def _check_searchable(cls, phrases: list[str]) -> list[str]:
        """Refuse a phrase with an empty word, which would occur in every wish, or with an unknown group."""
        groups = read_words()["groups"]
        for phrase in phrases:
            if not all(
                any(map(str.isalnum, word)) for part in phrase.split(" + ") for word in part.split("|")
            ):
                raise ValueError(f"nothing to look for in {phrase!r}")
            if unknown := [word for word in re.findall(r"\{[^{}|]*\}", phrase) if word[1:-1] not in groups]:
                raise ValueError(f"words.toml has no group {unknown[0]}")
        return phrases


class LessonChange(BaseModel, frozen=True, extra="forbid"):
    """A prepared change.

    Attributes:
        id: the folder's name.
        manifest: the contents of ``change.toml``.
        features: the lines of ``spec.md`` by their heading.
        plan: ``plan.md``: the files that change, then the idea.
        answers: ``answer.md``, and ``answer.2.md``, … for a project in which another change came first.
        recording: of a recorded change, its lines; it has none of these documents.
        tests: of the features that it adds or changes, by their paths; they take the place of the older ones.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    manifest: ChangeManifest
    features: dict[str, list[str]] = {}
    plan: str = ""
    answers: tuple[str, ...] = ()
    recording: tuple[RecordedLine, ...] = ()
    tests: dict[str, str] = {}


def read_changes(lesson: Path) -> tuple[LessonChange, ...]:
    """Read the prepared changes of a lesson.

    Args:
        lesson: the lesson's folder.

    Raises:
        ConfigError: a change is broken; the message names it and the fault.
    """
    folders = [manifest.parent for manifest in lesson.glob("changes/*/change.toml")]
    changes = [read_change(folder) for folder in folders]
    # A file system's order differs between machines; the offers must not.
    return tuple(sorted(changes, key=lambda change: (change.manifest.order, change.id)))


def _read_plan(folder: Path) -> str:
    """Read ``plan.md``: a list of files, a blank line, the idea."""
    text = read_text(folder, "plan.md")
    files, _, idea = text.partition("\n\n")
    if not idea.strip() or not all(line.startswith("- `") and "`：" in line for line in files.splitlines()):
        raise broken(folder, "plan.md 要先列出文件（- `文件名`：改什么），空一行，再写做法")
    return text


def read_change(folder: Path) -> LessonChange:
    """Read one prepared change.

    Args:
        folder: the change's folder.

    Raises:
        ConfigError: it is broken; the message names it and the fault.
    """
    manifest = read_model(folder, "change.toml", ChangeManifest)
    try:
        if manifest.recorded_at:
            return LessonChange(id=folder.name, manifest=manifest, recording=read_recording(folder))
        variants = sorted(folder.glob("answer.[0-9].md"))
        return LessonChange(
            id=folder.name,
            manifest=manifest,
            features=_read_features(folder),
            plan=_read_plan(folder),
            answers=tuple(
                read_text(folder, name) for name in ("answer.md", *(path.name for path in variants))
            ),
            tests=read_tests(folder),
        )
    except ValidationError as error:
        raise invalid(folder, "change.toml", error) from error


def _read_features(folder: Path) -> dict[str, list[str]]:
    """Read ``spec.md``: list items under three headings."""
    found: dict[str, list[str]] = {_NEW: [], _CHANGED: [], _REMOVED: []}
    heading = ""
    for line in read_text(folder, "spec.md").splitlines():
        if line.startswith("## "):
            heading = line[3:].strip()
        elif line.startswith("- ") and heading in found:
            found[heading].append(line[2:].strip())
        elif line.strip():
            raise broken(folder, f"spec.md 里看不懂“{line[:40]}”")
    if not any(found.values()):
        raise broken(folder, "spec.md 里没有写改了什么")
    # A second arrow would leave open where the old text ends.
    if wrong := [line for line in found[_CHANGED] if line.count(_ARROW) != 1]:
        raise broken(folder, f"spec.md 的“{wrong[0][:40]}”要写成“旧的 → 新的”")
    return found


def is_in(change: LessonChange, specification: str) -> bool:
    """Return whether a specification has all features that a change adds or words anew.

    The text of the program would not tell: a later change may have put its lines between those of this one.
    """
    new = [line.partition(_ARROW)[2] for line in change.features[_CHANGED]]
    features = {item.text for item in map(_feature, specification.splitlines())}
    return all(text in features for text in [*change.features[_NEW], *new])


def change_specification(parent: str, changes: Sequence[LessonChange], left_out: Sequence[str]) -> str:
    """Return the whole new specification, with its new, changed and removed features marked.

    Args:
        parent: the specification of the version that is changed.
        changes: the changes, in their order.
        left_out: parts of the wish that no change answers.
    """
    # Marks and reason are those of the parent's own change, not of this one.
    rows = [(line, _feature(line)) for line in parent.splitlines() if not line.startswith(_REASON)]
    lines = [f"- {one.text}" if one.mark else line for line, one in rows if not one.is_removed]
    for change in changes:
        choices: dict[str, list[str]] = {}
        for old, _, new in (line.partition(_ARROW) for line in change.features[_CHANGED]):
            choices.setdefault(new, []).append(f"- {old}")
        for new, olds in choices.items():
            # One that another change or a person has worded anew is kept, and ``new`` is added.
            found = next((old for old in olds if old in lines), None)
            if found is None:
                _add_feature(lines, f"- 【新增】{new}")
            else:
                lines[lines.index(found)] = f"- 【修改】{new}"
        for old in change.features[_REMOVED]:
            if f"- {old}" in lines:
                lines[lines.index(f"- {old}")] = f"- 【删除】{old}"
        for new in change.features[_NEW]:
            _add_feature(lines, f"- 【新增】{new}")
    reason = "".join(change.manifest.reason for change in changes)
    missing = [f"这次没有做的：“{part}”，课程里没有准备。" for part in left_out]
    return "\n".join([*lines, *(["", *missing] if missing else []), "", f"{_REASON}{reason}"]) + "\n"


def _feature(line: str) -> FeatureItem:
    return read_features([line.lstrip(" -*+")])[0]


def _add_feature(lines: list[str], feature: str) -> None:
    if _FEATURES not in lines:
        lines += ["", _FEATURES, ""]
    start = lines.index(_FEATURES)
    end = next((at for at in range(start + 1, len(lines)) if lines[at].startswith("#")), len(lines))
    # Below the last feature, not at the section's end: blank lines stay between sections.
    last = max((at for at in range(start, end) if lines[at].startswith("- ")), default=end - 1)
    lines.insert(last + 1, feature)


def change_plan(
    title: str, project_type: str, dependencies: Sequence[str], changes: Sequence[LessonChange]
) -> str:
    """Return the plan of some changes: the files that they change, each once, and their ideas.

    Args:
        title: the lesson's title.
        project_type: the lesson's project type.
        dependencies: what the project needs.
        changes: the changes, in their order.
    """
    purposes: dict[str, list[str]] = {}
    ideas: list[str] = []
    for change in changes:
        files, _, idea = change.plan.partition("\n\n")
        for line in files.splitlines():
            path, _, purpose = line.removeprefix("- `").partition("`：")
            purposes.setdefault(path, []).append(purpose)
        ideas += [idea.strip(), ""]
    rows = [f"- `{path}`：{'；'.join(texts)}" for path, texts in purposes.items()]
    needs = [f"- {name}" for name in dependencies] or ["- 无，只用标准库"]
    heading = "、".join(change.manifest.title for change in changes)
    head = [f"# {title}：{heading}的计划", "", f"项目类型: {project_type}", ""]
    body = ["## 文件", "", *rows, "", "## 依赖", "", *needs, "", "## 关键的做法", "", *ideas]
    return "\n".join(head + body).rstrip() + "\n"
