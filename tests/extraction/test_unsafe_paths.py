"""A path in an answer is safe or refused; it is never changed into one that is safe."""

import pytest

from aiflow.extraction import FileOpened, FileRefused
from tests.corpus import forms
from tests.corpus.check import extract

UNSAFE = [
    "//server/share/a.py", "\\\\server\\share\\a.py", "///etc/a.py", "/etc/a.py", "/a.py", "~/a.py",
    "a/../b.py", "./../a.py", "C:a.py", "c:a.py", "C:/a.py", "C:\\x\\a.py", "%2e%2e%2fa.py",
    "%2E%2E/a.py", "../a.py", "..%2fa.py", "%2fa.py", "a%5cb.py", "a//b.py", "file:///a.py", "con.py",
]  # fmt: skip
ATTACHED = ["{}", "# {}", "#{}", "% {}", '"""{}"""', "<!-- {} -->", "-- {}", "; {}", "path={}", "# file: {}"]

FORMS: dict[str, forms.Form] = (
    {f"before {line}": forms.before(line) for line in forms.BEFORE}
    | {f"info {info}": forms.info(info) for info in forms.INFO}
    | {
        f"tag {opening}": lambda path, text, _, opening=opening, closing=closing: (
            f"{opening.replace('{}', path)}\n{text}{closing}\n"
        )
        for opening, closing in forms.TAGS
    }
    | {
        f"inside {language} {line}": lambda path, text, fence, line=line, language=language: (
            f"{fence}{language}\n{line.replace('{}', path)}\n{text}{fence}\n"
        )
        for line in ATTACHED
        for language in ("python", "")
    }
)


@pytest.mark.parametrize("path", UNSAFE)
def test_an_unsafe_path_is_never_changed_into_a_safe_one(path: str) -> None:
    opened = {
        name: [part.path for part in extract([form(path, "x = 1\n", "```")]) if isinstance(part, FileOpened)]
        for name, form in FORMS.items()
    }
    assert {name: paths for name, paths in opened.items() if paths} == {}


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("```python\n//server/share/a.py\nx = 1\n```\n", "//server/share/a.py"),
        ("```python //server/share/a.py\nx = 1\n```\n", "//server/share/a.py"),
        ("### //server/share/a.py\n```python\nx = 1\n```\n", "//server/share/a.py"),
        ("### C:a.py\n```python\nx = 1\n```\n", "C:a.py"),
        ("Create C:a.py:\n\n```python\nx = 1\n```\n", "C:a.py"),
        ('<file path="%2e%2e%2fa.py">\nx = 1\n</file>\n', "%2e%2e%2fa.py"),
        ('{"files": [{"path": "C:a.py", "content": "x = 1\\n"}]}\n', "C:a.py"),
    ],
)
def test_an_unsafe_path_is_refused_as_it_was_written(answer: str, path: str) -> None:
    assert [part.path for part in extract([answer]) if isinstance(part, FileRefused)] == [path]


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        ("```js\n//src/app.js\nlet x\n```\n", "src/app.js"),
        ("```python\n// main.py\nx = 1\n```\n", "main.py"),
        ("```js // src/app.js\nlet x\n```\n", "src/app.js"),
        ("```c:main.c\nint x;\n```\n", "main.c"),
        ("### C: a.py\n```python\nx = 1\n```\n", "a.py"),
        ("文件A:main.py\n```python\nx = 1\n```\n", "main.py"),
    ],
)
def test_a_mark_before_a_path_is_no_part_of_it(answer: str, path: str) -> None:
    assert [part.path for part in extract([answer]) if isinstance(part, FileOpened)] == [path]
