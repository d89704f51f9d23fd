"""What the first two phases hand on: a specification and a plan.

Both are Markdown first. Whatever a model answers is one, and structure is read out of it where it is there; a person
may edit either side, the text or the fields, and the next phase sees the edit.
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from aiflow.display import markdown_html, markdown_text
from aiflow.exceptions import InputError, UnsafePathError
from aiflow.paths import check_path

DEFAULT_PROJECT_TYPE = "project"
MAIN_NAMES = ("main.py", "app.py", "game.py", "run.py", "start.py", "__main__.py")

Text = Annotated[str, StringConstraints(strip_whitespace=True)]

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)、])\s+(.+)$")
_TYPE = re.compile(r"(?:项目类型|project[ _]type)\W{1,6}([A-Za-z][\w \-]*)", re.IGNORECASE)
_FILE = re.compile(
    r"(?<![\w./\\-])((?:[\w\-.]+/)*[\w\-]+\.(?:py|md|txt|json|csv|toml|html|css|js|ini|cfg|yaml|yml))(?![\w/])"
)
_FEATURES = re.compile(r"功能|特性|需求|features?|requirements?", re.IGNORECASE)
_DEPENDENCIES = re.compile(r"依赖|第三方|dependenc|librar|packages?", re.IGNORECASE)
_THIRD_PARTY = re.compile(r"[`\"'*\s]*([A-Za-z][A-Za-z0-9_.\-]*)")
_NONE_WORDS = frozenset({"none", "no", "python", "standard", "stdlib", "n", "the", "pip", "only"})
_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(text: str, default: str = DEFAULT_PROJECT_TYPE) -> str:
    """Return a project type: lower-case ASCII letters, digits and underscores, at most 40 of them."""
    slug = _SLUG.sub("_", text.lower()).strip("_")[:40].strip("_")
    return slug if slug and slug[0].isalpha() else default


class Artifact(BaseModel):
    """What Spec and Plan share."""

    model_config = ConfigDict(validate_assignment=True, extra="ignore")

    markdown: str = ""

    def to_markdown(self) -> str:
        """Return the text, with the fields as they are now."""
        raise TypeError("an artifact is a Spec or a Plan")

    def _repr_markdown_(self) -> str:
        return markdown_text(self.to_markdown())

    def _repr_html_(self) -> str:
        return markdown_html(self.to_markdown())

    def __repr_args__(self) -> Any:
        # The text would fill the screen; `to_markdown()` gives it.
        return [(name, value) for name, value in super().__repr_args__() if name not in {"markdown", "kind"}]


class Spec(Artifact):
    """What is to be made, in words that a student understands.

    Attributes:
        title: the program's name.
        project_type: what the project's folder begins with, ``snake_game``.
        summary: the first paragraph.
        features: what the program can do, one sentence each.
        markdown: the whole text.
    """

    kind: Literal["spec"] = "spec"
    title: Text = ""
    project_type: str = Field(default=DEFAULT_PROJECT_TYPE, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    summary: Text = ""
    features: list[Text] = Field(default_factory=list)

    @classmethod
    def from_markdown(cls, text: str) -> Self:
        """Read a specification out of any text; nothing is required of it."""
        found = _TYPE.search(text)
        title = _first_title(text)
        return cls(
            title=title,
            project_type=slugify(found.group(1) if found else title),
            summary=_first_paragraph(text),
            features=_bullets_under(text, _FEATURES),
            markdown=text,
        )

    def to_markdown(self) -> str:
        """Return the text; where a field was edited, the text says so too."""
        read = Spec.from_markdown(self.markdown)
        text = self.markdown
        if self.title != read.title:
            text = _replace_title(text, self.title)
        if self.features != read.features:
            text = _replace_bullets(text, _FEATURES, "功能", self.features)
        if self.project_type != read.project_type:
            text = _replace_type(text, self.project_type)
        if self.summary != read.summary and read.summary and read.summary in text:
            text = text.replace(read.summary, self.summary, 1)
        elif self.summary != read.summary:
            text = f"{text.rstrip()}\n\n{self.summary}\n"
        return text


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
    main_file: str = "main.py"

    @classmethod
    def from_markdown(cls, text: str) -> Self:
        """Read a plan out of any text; nothing is required of it."""
        files = _files(text)
        return cls(
            files=files,
            dependencies=_dependencies(text),
            main_file=find_main_file([file.path for file in files]) or "main.py",
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
            text = _replace_bullets(
                _drop_file_lines(text), re.compile("文件|files?", re.IGNORECASE), "文件", rows
            )
        if self.dependencies != read.dependencies:
            text = _replace_bullets(text, _DEPENDENCIES, "依赖", self.dependencies or ["无"])
        return text


def merge_edit(current: "Spec | Plan", edited: "Spec | Plan") -> "Spec | Plan":
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


def read_edit(value: "Spec | Plan | dict[str, Any] | str", current: "Spec | Plan") -> "Spec | Plan":
    """Return an edited artifact, given as a model, as JSON or as Markdown; what is not given stays as it is.

    Raises:
        InputError: when it is none, or the other kind.
    """
    kind = type(current)
    if isinstance(value, str):
        value = {"markdown": value}
    if isinstance(value, dict):
        try:
            return kind.model_validate(current.model_dump() | value)
        except ValidationError:
            raise InputError("给的内容不对：请检查每一项的写法。") from None
    if not isinstance(value, kind):
        raise InputError(f"现在等的是{'方案' if kind is Plan else '需求说明'}，给的却是另一个。")
    return value


def find_main_file(paths: list[str]) -> str | None:
    """Return which of ``paths`` is the program to start, or None where no Python file is."""
    names = {path: path.rsplit("/", 1)[-1].lower() for path in paths}
    for wanted in MAIN_NAMES:
        matches = [path for path, name in names.items() if name == wanted]
        if matches:
            return min(matches, key=lambda path: path.count("/"))
    python = [
        path for path, name in names.items() if name.endswith(".py") and not name.startswith(("test_", "__"))
    ]
    top = [path for path in python if "/" not in path]
    return top[0] if len(top) == 1 else (python[0] if len(python) == 1 else None)


def _plain(text: str) -> str:
    return re.sub(r"[*_`#]+", "", text).strip(" ：:")


def _lines_outside_fences(text: str) -> list[str]:
    lines, fence = [], ""
    for line in text.splitlines():
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and fence and line.strip().startswith(fence):
            fence = ""
        elif not fence:
            lines.append(line)
    return lines


def _first_title(text: str) -> str:
    for line in _lines_outside_fences(text):
        heading = _HEADING.match(line)
        if heading:
            return _plain(heading.group(2))[:80]
    for line in text.splitlines():
        if line.strip():
            return _plain(line)[:80]
    return ""


def _first_paragraph(text: str) -> str:
    paragraph: list[str] = []
    for line in _lines_outside_fences(text):
        plain = line.strip()
        if paragraph and (not plain or _HEADING.match(line) or _BULLET.match(line)):
            break
        if plain and not (_HEADING.match(line) or _BULLET.match(line) or _TYPE.search(line)):
            paragraph.append(plain)
    return "\n".join(paragraph)


def _section_span(lines: list[str], title: re.Pattern[str]) -> tuple[int, int] | None:
    """Return (first line after the heading, first line after the section) of the first section so titled."""
    start, level = None, 0
    for index, line in enumerate(lines):
        heading = _HEADING.match(line)
        bold = re.match(r"^\s*\*\*(.+?)\*\*\s*[：:]?\s*$", line)
        if start is None:
            name = heading.group(2) if heading else bold.group(1) if bold else ""
            # A document's own title ("需求说明") is no section of it.
            if name and title.search(name) and not (heading and len(heading.group(1)) == 1):
                start, level = index + 1, len(heading.group(1)) if heading else 6
        elif (heading and len(heading.group(1)) <= level) or (bold and level == 6):
            return start, index
    return None if start is None else (start, len(lines))


def _bullets_under(text: str, title: re.Pattern[str]) -> list[str]:
    lines = text.splitlines()
    span = _section_span(lines, title)
    if span is None:
        return []
    found = (_BULLET.match(line) for line in lines[slice(*span)] if not line.startswith(("  ", "\t")))
    return [match.group(1).strip() for match in found if match]


def _replace_bullets(text: str, title: re.Pattern[str], name: str, rows: list[str]) -> str:
    lines = text.splitlines()
    fresh = [f"- {row}" for row in rows]
    span = _section_span(lines, title)
    if span is None:
        return "\n".join([*lines, "", f"## {name}", "", *fresh]) + "\n"
    kept = [line for line in lines[slice(*span)] if line.strip() and not _BULLET.match(line)]
    return "\n".join([*lines[: span[0]], "", *kept, *fresh, "", *lines[span[1] :]]).rstrip("\n") + "\n"


def _replace_title(text: str, title: str) -> str:
    lines = text.splitlines()
    for index, line in enumerate(lines):
        heading = _HEADING.match(line)
        if heading:
            lines[index] = f"{heading.group(1)} {title}"
            return "\n".join(lines) + "\n"
    return f"# {title}\n\n{text}"


def _replace_type(text: str, project_type: str) -> str:
    found = _TYPE.search(text)
    if found:
        return text[: found.start(1)] + project_type + text[found.end(1) :]
    return f"{text.rstrip()}\n\n项目类型: {project_type}\n"


def _files(text: str) -> list[PlannedFile]:
    files: dict[str, PlannedFile] = {}
    for line in text.splitlines():
        names = _FILE.findall(line)
        if not names:
            continue
        path = names[0].removeprefix("./")
        try:
            check_path(path)
        except UnsafePathError:
            continue  # what a plan names unsafely is not planned; the extractor refuses the file itself
        bullet = _BULLET.match(line) or _HEADING.match(line) or line.lstrip().startswith(("|", "│", "├", "└"))
        if bullet and path not in files:
            purpose = line.split(names[0], 1)[1].strip(" `*|：:-—–()（）#│")
            files[path] = PlannedFile(path=path, purpose=purpose)
    return list(files.values())


def _drop_file_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not (_BULLET.match(line) and _FILE.search(line)))


def _dependencies(text: str) -> list[str]:
    found: list[str] = []
    for row in _bullets_under(text, _DEPENDENCIES):
        match = _THIRD_PARTY.match(row)
        name = match.group(1).lower() if match else ""
        if name and name not in _NONE_WORDS and name not in found:
            found.append(name)
    return found
