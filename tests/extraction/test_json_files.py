"""Answers in JSON: files stream out of them, whatever the split; other JSON is prose."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.extraction import FileClosed, FileExtractor, FileOpened, FileRefused, FileText, Prose, collect
from tests.corpus.check import extract

TEXTS = st.text(alphabet='ab\n\r\t"\\/{}[]:,é你😀\ud7ff`~# ', max_size=40)
FILES = st.dictionaries(st.sampled_from(["main.py", "a/b.py", "游戏.py", "README.md"]), TEXTS, min_size=1)


def written(files: dict[str, str], shape: str, *, ascii_only: bool, indent: int | None) -> str:
    """Return ``files`` as a model writes them."""
    shapes: dict[str, object] = {
        "files": {"files": [{"path": path, "content": text} for path, text in files.items()]},
        "list": [{"filename": path, "code": text} for path, text in files.items()],
        "content first": [{"content": text, "path": path} for path, text in files.items()],
        "nested": {path: {"content": text} for path, text in files.items()},
    }
    return json.dumps(shapes[shape], ensure_ascii=ascii_only, indent=indent)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    files=FILES,
    shape=st.sampled_from(["files", "list", "content first", "nested"]),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
    fenced=st.booleans(),
    step=st.integers(1, 9),
)
def test_a_set_of_files_is_read_exactly_in_any_split(
    *, files: dict[str, str], shape: str, ascii_only: bool, indent: int | None, fenced: bool, step: int
) -> None:
    text = written(files, shape, ascii_only=ascii_only, indent=indent)
    text = f"好的：\n\n```json\n{text}\n```\n" if fenced else text
    whole = extract([text])
    assert collect(whole) == files
    assert extract(text[at : at + step] for at in range(0, len(text), step)) == whole


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    text=st.lists(
        st.sampled_from(
            ['{"', '"files"', ":", "[", "]", "{", "}", ",", '"', "\\", "\\u", "d83d", "\\ude00", "\\n", "\n",
             "a.py", "path", "content", "```", "```json\n", " ", "1", "true", "x"]
        ),
        max_size=30,
    ),
    step=st.integers(1, 5),
)  # fmt: skip
def test_broken_json_depends_on_no_split(text: list[str], step: int) -> None:
    said = '{"files":[{"path":"a.py","content":"' + "".join(text)
    for answer in (said, "".join(text), f"```json\n{said}"):
        assert extract(answer[at : at + step] for at in range(0, len(answer), step)) == extract([answer])


def test_a_file_streams_out_of_the_string_that_holds_it() -> None:
    extractor = FileExtractor()
    parts = [*extractor.feed('{"files": [{"path": "main.py", "content": "' + "x = 1\\n" * 20)]
    assert parts[0] == FileOpened("main.py")
    assert isinstance(parts[1], FileText)
    assert parts[1].text == "x = 1\n" * 20
    assert next(iter(extractor.feed('"}]}' + " " * 64))) == FileClosed("main.py", complete=True)


def test_an_answer_that_breaks_off_leaves_an_incomplete_file() -> None:
    parts = extract(['[{"path": "a.py", "content": "x\\n"}, {"path": "main.py", "content": "print(1)\\n\\'])
    assert collect(parts) == {"a.py": "x\n"}
    assert parts[-1] == FileClosed("main.py", complete=False)


def test_an_unsafe_path_is_refused_and_the_next_file_comes_out() -> None:
    parts = extract(['[{"path": "/etc/x", "content": "a"}, {"path": "ok.py", "content": "b"}]'])
    assert collect(parts) == {"ok.py": "b"}
    assert [part.path for part in parts if isinstance(part, FileRefused)] == ["/etc/x"]


def test_half_a_surrogate_is_no_text() -> None:
    parts = extract(['[{"path": "a.txt", "content": "\\ud83d \\ude00 \\ud83d\\ude00"}]'])
    assert collect(parts) == {"a.txt": "\ufffd \ufffd 😀"}


@pytest.mark.parametrize("opening", ['{"a": "', '```json\n{"a": "', "[\n" * 10, '{"a.py": "'])
def test_what_is_undecided_is_bounded(opening: str) -> None:
    extractor = FileExtractor()
    extractor.feed(opening)
    given_out = 0
    for _ in range(300):
        given_out += sum(len(part.text) for part in extractor.feed("x" * 1000) if isinstance(part, Prose))
    assert given_out > 200_000


def test_json_named_by_its_fence_stays_json() -> None:
    text = '{"main.py": "print(1)\\n"}\n'
    assert collect(extract([f"### data.json\n```json\n{text}```\n"])) == {"data.json": text}
