"""One file of a project, whatever its language: its definitions, its tests, and how a rewrite is merged."""

from collections.abc import Mapping

from aiflow.languages.line_merge import merge_lines
from aiflow.languages.registry import language_of
from aiflow.model.definitions import Definition
from aiflow.model.scenarios import without_scenario
from aiflow.model.tests import SCENARIO_SUFFIX, TestCase, is_test_file, scenario_tests


def find_definitions(path: str, text: str) -> list[Definition]:
    """Return the functions, classes and methods of a file, in its order."""
    language = language_of(path)
    return [] if language is None else language.definitions(text)


def merge_file(path: str, old: str, new: str) -> str:
    """Return ``new`` with as many lines of ``old`` as possible.

    Args:
        path: tells the language; a file of none is merged by lines.
        old: the file as it is.
        new: the whole file as a model wrote it.
    """
    language = language_of(path)
    return merge_lines(old, new) if language is None else language.merge(old, new)


def outline(files: Mapping[str, str]) -> str:
    """Return for a prompt what each file defines: signatures with their lines.

    Args:
        files: path → text.
    """
    lines: list[str] = []
    for path, text in files.items():
        # How long a file is tells a model whether it can write it whole.
        lines.append(f"{path}（{len(text.splitlines())} 行）")
        for found in find_definitions(path, text):
            indent = "  " * (1 + found.name.count("."))
            lines.append(f"{indent}{found.first_line}-{found.last_line} {found.signature}")
    return "\n".join(lines)


def find_tests(path: str, text: str) -> list[TestCase]:
    """Return the tests of a file; none where it is no file of tests.

    Raises:
        InputError: it is a file of scenarios that cannot be read; the Chinese message says why.
    """
    if not is_test_file(path):
        return []
    if path.endswith(SCENARIO_SUFFIX):
        return scenario_tests(path, text)
    language = language_of(path)
    return [] if language is None else language.find_tests(path, text)


def without_test(path: str, text: str, name: str) -> str:
    """Return a file of tests without one of them; an empty text where it was the last."""
    if path.endswith(SCENARIO_SUFFIX):
        return without_scenario(text, name)
    language = language_of(path)
    return text if language is None else language.remove_test(text, name)
