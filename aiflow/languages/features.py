"""Which functions of a program implement which of its features, whatever its language."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from aiflow.languages.files import find_definitions
from aiflow.languages.registry import language_of
from aiflow.model.tests import is_test_file
from aiflow.model.trace import Evidences, Execution, Function, TracedFeature, trace_features
from aiflow.model.trace_words import words_of

_CLAUSES: Final = str.maketrans(dict.fromkeys("，。；,;", "\n"))


def find_feature_code(
    features: Mapping[str, str],
    plan: str,
    files: Mapping[str, str],
    tests: Mapping[str, Sequence[str]],
    executions: Mapping[str, Execution],
) -> list[TracedFeature]:
    """Return for each feature the code that implements it.

    Args:
        features: the texts of the features by id.
        plan: the text of the plan.
        files: the texts of the project by path; tests may be among them.
        tests: the features of each test, by the test's id.
        executions: what each test executed, by the test's id; those of tests that were not run are missing.
    """
    said = _said_of(plan)
    functions: list[Function] = []
    marks: dict[tuple[str, int], list[str]] = {}
    for path, text in files.items():
        language = language_of(path)
        if language is None or is_test_file(path):
            continue
        lines = text.split("\n")
        for one in find_definitions(path, text):
            if one.kind != "class":
                own = "\n".join(lines[one.first_line - 1 : one.last_line])
                more = said.get(one.name.rpartition(".")[2], "")
                functions.append(Function(path, one.name, one.first_line, one.last_line, f"{own}\n{more}"))
        marks |= {(path, line): ids for line, ids in language.find_marks(text).items()}
    return trace_features(Evidences(features, functions, executions, tests, marks))


def features_without_code(
    features: Mapping[str, str], files: Mapping[str, str], tested: Collection[str]
) -> list[str]:
    """Return the ids of the features that no code of the program can be of.

    A feature with a test that passes has code. Of the others those are returned that no mark names and that
    have not one word in common with the program: a warning must not be wrong.

    Args:
        features: the texts of the features by id.
        files: the texts of the program by path; tests are ignored.
        tested: the features with a test that passes.
    """
    known, marked = set[str](), set[str]()
    for path, text in files.items():
        language = language_of(path)
        if language is not None and not is_test_file(path):
            known |= words_of(text)
            marked |= {id_ for ids in language.find_marks(text).values() for id_ in ids}
    return [
        id_
        for id_, text in features.items()
        if id_ not in tested and id_ not in marked and known.isdisjoint(words_of(text))
    ]


def _said_of(plan: str) -> Mapping[str, str]:
    """Return what the plan says about each name: the clauses that hold it."""
    found: dict[str, str] = defaultdict(str)
    for clause in plan.translate(_CLAUSES).split("\n"):
        word, names = "", set[str]()
        for char in [*clause, " "]:
            if char.isascii() and (char.isalnum() or char == "_"):
                word += char
            elif word:
                names.add(word)
                word = ""
        for name in names:
            found[name] += clause + "\n"
    return found
