"""A file that was requested whole: its text is taken, and what only names it is not."""

import pytest

from aiflow.extraction.edits import EDITS, Applied, EditReader, apply_edits
from aiflow.languages.files import find_definitions
from tests.edits.corpus import projects

FILES = projects()["snake"]
NEW = FILES["main.py"].replace("SPEED = 10", "SPEED = 15")
PART = "def main():\n    print(1)\n\n\nmain()\n"


def apply(answer: str, requested: str | None = None) -> Applied:
    reader = EditReader(FILES, requested)
    parts = [*reader.feed(answer), *reader.close()]
    edits = [part for part in parts if isinstance(part, EDITS)]
    return apply_edits(edits, FILES, find_definitions, whole={requested} if requested else ())


@pytest.mark.parametrize(
    "answer",
    [
        NEW,
        f"```python\n{NEW}```\n",
        f"改好了：\n\n```\n{NEW}```\n",
        f"# main.py\n{NEW}",
        f"main.py\n```\n{NEW}```",
    ],
)
def test_a_program_without_a_name_is_the_file(answer: str) -> None:
    assert apply(answer, "main.py").files == {"main.py": NEW}


def test_a_short_text_is_a_part_unless_it_was_requested_whole() -> None:
    answer = f"main.py\n```python\n{PART}```\n"
    assert [problem.reason for problem in apply(answer).problems] == ["partial"]
    assert apply(answer, "main.py").files == {"main.py": PART}


def test_marks_for_left_out_code_are_no_text_of_a_file_that_was_requested_whole() -> None:
    applied = apply("main.py\n```python\n# ... existing code ...\ny = 2\n# ...\n```\n", "main.py")
    assert applied.files == {}
    assert [problem.path for problem in applied.problems] == ["main.py"]


def test_a_comment_that_only_names_the_file_is_left_out() -> None:
    assert apply(f"```python\n# main.py\n{NEW}```\n").files == {"main.py": NEW}


def test_a_problem_says_in_chinese_what_happened() -> None:
    (problem,) = apply(
        "main.py\n```python\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```\n"
    ).problems
    assert problem.message == "main.py没有改：要改的内容在文件里找不到。"
