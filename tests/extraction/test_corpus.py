"""The bundled answers: every one is read exactly, whatever the split."""

import pytest

from tests.corpus.__main__ import BUNDLED
from tests.corpus.check import Answer, failures, load, wrong

ANSWERS = load(BUNDLED)


@pytest.mark.parametrize("answer", ANSWERS, ids=[answer.id for answer in ANSWERS])
def test_bundled_answer_is_read_exactly_in_every_split(answer: Answer) -> None:
    assert failures(answer) == {}


def test_every_form_is_in_the_corpus() -> None:
    formats = {answer.format for answer in ANSWERS}
    assert formats >= {
        "line-before-fence", "info-string", "first-line-inside", "file-tags", "artifact-tags", "single-file",
        "given-twice", "no-files", "nested-fences", "crlf", "thinking", "unsafe-path", "unclosed", "indented",
        "content",
    }  # fmt: skip


def test_the_check_sees_a_wrong_answer() -> None:
    answer = Answer("x", "x", "a", {"main.py": "x\n"})
    assert wrong(answer, []) is not None
