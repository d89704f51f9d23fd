"""Files whose closing marks a model forgets: none is lost, and the newest text of a path wins."""

import pytest

from aiflow import Config, Flow
from tests.pipeline.conftest import Script
from tests.pipeline.test_repair import as_file, diagnostics

PLAN = "# 方案\n\n## 文件\n\n- `a.py`\n- `b.py`\n- `main.py`\n"


async def files_after(
    config: Config, answer: str, *, repair: str = ""
) -> tuple[dict[str, str], set[str | None]]:
    """Run a flow whose model gives ``answer``; return its files and the paths that were incomplete."""
    engine = Script(plan=[PLAN], implement=[answer], repair=[repair or "我不会。"])
    flow = Flow("数数", config=config, engine=engine)
    project = await flow.run()
    assert project.root is not None
    files = {path.name: path.read_text(encoding="utf-8") for path in project.root.glob("*.py")}
    assert list(flow.record.temporary.iterdir()) == []
    return files, {found.path for found in diagnostics(flow) if found.rule == "incomplete"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "main"),
    [
        (
            '<file path="main.py">\nprint("old, cut")\n<file path="main.py">\nprint("NEW")\n</file>\n',
            'print("NEW")\n',
        ),
        ('<file path="main.py">\nprint("old")\n<file path="main.py">\nprint("NEW")\n', 'print("NEW")\n'),
        (as_file('print("old")\n') + '<file path="main.py">\nprint("NEW")\n', 'print("NEW")\n'),
        (
            '### main.py\n```python\nprint("old")\n```python main.py\nprint("NEW")\n```\n',
            'print("NEW")\n',
        ),
    ],
)
async def test_the_newest_text_of_a_path_wins(config: Config, answer: str, main: str) -> None:
    rest = as_file("a = 1\n", "a.py") + as_file("b = 1\n", "b.py")
    files, incomplete = await files_after(config, rest + answer)
    assert files == {"a.py": "a = 1\n", "b.py": "b = 1\n", "main.py": main}
    assert incomplete == set()


@pytest.mark.asyncio
async def test_a_newer_text_that_is_cut_off_is_requested_again(config: Config) -> None:
    rest = as_file("a = 1\n", "a.py") + as_file("b = 1\n", "b.py")
    answer = rest + as_file('print("old")\n') + '<file path="main.py">\nprint(("NEW"\n'
    files, incomplete = await files_after(config, answer, repair=as_file('print("NEW")\n'))
    assert files["main.py"] == 'print("NEW")\n'
    assert incomplete == {"main.py"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        '<file path="a.py">\na = 1\n<file path="b.py">\nb = 1\n<file path="main.py">\nprint(3)\n</file>\n',
        '<file path="a.py">\na = 1\n<file path="b.py">\nb = 1\n<file path="main.py">\nprint(3)\n',
        "```python a.py\na = 1\n```python b.py\nb = 1\n```python main.py\nprint(3)\n```\n",
        "```python a.py\na = 1\n```python b.py\nb = 1\n```python main.py\nprint(3)\n",
    ],
    ids=["tags", "tags, none closed", "fences", "fences, none closed"],
)
async def test_a_whole_file_is_kept_though_its_closing_mark_is_missing(config: Config, answer: str) -> None:
    files, incomplete = await files_after(config, answer)
    assert files == {"a.py": "a = 1\n", "b.py": "b = 1\n", "main.py": "print(3)\n"}
    assert incomplete == set()


@pytest.mark.asyncio
async def test_a_file_that_was_cut_off_before_another_is_reported(config: Config) -> None:
    answer = f'<file path="a.py">\na = (1\n<file path="b.py">\nb = 1\n</file>\n{as_file("print(3)")}'
    files, incomplete = await files_after(config, answer, repair=as_file("a = 1\n", "a.py"))
    assert files == {"a.py": "a = 1\n", "b.py": "b = 1\n", "main.py": "print(3)"}
    assert incomplete == {"a.py"}
