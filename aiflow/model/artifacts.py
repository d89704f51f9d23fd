"""The results of the first two phases: a specification and a plan.

Both are Markdown first. Whatever a model answers is one, and structure is read out of it where it is there; a
person may edit either side, the text or the fields, and the next phase sees the edit.
"""

import re
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    model_serializer,
)

from aiflow.exceptions import InputError
from aiflow.model.agreements import agreements_in, replace_agreements
from aiflow.model.dependencies import names_dependencies, read_dependencies
from aiflow.model.features import FeatureChanges, FeatureItem, compare_features, first_ids, read_features
from aiflow.model.language_facts import default_main_file, find_main_file
from aiflow.model.markdown_html import markdown_html, markdown_text
from aiflow.model.markdown_reader import (
    BOLD_LEVEL,
    Kind,
    Matcher,
    Outline,
    is_table_row,
    plain,
)
from aiflow.model.planned_files import names_planned_file, planned_files

DEFAULT_PROJECT_TYPE = "project"
MAX_MARKDOWN_CHARS = 100_000

Text = Annotated[str, StringConstraints(strip_whitespace=True)]

_LABEL = re.compile(
    r"^(?:[一二三四五六七八九十\d]+[.、．]\s*)?"
    r"(?:(?:项目|程序|游戏|应用)?(?:名称|名字|标题)|(?:project )?(?:name|title))\s*[：:]\s*",
    re.IGNORECASE,
)
_TYPE = re.compile(r"(?:项目类型|project[ _]type)\W{1,6}([A-Za-z][\w \-]*)", re.IGNORECASE)
_FEATURES = re.compile(r"功能|特性|需求|features?|requirements?", re.IGNORECASE).search
_FILES = re.compile(r"文件|files?", re.IGNORECASE).search
_REASON = re.compile(r"^(?:改动|修改|变更)?(?:原因|理由|说明)$|^(?:reason|why)$", re.IGNORECASE).match
_LONGEST_REASON = 300
_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(text: str, default: str = DEFAULT_PROJECT_TYPE) -> str:
    """Return a project type: lower-case ASCII letters, digits and underscores, at most 40 of them."""
    slug = _SLUG.sub("_", text.lower()).strip("_")[:40].strip("_")
    return slug if slug and slug[0].isalpha() else default


class Artifact(BaseModel):
    """The result of a phase: fields, and the Markdown text that they are read from."""

    model_config = ConfigDict(validate_assignment=True, extra="ignore")

    markdown: str = ""

    @classmethod
    def from_markdown(cls, text: str) -> Self:
        """Return the artifact that ``text`` describes.

        Raises:
            TypeError: this kind of artifact cannot be read from text.
        """
        raise TypeError(f"{cls.__name__} cannot be read from {len(text)} characters of text")

    def to_markdown(self) -> str:
        """Return the text, with the fields as they are now.

        Raises:
            TypeError: this kind of artifact has no text of its own.
        """
        raise TypeError("a kind of artifact writes its own text")

    def _repr_markdown_(self) -> str:
        return markdown_text(self.to_markdown())

    def _repr_html_(self) -> str:
        return markdown_html(self.to_markdown())

    def __repr_args__(self) -> Any:
        # The text would fill the screen; `to_markdown()` gives it.
        hidden = {"markdown", "kind", "feature_ids", "changes", "reason", "agreements"}
        return [(name, value) for name, value in super().__repr_args__() if name not in hidden]


ArtifactT = TypeVar("ArtifactT", bound=Artifact)


class Spec(Artifact):
    """The description of the program, in words that a student understands.

    Attributes:
        title: the program's name.
        project_type: what the project's folder begins with, ``snake_game``.
        summary: the first paragraph.
        features: what the program can do, one sentence each; no feature that a change removes.
        feature_ids: of each feature, ``F1``; a feature keeps its id when a change words it differently.
        changes: what a change adds, changes and removes; empty in a first version.
        reason: why the change is made like this, one sentence.
        agreements: what was agreed with the person before it was written, "问题：答案" each.
        markdown: the whole text.
    """

    kind: Literal["spec"] = "spec"
    title: Text = ""
    project_type: str = Field(default=DEFAULT_PROJECT_TYPE, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    summary: Text = ""
    features: list[Text] = Field(default_factory=list)
    feature_ids: list[str] = Field(default_factory=list)
    changes: FeatureChanges = Field(default_factory=FeatureChanges)
    reason: Text = ""
    agreements: list[Text] = Field(default_factory=list)

    @model_serializer(mode="wrap")
    def _leave_out_empty(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # The page folds the same journal: one of version 0.1 must give no field that its lines do not have.
        values: dict[str, Any] = serialize(self)
        for name in ("feature_ids", "changes", "reason", "agreements"):
            if getattr(self, name) == type(self).model_fields[name].get_default(call_default_factory=True):
                values.pop(name, None)
        return values

    @classmethod
    def from_markdown(cls, text: str) -> Self:
        """Read a specification out of any text; nothing is required of it."""
        found = _TYPE.search(text)
        outline = Outline(text)
        title = _title(outline)
        features = [
            item.text for item in read_features(outline.items_under(_FEATURES)) if not item.is_removed
        ]
        return cls(
            title=title,
            project_type=slugify(found.group(1) if found else title),
            summary=_first_paragraph(outline),
            features=features,
            feature_ids=first_ids(len(features)),
            reason=_reason(outline),
            agreements=agreements_in(outline),
            markdown=text,
        )

    def to_markdown(self) -> str:
        """Return the text; where a field was edited, the text says so too."""
        read = Spec.from_markdown(self.markdown)
        text = self.markdown
        if self.features != read.features:
            text = _replace_items(text, _FEATURES, "功能", self.features)
        if self.project_type != read.project_type:
            text = _replace_type(text, self.project_type)
        if self.summary != read.summary and read.summary and read.summary in text:
            text = text.replace(read.summary, self.summary, 1)
        elif self.summary != read.summary:
            text = f"{text.rstrip()}\n\n{self.summary}\n"
        if self.agreements != read.agreements:
            text = replace_agreements(text, self.agreements)
        # Last: where nothing is marked as the title, the other edits may have changed what reads like one.
        if self.title != _title(Outline(text)):
            text = _replace_title(text, self.title)
        return text


def mark_features(old: Spec, new: Spec) -> Spec:
    """Return ``new`` with the ids of the features that it has in common with ``old``, and the changes.

    Args:
        old: the specification of the parent version; its features need no ids.
        new: as `Spec.from_markdown` read it, or as a person edited it.
    """
    before = dict(zip(old.feature_ids or first_ids(len(old.features)), old.features, strict=False))
    listed = read_features(Outline(new.markdown).items_under(_FEATURES))
    marked = {item.text: item for item in listed}
    items = [marked.get(text, FeatureItem(text)) for text in new.features]
    removed = [item for item in listed if item.is_removed]
    ids, changes = compare_features(before, [*items, *removed], old.changes.removed)
    return new.model_copy(update={"feature_ids": ids, "changes": changes})


class PlannedFile(BaseModel):
    """A file that the plan names, and what it is for."""

    path: str
    purpose: str = ""


class Plan(Artifact):
    """How it will be made: the files, what each is for, and what the program needs.

    Attributes:
        files: in the order in which they will be written.
        dependencies: third-party packages, by their import name.
        main_file: what is run.
        markdown: the whole text.
    """

    kind: Literal["plan"] = "plan"
    files: list[PlannedFile] = Field(default_factory=list)
    dependencies: list[Text] = Field(default_factory=list)
    main_file: str = Field(default_factory=default_main_file)

    @classmethod
    def from_markdown(cls, text: str, *, main_file: str | None = None) -> Self:
        """Read a plan out of any text; nothing is required of it.

        Args:
            text: the Markdown.
            main_file: what is run where the text names no program.
        """
        outline = Outline(text)
        files = planned_files(outline)
        return cls(
            files=[PlannedFile(path=path, purpose=purpose) for path, purpose in files.items()],
            dependencies=read_dependencies(outline),
            main_file=find_main_file(files) or main_file or default_main_file(),
            markdown=text,
        )

    def to_markdown(self) -> str:
        """Return the text; where a field was edited, the text says so too."""
        read = Plan.from_markdown(self.markdown)
        text = self.markdown
        if self.files != read.files:
            rows = [
                f"`{file.path}`：{file.purpose}" if file.purpose else f"`{file.path}`" for file in self.files
            ]
            text = _replace_items(_drop_file_lines(text), _FILES, "文件", rows)
        if self.dependencies != read.dependencies:
            text = _replace_items(text, names_dependencies, "依赖", self.dependencies or ["无"])
        return text


def merge_edit(current: ArtifactT, edited: ArtifactT) -> ArtifactT:
    """Return what a person meant who edited the text, the fields, or both.

    An edited text is read again; a field that was edited beside it wins over what the text says.

    Args:
        current: as it was before.
        edited: of the same kind; its text and its fields may contradict each other.
    """
    if edited.markdown == current.markdown:
        return edited
    merged = edited.from_markdown(edited.markdown)
    for name in type(edited).model_fields:
        value = getattr(edited, name)
        if name != "markdown" and value != getattr(current, name):
            setattr(merged, name, value)
    return merged


def read_edit(value: Artifact | dict[str, Any] | str, current: ArtifactT) -> ArtifactT:
    """Return an edited artifact, given as a model, as JSON or as Markdown; what is not given stays as it is.

    Raises:
        InputError: when it is none, or the other kind, or its text is too long.
    """
    kind = type(current)
    if isinstance(value, str):
        value = {"markdown": value}
    text = value.get("markdown") if isinstance(value, dict) else getattr(value, "markdown", "")
    if isinstance(text, str) and len(text) > MAX_MARKDOWN_CHARS:
        raise InputError(f"内容有 {len(text)} 个字符，最多 {MAX_MARKDOWN_CHARS} 个，请写短一点。")
    if isinstance(value, dict):
        try:
            return kind.model_validate(current.model_dump() | value)
        except ValidationError:
            raise InputError("给的内容不对：请检查每一项的写法。") from None
    if not isinstance(value, kind):
        raise InputError(f"现在等的是{'方案' if kind is Plan else '需求说明'}，给的却是另一个。")
    return value


def _title(outline: Outline) -> str:
    at = _title_line(outline)
    if at is not None:
        return _unlabelled(outline.lines[at].text)
    return _unlabelled(next((line.source for line in outline.lines if line.text), ""))


def _title_line(outline: Outline) -> int | None:
    """Return the number of the heading that is the title: not a section's that stands below other text."""
    is_first = True
    for number, line in enumerate(outline.lines):
        is_heading = line.kind is Kind.HEADING and line.level != BOLD_LEVEL
        if is_heading and (is_first or line.level == 1 or not _FEATURES(line.text)):
            return number
        is_first = is_first and (not line.text or line.kind is Kind.CODE)
    return None


def _unlabelled(line: str) -> str:
    """Return a title's own words: of "1. 项目名称：贪吃蛇" the last."""
    words = plain(line)
    return (_LABEL.sub("", words) or words)[:80]


def _reason(outline: Outline) -> str:
    """Return the words after "原因：", on the same line or directly below such a heading."""
    for number, line in enumerate(outline.lines):
        label, colon, rest = plain(line.text).replace("：", ":", 1).partition(":")
        if line.kind is Kind.CODE or not _REASON(label.strip()):
            continue
        if colon and rest.strip():
            return rest.strip()[:_LONGEST_REASON]
        if line.kind is Kind.HEADING:
            below = (after.text for after in outline.lines[outline.after_heading(number) :] if after.text)
            return next(below, "")[:_LONGEST_REASON]
    return ""


def _first_paragraph(outline: Outline) -> str:
    paragraph: list[str] = []
    for line in outline.lines:
        is_text = line.kind is Kind.TEXT and line.text and not is_table_row(line.source)
        if paragraph and not is_text:
            break
        if is_text and not _TYPE.search(line.text):
            paragraph.append(line.text)
    return "\n".join(paragraph)


def _replace_items(text: str, is_title: Matcher, name: str, rows: list[str]) -> str:
    """Return ``text`` with ``rows`` as the items of the section that ``is_title`` accepts, or a new one."""
    outline = Outline(text)
    lines = [line.source for line in outline.lines]
    fresh = [f"- {row}" for row in rows]
    span = outline.section(is_title)
    if span is None:
        return "\n".join([text.rstrip("\n"), "", f"## {name}", "", *fresh]) + "\n"
    kept = [line.source for line in outline.lines[slice(*span)] if line.text and line.kind is not Kind.ITEM]
    return "\n".join([*lines[: span[0]], "", *kept, *fresh, "", *lines[span[1] :]]).rstrip("\n") + "\n"


def _replace_title(text: str, title: str) -> str:
    outline = Outline(text)
    at = _title_line(outline)
    if at is None:
        return f"# {title}\n\n{text}"
    lines = [line.source for line in outline.lines]
    lines[at : outline.after_heading(at)] = [f"{'#' * outline.lines[at].level} {title}"]
    return "\n".join(lines).rstrip("\n") + "\n"


def _replace_type(text: str, project_type: str) -> str:
    found = _TYPE.search(text)
    if found:
        return text[: found.start(1)] + project_type + text[found.end(1) :]
    return f"{text.rstrip()}\n\n项目类型: {project_type}\n"


def _drop_file_lines(text: str) -> str:
    """Return the text without the lines that name planned files, and without a drawn tree of them."""
    return "\n".join(line.source for line in Outline(text).lines if not names_planned_file(line))
