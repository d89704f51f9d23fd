"""The specification and the plan of an imported program, read from its README, docstrings and files."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from aiflow.languages.registry import language_of
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import MAX_MARKDOWN_CHARS, Plan, PlannedFile, Spec, slugify
from aiflow.model.language_facts import facts_of
from aiflow.model.phases import PLAN, SPECIFY, phase_spec
from aiflow.model.validators import required
from aiflow.workspace.importing.selection import is_text

_READMES = (
    "readme.md",
    "readme.txt",
    "readme.rst",
    "readme",
    "说明.md",
    "说明.txt",
    "使用说明.md",
    "使用说明.txt",
)
_STARTING = ("运行", "启动", "执行")
# Parsing more takes longer than a person waits for an import.
MAX_PARSED_BYTES = 200_000
_MAX_FEATURES = 12
_MAX_LINE_CHARS = 100
_ORIGIN = "这份{what}是导入时从 README、代码里的说明和文件列表整理出来的，可以直接修改。"


@dataclass(frozen=True, slots=True)
class Described:
    """The description of an imported program.

    Attributes:
        spec: its specification.
        plan: its plan, with the main file.
        sources: its files, with what was parsed of them.
    """

    spec: Spec
    plan: Plan
    sources: Sources

    @property
    def is_small(self) -> bool:
        """Whether all of it can be parsed while a person waits."""
        return _is_small(self.sources)


def describe(name: str, files: Mapping[str, bytes], approved: list[str]) -> Described:
    """Describe a program.

    Args:
        name: what its folder was called; may be empty.
        files: its files, at least one of them source.
        approved: the packages that it may depend on.
    """
    # No gate reads a picture, and pictures would push what was parsed out of the cache.
    sources = Sources.of({path: data if is_text(path) else b"" for path, data in files.items()})
    readme = _readme(files)
    main = _find_main(sources, readme)
    lines = {path: _lines(sources, path) for path in sources.source_paths} if _is_small(sources) else {}
    given = _text(files, required(phase_spec(SPECIFY).file))
    spec = Spec.from_markdown(given) if given.strip() else _spec(name, main, readme, lines)
    written = _text(files, required(phase_spec(PLAN).file))
    language = language_of(main)
    dependencies = language.used_dependencies(sources, approved) if language is not None else []
    text = written if written.strip() else _plan_text(main, lines, files, dependencies)
    plan = Plan.from_markdown(text, main_file=main).model_copy(update={"main_file": main})
    if not written.strip():
        plan.files = _planned(main, lines, files)
        plan.dependencies = dependencies
    sources.plan = plan
    return Described(spec, plan, sources)


def _is_small(sources: Sources) -> bool:
    return sum(len(sources.read(path)) for path in sources.source_paths) <= MAX_PARSED_BYTES


def _readme(files: Mapping[str, bytes]) -> str:
    by_name = {path.lower(): path for path in files}
    path = next((by_name[name] for name in _READMES if name in by_name), None)
    return _text(files, path) if path is not None else ""


def _text(files: Mapping[str, bytes], path: str) -> str:
    return files.get(path, b"")[:MAX_MARKDOWN_CHARS].decode("utf-8", "ignore")


def _find_main(sources: Sources, readme: str) -> str:
    """Return the file that the README says to start, else the one that looks like the start."""
    words = readme.replace("`", " ").split()
    for before, word in pairwise(words):
        path = word.removeprefix("./").rstrip("。，,.;；）)")
        facts = facts_of(path)
        if facts is None or path not in sources.path_set:
            continue
        if before.lower() in {facts.name, *facts.tags} or before.endswith(_STARTING):
            return path
    language = language_of(sources.source_paths[0])
    found = language.find_entry(sources) if language is not None and _is_small(sources) else None
    return found or sources.main_file or max(sources.source_paths, key=lambda path: len(sources.read(path)))


def _lines(sources: Sources, path: str) -> list[str]:
    """Return what a source file says about itself and its parts, each on one plain line."""
    language = language_of(path)
    found = language.describe(sources.file(path)) if language is not None else [""]
    return [_plain(line) for line in found]


def _plain(line: str) -> str:
    """Return a line that is neither Markdown nor longer than a person reads."""
    text = "".join(char for char in line if char.isprintable() and char not in "`*#|<>[]").strip(" -·•")
    return text if len(text) <= _MAX_LINE_CHARS else text[: _MAX_LINE_CHARS - 1] + "…"


def _spec(name: str, main: str, readme: str, lines: Mapping[str, list[str]]) -> Spec:
    read = Spec.from_markdown(readme)
    own = next(iter(lines.get(main, [])), "")
    title = _plain(read.title) or _plain(name) or own or posixpath.basename(main)
    summary = "\n".join(_plain(line) for line in read.summary.splitlines()) or own or "从别处导入的程序。"
    features = [_plain(feature) for feature in read.features] or [
        line for path in sorted(lines, key=lambda path: path != main) for line in lines[path][1:]
    ]
    features = list(dict.fromkeys(feature for feature in features if feature))[:_MAX_FEATURES]
    stem = posixpath.basename(main).rpartition(".")[0]
    project_type = next(
        (slug for text in (name, stem) if (slug := slugify(text, "")) not in {"", "main", "app", "run"}),
        "project",
    )
    rows = [f"- {feature}" for feature in features] or ["- 和导入的程序一样"]
    text = "\n".join(
        [f"# {title}", "", f"项目类型: {project_type}", "", summary, "", "## 功能", "", *rows, "",
         "## 来源", "", _ORIGIN.format(what="需求说明"), ""]
    )  # fmt: skip
    return Spec.from_markdown(text)


def _planned(main: str, lines: Mapping[str, list[str]], files: Mapping[str, bytes]) -> list[PlannedFile]:
    own = {phase_spec(SPECIFY).file, phase_spec(PLAN).file}
    shown = sorted((path for path in files if path not in own), key=lambda path: (path != main, path))
    return [PlannedFile(path=path, purpose=_purpose(path, main, lines)) for path in shown]


def _purpose(path: str, main: str, lines: Mapping[str, list[str]]) -> str:
    own = next(iter(lines.get(path, [])), "")
    return own or ("程序从这里开始" if path == main else "")


def _plan_text(
    main: str, lines: Mapping[str, list[str]], files: Mapping[str, bytes], dependencies: list[str]
) -> str:
    rows = [
        f"- `{file.path}`" + (f"：{file.purpose}" if file.purpose else "")
        for file in _planned(main, lines, files)
    ]
    return "\n".join(
        ["# 方案", "", "## 文件", "", *rows, "", "## 依赖", "",
         *(f"- {name}" for name in dependencies or ["无"]), "", "## 来源", "",
         f"主程序是 `{main}`。{_ORIGIN.format(what='方案')}", ""]
    )  # fmt: skip
