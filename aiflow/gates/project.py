"""The project as a whole: the planned files, a program to start, every file to its end."""

from collections.abc import Iterator

from aiflow.languages.registry import all_languages
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding, Severity, at
from aiflow.model.language_facts import facts_of, is_source, language_facts
from aiflow.model.paths import fold_path

# Written by the pipeline itself at the end of its phases.
_OWN_FILES = frozenset({"spec.md", "plan.md"})


class CompleteGate:
    """Files that were cut off."""

    name = "complete"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Name each of them."""
        for path in sorted(project.incomplete):
            text = f"{at(path)}只写了一部分就断了，后面的内容没有收到。请重试，让模型把它写完。"
            yield Finding(path, None, "incomplete", text)


class PlannedFilesGate:
    """Files that the plan names and the project lacks."""

    name = "planned_files"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Compare the plan with what is there; letter case does not matter."""
        if project.plan is None:
            return
        written = {fold_path(path) for path in project.paths}
        for planned in project.plan.files:
            folded = fold_path(planned.path)
            if folded in written or folded in _OWN_FILES:
                continue
            severity, why = _weight(project, planned.path)
            text = f"计划里有 {planned.path}，可是没有写出来。{why}"
            yield Finding(planned.path, None, "missing_file", text, severity)


def _weight(project: Sources, path: str) -> tuple[Severity, str]:
    if is_source(path):
        return "error", "少了它，程序不完整。请重试，或自己补上这个文件。"
    # Models plan files such as scores.json that the program itself creates.
    uses = {language.find_file_use(project, path) for language in all_languages()}
    if "created" in uses:
        return "info", "程序运行时会自己建立它，不用补。"
    if "read" in uses:
        return "error", "程序要读它，找不到就会出错。请重试，或自己补上这个文件。"
    return "warning", "程序能运行，只是少了这个文件。需要的话可以重试，或自己补上。"


class MainFileGate:
    """A program that can be started."""

    name = "main_file"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Look for the main file."""
        if project.main_file is not None:
            return
        planned = facts_of(project.plan.main_file) if project.plan is not None else None
        facts = planned or language_facts()[0]
        is_empty = not any(facts.is_source(path) for path in project.paths)
        what = f"项目里没有 {facts.title} 文件" if is_empty else "看不出哪个文件是程序的入口"
        text = f"{what}，所以没有可以运行的程序。请把入口写在 {facts.main_file} 里。"
        yield Finding(None, None, "no_main", text)
