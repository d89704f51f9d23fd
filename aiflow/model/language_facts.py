"""Each programming language as plain data: the names and endings of its files.

A language is announced by an entry point of the group ``aiflow.languages`` that names a ``LanguageFacts``.
What it can do (checks, gates, start, explanations) is in the class that ``implementation`` names; only
``aiflow.languages`` loads that.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint

from aiflow.util.entry_points import entry_points

GROUP = "aiflow.languages"
_logger = logging.getLogger("aiflow")
DEFAULT_LANGUAGE = "python"
# Also known where the distribution is not installed, e.g. in a checkout that was only put on the path.
_BUILT_IN = (EntryPoint(DEFAULT_LANGUAGE, "aiflow.languages.python.facts:FACTS", GROUP),)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFacts:
    """One programming language.

    Attributes:
        name: a stable word, the language's own fence tag: ``python``.
        title: what people call it.
        implementation: ``module:class`` of its ``aiflow.languages.base.Language``.
        extensions: the endings of its source files, with their dots, lower case; these are checked and can be
            started.
        main_names: names of a main file, the most usual first; that one is used where nothing else is known.
        other_extensions: further endings that a fence of this language can have.
        tags: further words that mark a fence of this language.
        library_prefixes: beginnings of names of files that are no main file.
        triple_quotes: strings in triple quotes span lines.
        bundled: the names of libraries that come with it and are no dependency.
        caches: folders that its interpreter leaves in a project.
        usually_empty: names of files that have no text as a rule.
    """

    name: str
    title: str
    implementation: str
    extensions: tuple[str, ...]
    main_names: tuple[str, ...]
    other_extensions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    library_prefixes: tuple[str, ...] = ()
    triple_quotes: bool = False
    bundled: frozenset[str] = frozenset()
    caches: frozenset[str] = frozenset()
    usually_empty: frozenset[str] = frozenset()

    @property
    def main_file(self) -> str:
        """The name of the main file where nothing else is known."""
        return self.main_names[0]

    @property
    def endings(self) -> frozenset[str]:
        """All endings of its files, without their dots."""
        return frozenset(ending.removeprefix(".") for ending in (*self.extensions, *self.other_extensions))

    def is_source(self, path: str) -> bool:
        """Return whether ``path`` is a source file of this language."""
        # Windows ignores the case of names, so archives made there may have a MAIN.PY.
        return path.lower().endswith(self.extensions)

    def find_main_file(self, paths: Iterable[str]) -> str | None:
        """Return which of ``paths`` is the program to start, or None where that is unclear."""
        names = {path: path.rsplit("/", 1)[-1].lower() for path in paths}
        for wanted in self.main_names:
            matches = [path for path, name in names.items() if name == wanted]
            if matches:
                # A package in the project may have a main file of its own; the outermost is the program.
                return min(matches, key=lambda path: path.count("/"))
        # A second extension (``.pyw``) counts only under one of the usual names.
        sources = [
            path
            for path, name in names.items()
            if name.endswith(self.extensions[0]) and not name.startswith(self.library_prefixes)
        ]
        # Among several candidates no guess is made: it would start the wrong program.
        top = [path for path in sources if "/" not in path]
        return top[0] if len(top) == 1 else (sources[0] if len(sources) == 1 else None)


@cache
def language_facts() -> tuple[LanguageFacts, ...]:
    """Return all languages, the built-in one first; one that cannot be loaded is logged and left out.

    They are looked up once: a language that is installed later needs a new process.
    """
    found: dict[str, LanguageFacts] = {}
    for entry in (*_BUILT_IN, *entry_points(GROUP)):
        try:
            facts = entry.load()
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything; the others stay usable
            _logger.warning("语言插件“%s”加载失败，不能使用：%s", entry.name, type(error).__name__)
            continue
        # An entry point can name any object; one of another type would fail much later, in a run.
        if isinstance(facts, LanguageFacts):
            # The built-in language comes first, so a plug-in of the same name cannot replace it.
            found.setdefault(facts.name, facts)
    return tuple(found.values())


def facts_of(path: str) -> LanguageFacts | None:
    """Return the language of a source file, None for any other file."""
    return next((facts for facts in language_facts() if facts.is_source(path)), None)


def is_source(path: str) -> bool:
    """Return whether ``path`` is a source file of a known language."""
    return facts_of(path) is not None


def find_main_file(paths: Iterable[str]) -> str | None:
    """Return which of ``paths`` is the program to start, or None where no language has one."""
    # Each language reads all paths, and an iterator would be empty after the first one.
    known = list(paths)
    return next((main for facts in language_facts() if (main := facts.find_main_file(known))), None)


def default_main_file() -> str:
    """Return the main file of a plan that names none."""
    return language_facts()[0].main_file


def cache_folders() -> frozenset[str]:
    """Return the names of the folders that interpreters leave in a project."""
    return frozenset().union(*(facts.caches for facts in language_facts()))
