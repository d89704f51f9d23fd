"""Each answer of the corpus is applied as meant or refused: never elsewhere, never silently ignored."""

import pytest

from aiflow.extraction.edits import (
    EDITS,
    Applied,
    DefinitionEdit,
    Edit,
    EditReader,
    EditRefused,
    apply_edits,
)
from aiflow.languages.files import find_definitions
from tests.edits.corpus import Case, cases


def read(answer: str, paths: list[str], step: int) -> list[Edit]:
    reader = EditReader(paths)
    parts = [part for at in range(0, len(answer), step) for part in reader.feed(answer[at : at + step])]
    return [part for part in [*parts, *reader.close()] if isinstance(part, EDITS)]


def fault(case: Case, found: list[Edit], applied: Applied) -> str:
    """The first fault of the result; empty if there is none."""
    # An edit whose file is not known may be any file's.
    refused = {problem.path if problem.path in case.files else None for problem in applied.problems}
    named = {problem.path or "?" for problem in applied.problems}
    for path, text in case.files.items():
        now, meant = applied.files.get(path, text), case.meant.get(path, text)
        if now == meant and path not in case.refused:
            continue
        if now != text:
            return f"{path} was changed in a wrong way"
        if path not in refused and None not in refused:
            if not case.may_refuse or (found and path not in applied.already):
                return f"{path} was ignored"
        elif path not in case.refused and not case.may_refuse:
            return f"{path} was refused"
    if not case.may_refuse and not case.refused <= named and "?" not in named:
        return f"{case.refused - named} was ignored"
    others = {path: text for path, text in applied.files.items() if path not in case.files}
    if others != case.new or applied.deleted != case.deleted:
        return f"other files: {others} {applied.deleted}"
    return ""


CASES = list(cases())
KINDS = sorted({case.kind for case in CASES})


def test_the_corpus_is_large() -> None:
    assert len(CASES) > 5000
    assert KINDS == ["blocks", "by hand", "diff", "elided", "function", "patch", "two files", "whole"]


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_applied_as_meant_or_refused(kind: str) -> None:
    faults = {}
    for case in (case for case in CASES if case.kind == kind):
        found = read(case.answer, list(case.files), len(case.answer))
        if wrong := fault(case, found, apply_edits(found, case.files, find_definitions)):
            faults[case.id] = wrong
    assert faults == {}


@pytest.mark.parametrize("step", [1, 7])
def test_the_edits_do_not_depend_on_how_the_text_is_split(step: int) -> None:
    differing = [
        case.id
        for case in CASES[:: 8 if step == 1 else 3]
        if read(case.answer, list(case.files), step) != read(case.answer, list(case.files), len(case.answer))
    ]
    assert differing == []


@pytest.mark.parametrize("before", ["", "好的。\n", "改了 `main.py`：\n\n"])
@pytest.mark.parametrize("fence", ["```python\n", "```\n"])
def test_an_answer_may_end_with_its_fence(before: str, fence: str) -> None:
    text = f"{before}{fence}def f():\n    return 2\n```"
    reader = EditReader(["main.py"])
    found = [*reader.feed(text), *reader.close()]
    assert [part.text for part in found if isinstance(part, DefinitionEdit)] == ["def f():\n    return 2\n"]
    assert not [part for part in found if isinstance(part, EditRefused)]


def test_closing_tags_after_a_mark_are_those_of_the_file() -> None:
    old = "<html>\n<body>\n<h1>标题</h1>\n<p>正文</p>\n</body>\n</html>\n"
    answer = (
        "index.html\n```html\n<html>\n<body>\n<h1>新标题</h1>\n<!-- 其余不变 -->\n</body>\n</html>\n```\n"
    )
    applied = apply_edits(read(answer, ["index.html"], 7), {"index.html": old}, find_definitions)
    assert applied.files == {"index.html": old.replace("标题", "新标题")}
