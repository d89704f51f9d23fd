"""Comparing texts by lines: what is counted, what a hunk shows, and what applying one gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.exceptions import ConflictError
from aiflow.model.line_diff import NO_NEWLINE, apply_hunk, count_lines, hunks

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c"]), max_size=30).map("".join)


@given(TEXTS, TEXTS)
@settings(max_examples=200, derandomize=True)
def test_hunks_make_the_new_text_and_count_right(old: str, new: str) -> None:
    found = hunks(old, new)
    text = old
    for hunk in reversed(found):
        text = apply_hunk(text, hunk)
    assert text == new
    marks = [line[0] for hunk in found for line in hunk.lines]
    assert count_lines(old, new) == (marks.count("+"), marks.count("-"))
    for hunk in found:
        marks = [line[0] for line in hunk.lines]
        assert hunk.old_lines == marks.count(" ") + marks.count("-")
        assert hunk.new_lines == marks.count(" ") + marks.count("+")


def test_a_hunk_is_a_unified_diff_s() -> None:
    old = "".join(f"{n}\n" for n in range(1, 10))
    (hunk,) = hunks(old, old.replace("5\n", "five\n"))
    assert hunk.model_dump() == {
        "id": 1, "old_start": 2, "old_lines": 7, "new_start": 2, "new_lines": 7,
        "lines": [" 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"],
    }  # fmt: skip


def test_places_far_apart_are_hunks_of_their_own() -> None:
    old = "".join(f"{n}\n" for n in range(40))
    new = old.replace("3\n4\n", "3\nneu\n4\n", 1).replace("30\n", "")
    assert [(hunk.id, hunk.old_start, hunk.new_start) for hunk in hunks(old, new)] == [
        (1, 2, 2),
        (2, 28, 29),
    ]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("", "a\n", ["+a"]),
        ("", "a", ["+a", NO_NEWLINE]),
        ("a", "", ["-a", NO_NEWLINE]),
        ("a", "a\n", ["-a", NO_NEWLINE, "+a"]),
        ("a\r\n", "a\n", ["-a\r", "+a"]),
        ("\x0cb\n", "\x0cc\n", ["-\x0cb", "+\x0cc"]),
    ],
)
def test_ends_of_texts_and_lines(old: str, new: str, lines: list[str]) -> None:
    (hunk,) = hunks(old, new)
    assert hunk.lines == lines
    assert apply_hunk(old, hunk) == new


def test_a_hunk_is_found_where_another_one_moved_it() -> None:
    old = "".join(f"{n}\n" for n in range(40))
    first, second = hunks(old, old.replace("3\n", "x\ny\nz\n", 1).replace("30\n", "thirty\n"))
    moved = apply_hunk(old, first)
    assert apply_hunk(moved, second) == moved.replace("30\n", "thirty\n")


@pytest.mark.parametrize("text", ["", "other\n", "a\nb\nX\nc\n" * 2 + "d\n"])
def test_a_hunk_that_fits_nowhere_or_twice_is_refused(text: str) -> None:
    (hunk,) = hunks("start\nstart\na\nb\nX\nc\n", "start\nstart\na\nb\nY\nc\n")
    trimmed = hunk.model_copy(update={"lines": hunk.lines[1:], "old_lines": 4, "old_start": 30})
    with pytest.raises(ConflictError):
        apply_hunk(text, trimmed)


def test_a_megabyte_of_equal_lines_takes_no_quadratic_time() -> None:
    assert count_lines("\n" * 1_000_000, "\n" * 999_990 + "x\n") == (1, 10)
