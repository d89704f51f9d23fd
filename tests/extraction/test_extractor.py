"""The extractor: what streams when, what is bounded, and answers composed of every form."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiflow.extraction import (
    FileClosed,
    FileExtractor,
    FileOpened,
    FileRefused,
    FileText,
    Part,
    Prose,
    collect,
)
from tests.corpus import forms
from tests.corpus.check import extract, joined, normal


def files_of(text: str) -> dict[str, str]:
    return collect(extract([text]))


# The order of the parts


def test_a_file_opens_when_its_fence_is_there_and_its_lines_stream() -> None:
    extractor = FileExtractor()
    assert joined(extractor.feed("### main.py\n```python\n")) == [
        Prose("### main.py\n"),
        FileOpened("main.py"),
    ]
    assert list(extractor.feed("import os\nx =")) == [FileText("main.py", "import os\n")]
    assert list(extractor.feed(" 1\n``")) == [FileText("main.py", "x = 1\n")]
    assert list(extractor.feed("`\n")) == [FileClosed("main.py", complete=True)]
    assert list(extractor.close()) == []


def test_a_file_in_tags_opens_at_the_tag() -> None:
    extractor = FileExtractor()
    assert list(extractor.feed('<file path="a.py">\n')) == [FileOpened("a.py")]
    assert list(extractor.feed("x\n</fi")) == [FileText("a.py", "x\n")]
    assert next(iter(extractor.feed("le>\n"))) == FileClosed("a.py", complete=True)


@pytest.mark.parametrize("opening", ["```text a.txt\n", '<file path="a.txt">\n'])
def test_a_long_line_streams_while_it_is_typed(opening: str) -> None:
    extractor = FileExtractor()
    extractor.feed(opening)
    seen = 0
    for count in range(1, 1000):
        seen += sum(len(part.text) for part in extractor.feed("word") if isinstance(part, FileText))
        assert count * 4 - seen <= 80


def test_what_is_open_at_the_end_is_not_complete() -> None:
    parts = extract(["```python main.py\nx = 1\n"])
    assert parts == [
        FileOpened("main.py"),
        FileText("main.py", "x = 1\n"),
        FileClosed("main.py", complete=False),
    ]
    assert collect(parts) == {}


def test_collect_keeps_the_last_complete_file_of_a_path() -> None:
    parts: list[Part] = [
        FileOpened("a"), FileText("a", "1"), FileClosed("a", complete=True),
        FileOpened("a"), FileText("a", "2"), FileClosed("a", complete=True),
        FileOpened("a"), FileText("a", "3"), FileClosed("a", complete=False),
    ]  # fmt: skip
    assert collect(parts) == {"a": "2"}


def test_a_refused_path_says_why_and_its_text_is_swallowed() -> None:
    parts = extract(['<file path="../x.py">\nsecret\n</file>\n```python ok.py\n1\n```\n'])
    refused = [part for part in parts if isinstance(part, FileRefused)]
    assert [part.path for part in refused] == ["../x.py"]
    assert "不能离开项目文件夹" in refused[0].reason
    assert "secret" not in repr(parts)
    assert collect(parts) == {"ok.py": "1\n"}


def test_prose_keeps_everything_but_files_and_thinking() -> None:
    parts = extract(["你好\n<think>嗯</think>\n```python\nx\n```\n### a.py\n```python\ny\n```\n再见"])
    assert (
        "".join(part.text for part in parts if isinstance(part, Prose))
        == "你好\n\n```python\nx\n```\n### a.py\n再见"
    )


# The default path


def test_a_program_without_a_name_takes_the_default_path() -> None:
    text = "好的：\n```bash\npip install pygame\n```\n```python\nimport pygame\n```\n```python\nother\n```\n"
    extractor = FileExtractor(default_path="main.py")
    assert collect([*extractor.feed(text), *extractor.close()]) == {"main.py": "import pygame\n"}
    assert files_of(text) == {}


def test_an_answer_that_is_only_a_program_takes_the_default_path() -> None:
    text = "import pygame\n\npygame.init()\n"
    extractor = FileExtractor(default_path="main.py")
    assert collect([*extractor.feed(text), *extractor.close()]) == {"main.py": text}
    assert files_of(text) == {}


# Long lines, hostile text


LONG = {
    "letters": "x" * 20_000,
    "blanks": " " * 20_000,
    "backticks": "`" * 20_000,
    "less-than": "<" * 20_000,
    "closing tags in strings": '</file>"' * 3_000,
    "opening tags": "<file path='a" * 2_000,
    "quotes": '"""' * 6_000,
    "brackets": "]]" * 9_000,
    "at the limit": "y" * 4096,
    "one over the limit": "y" * 4097,
}


@pytest.mark.parametrize("content", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize(
    ("opening", "closing", "path"),
    [("```python big.py\n", "```\n", "big.py"), ('<file path="big.txt">\n', "</file>\n", "big.txt"),
     ('<file path="big.txt"><![CDATA[', "]]></file>\n", "big.txt"),
     ("### r.md\n```markdown\n", "```\n", "r.md")],
)  # fmt: skip
def test_long_lines_are_text_in_every_split(opening: str, closing: str, path: str, content: str) -> None:
    text = f"{opening}{content}\n{closing}\n```python b.py\n1\n```\n"
    whole = extract([text])
    assert collect(whole) == {path: content + "\n", "b.py": "1\n"}
    for step in (4, 61, 4095, 4097):
        assert extract(text[at : at + step] for at in range(0, len(text), step)) == whole


@pytest.mark.parametrize(
    "filler", ["x", "<", "`", "# <file ", '"', "main.py ", "**", "\\n/", "< think>", "[a](", "\u4e00"]
)
@pytest.mark.parametrize("opening", ["", "```text a.txt\n", '<file path="a.txt">', "<think>", "```\n"])
def test_time_is_linear_without_a_newline(opening: str, filler: str) -> None:
    def seconds(size: int) -> float:
        text = opening + filler * (size // len(filler))
        start = time.process_time()
        extractor = FileExtractor()
        for at in range(0, len(text), 16):
            extractor.feed(text[at : at + 16])
        extractor.close()
        return time.process_time() - start

    small = min(seconds(50_000) for _ in range(2))
    assert seconds(400_000) < 8 * small * 3 + 0.05  # a quadratic reading would need 64 times as long


# Answers composed of every form

PATHS = [
    "main.py",
    "src/app.js",
    "index.html",
    "static/style.css",
    "游戏/贪吃蛇.py",
    "config.json",
    "a/b/c/d.ts",
    "run.sh",
    "data.csv",
]
CONTENTS = {
    "one line": "x = 1\n",
    "empty": "",
    "blank lines": "\n\nx\n\n\ny\n\n",
    "indented": "def f():\n    if x:\n        return '你好'\n\n\tz\n",
    "html": '<!doctype html>\n<p class="a">&lt;</p>\n<script>let a = `b`;</script>\n',
    "json": '{"a": [1, 2], "b": "`"}\n',
    "tags in strings": 's = "<file path=\\"x.py\\">"\nt = "</file>"\nu = "<think>"\n',
    "docstring with a fence": 'def f():\n    """Do.\n\n    ```python\n    f()\n    ```\n    """\n',
    "long fence inside": "text\n`` ` ``\n``x``\n```js not``` a fence\n",
    "unicode": "a\u2028b\x0bc\x0cd\x85e\u00a0😀\ufeff\n",
    "null": "a\x00b\n",
    "names in it": "# see main.py\nFile: other.py\n### x.py\n",
    "trailing blanks": "x   \n\t\n   \n",
}  # fmt: skip

paths = st.sampled_from(PATHS)
contents = st.sampled_from(list(CONTENTS.values()))
fences = st.sampled_from(["```", "````", "`````", "~~~", "~~~~"])
talk = st.sampled_from(
    [
        "",
        "\n",
        "\n\n",
        "好的，继续。\n\n",
        "Next one.\n\n",
        "\n---\n\n",
        "\n运行：\n\n```bash\npython main.py\n```\n\n",
        "<think>\n### x.py\n```python\nno\n```\n</think>\n",
    ]
)


@st.composite
def written_files(draw: st.DrawFn) -> tuple[str, str, str]:
    """A path, its text, and how a model hands it over."""
    path, text = draw(paths), draw(contents)
    kind = draw(st.sampled_from(["before", "info", "tag", "list"]))
    fence = draw(fences)
    if kind == "before":
        form = forms.before(
            draw(st.sampled_from(forms.BEFORE)),
            gap=draw(st.sampled_from(forms.GAPS)),
            bare=draw(st.booleans()),
        )
        return path, text, form(path, text, fence)
    if kind == "info":
        return path, text, forms.info(draw(st.sampled_from(forms.INFO)))(path, text, fence)
    if kind == "tag":
        opening, closing = draw(st.sampled_from(forms.TAGS))
        return path, text, f"{opening.replace('{}', path)}\n{text}{closing}\n"
    if not text.isascii() or "\x0b" in text or "\t\n" in text:  # how an editor would indent these is open
        return path, text, forms.info("@ {}")(path, text, fence)
    indented = "".join(f"   {line}" if line.strip() else line for line in text.splitlines(keepends=True))
    return path, text, f"1. **{path}**\n\n   {fence}{forms.language(path)}\n{indented}   {fence}\n"


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """An answer and its files."""
    pieces, expected = [draw(talk)], {}
    for path, text, piece in draw(st.lists(written_files(), min_size=1, max_size=4)):
        pieces += [piece, draw(talk)]
        expected[path] = text
    answer = "".join(pieces)
    if draw(st.booleans()):
        answer, expected = (
            answer.replace("\n", "\r\n"),
            {path: text.replace("\n", "\r\n") for path, text in expected.items()},
        )
    return answer, expected


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(answers(), st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_composed_answers_are_read_exactly_in_any_split(
    answer: tuple[str, dict[str, str]], steps: list[int]
) -> None:
    text, expected = answer
    whole = extract([text])
    assert collect(whole) == expected
    assert extract(text) == whole
    cuts, at = [], 0
    for step in steps:
        cuts.append(text[at : at + step])
        at += step
    assert extract([*cuts, text[at:]]) == whole


PIECES = ["```", "````", "~~~", "```python\n", "```python main.py\n", "```\n", "\n", "\r\n", "main.py",
          "### a.md", "<file path=\"a.py\">", "</file>", "<think>", "</think>", "<![CDATA[", "]]>",
          "<content>", "</content>", "<path>b.py</path>", "   ", "\t", '"""', "'''", "# x.py", "path=c.py",
          "text", ":", "`", "<", "README.md", "- ", "1. ", "</",
          "<boltAction type=\"file\" filePath=\"d.js\">", "</boltAction>", "../e.py", "\ufeff", "文件：f.py",
          "#", "//", "<!--", "-->", " " * 70, "z" * 5000]  # fmt: skip


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.integers(1, 9))
def test_no_text_depends_on_its_split_and_every_file_closes_once(text: str, step: int) -> None:
    whole = extract([text])
    assert extract(text[at : at + step] for at in range(0, len(text), step)) == whole
    opened = None
    for part in whole:
        match part:
            case FileOpened(path):
                assert opened is None
                opened = path
            case FileText(path, _):
                assert opened == path
            case FileClosed(path):
                assert opened == path
                opened = None
            case Prose():
                assert opened is None
    assert opened is None


def test_normal_makes_line_ends_alike() -> None:
    assert normal("a\r\nb\n") == "a\nb\n"


# A heading, a sentence, a bare fence

HANGMAN = (
    "This file contains a list of words that can be used in the Hangman game. "
    "Each word should be on a new line."
)
TEXTS = {
    "words.txt": "apple\nbanana\n",
    "x.py": "import random\n\nprint(1)\n",
    "y.py": "# Hangman\n# A game\nwords = ['a']\n",
    "README.md": "# Hangman\n\nA game.\n",
    "config.json": '{\n  "a": 1\n}\n',
    "index.html": "<!doctype html>\n<p>x</p>\n",
}


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("sentence", [HANGMAN, "This is the word list.", "这个文件包含了游戏中的单词列表。"])
@pytest.mark.parametrize("path", TEXTS)
def test_a_sentence_before_a_bare_fence_loses_no_file(path: str, sentence: str, gap: str) -> None:
    answer = f"### `{path}`{gap}{sentence}{gap}```\n{TEXTS[path]}```\n"
    whole = extract([answer])
    assert collect(whole) == {path: TEXTS[path]}
    assert extract(answer) == whole


@pytest.mark.parametrize(
    ("path", "sentence", "block"),
    [
        ("x.py", "This file contains the game.", "python x.py\n"),
        ("x.py", "This file contains the game.", "$ pip install pygame\n"),
        ("x.py", "This file contains the game.", "Welcome to Hangman!\n"),
        ("x.py", "Run it with Python 3.", "import x\n"),
        ("words.txt", HANGMAN, "python x.py\n"),
        ("words.txt", "You should see the following output:", "apple\n"),
        ("words.txt", "Run the program to see the words.", "apple\n"),
    ],
)
def test_commands_and_output_under_a_heading_are_no_file(path: str, sentence: str, block: str) -> None:
    assert files_of(f"### `{path}`\n\n{sentence}\n\n```\n{block}```\n") == {}
