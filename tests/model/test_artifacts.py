"""Specifications and plans are read out of whatever a model writes, and edited from either side."""

from typing import Any

import pytest
from pydantic import ValidationError

from aiflow.exceptions import InputError
from aiflow.model.artifacts import (
    MAX_MARKDOWN_CHARS,
    Plan,
    PlannedFile,
    Spec,
    merge_edit,
    read_edit,
    slugify,
)
from aiflow.model.language_facts import find_main_file
from tests.linear_time import MAX_RATIO, growth

SPEC = """# 贪吃蛇

项目类型: snake_game

用方向键控制一条蛇吃苹果。

## 功能

- 上下左右移动
- 吃苹果变长

## 运行方式

- python main.py
"""
PLAN = """# 方案

## 文件

- `main.py`：主程序
- `game/snake.py`：蛇

## 依赖

- pygame
"""

TREE = """```
snake/
├── main.py        # 主程序
├── game/
│   ├── __init__.py
│   ├── ui
│   │   └── draw.py
│   └── snake.py   # 蛇
└── README.md
```
"""


# --- reading a specification ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "project_type", "features"),
    [
        (SPEC, "贪吃蛇", "snake_game", ["上下左右移动", "吃苹果变长"]),
        (SPEC.replace("\n", "\r\n"), "贪吃蛇", "snake_game", ["上下左右移动", "吃苹果变长"]),
        (
            ("# Snake Game\n\nProject type: `snake-game`\n\n## Features\n\n* Move\n* Eat\n\n"
                "## How to run\n\n* python main.py\n"),
            "Snake Game", "snake_game", ["Move", "Eat"],
        ),
        ("**贪吃蛇**\n\n**功能**：\n• 移动\n• 变长\n\n**操作**\n• 方向键\n", "贪吃蛇", "project",
         ["移动", "变长"]),
        (
            ("# 贪吃蛇\n\n## 二、功能需求\n\n1. 移动\n2、变长\n3) 结束\n（4）重来\n⑤ 暂停\n\n"
                "## 三、运行\n1. 打开\n"),
            "贪吃蛇", "project", ["移动", "变长", "结束", "重来", "暂停"],
        ),
        (
            ("1. 项目名称：贪吃蛇\n2. 项目类型：snake_game\n3. 功能列表：\n   - 移动\n   - 变长\n"
                "4. 运行：\n   - 打开\n"),
            "贪吃蛇", "snake_game", ["移动", "变长"],
        ),
        (("# 钟\n\n**项目类型**：`clock_app`\n\n"
            "### 核心功能\n- 报时\n  - 整点\n- 闹钟\n"), "钟", "clock_app", ["报时", "闹钟"]),
        (("# 钟\n\n## 功能列表\n\n| 编号 | 功能 |\n"
            "|---|---|\n| 1 | 报时 |\n| 2 | 闹钟 |\n"), "钟", "project", ["报时", "闹钟"]),
        (("# 钟\n\n## 功能\n\n### 基本\n\n- 报时\n\n"
            "### 高级\n\n- 闹钟\n\n## 运行\n\n- x\n"), "钟", "project", ["报时", "闹钟"]),
        ("# 钟\n\n## 功能\n\n- [ ] 报时\n- [x] 闹钟\n", "钟", "project", ["报时", "闹钟"]),
        ("# 钟\n\n## 功能\n\n```\n- 不是功能\n```\n\n- 报时\n", "钟", "project", ["报时"]),
        ("```\n# 不是题目\n```\n\n# 钟\n", "钟", "project", []),
        ("做一个贪吃蛇。\n有移动和变长。\n", "做一个贪吃蛇。", "project", []),
        ("## 需求说明\n\n## 功能\n", "需求说明", "project", []),
        ("", "", "project", []),
        ("\n \n\t\n", "", "project", []),
        ("🐍" * 200, "🐍" * 80, "project", []),
        ("# 2048\n", "2048", "project", []),
        ("贪吃蛇\n======\n\n功能\n----\n\n- 移动\n\n运行\n----\n\n- 打开\n", "贪吃蛇", "project", ["移动"]),
        ("# 钟\n\n## 功能\n\n  - 报时\n    - 整点\n  - 闹钟\n", "钟", "project", ["报时", "闹钟"]),
        ("# 钟\n\n项目类型：时钟\n", "钟", "project", []),
        ("# 钟\n\n项目类型: CON/../x\n", "钟", "con", []),
    ],
)  # fmt: skip
def test_a_specification_is_read_out_of_any_text(
    text: str, title: str, project_type: str, features: list[str]
) -> None:
    spec = Spec.from_markdown(text)
    assert (spec.title, spec.project_type, spec.features) == (title, project_type, features)
    assert spec.markdown == text
    assert spec.to_markdown() == text  # what nobody edited stays as it was written


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (SPEC, "用方向键控制一条蛇吃苹果。"),
        ("# 钟\n\n第一行\n第二行\n- 列表\n", "第一行\n第二行"),
        ("**钟**\n\n一个钟。\n", "一个钟。"),
        ("# 钟\n\n| a | b |\n|---|---|\n\n一个钟。\n", "一个钟。"),
        ("# 钟\n", ""),
    ],
)
def test_the_summary_is_the_first_paragraph(text: str, summary: str) -> None:
    assert Spec.from_markdown(text).summary == summary


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Snake Game!", "snake_game"), ("贪吃蛇", "project"), ("3D Maze", "project"), ("_a_", "a"),
        ("", "project"), ("a" * 60, "a" * 40), ("a" * 39 + " b", "a" * 39), ("İstanbul", "i_stanbul"),
        ("../../etc", "etc"),
    ],
)  # fmt: skip
def test_a_project_type_is_safe(text: str, slug: str) -> None:
    assert slugify(text) == slug
    assert Spec(project_type=slug).project_type == slug


@pytest.mark.parametrize("wrong", ["", "Snake", "1a", "a-b", "a/b", "a" * 41, "..", "a\n"])
def test_no_other_project_type(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Spec(project_type=wrong)


# --- reading a plan ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "paths", "main", "dependencies"),
    [
        (PLAN, ["main.py", "game/snake.py"], "main.py", ["pygame"]),
        (
            TREE,
            ["main.py", "game/__init__.py", "game/ui/draw.py", "game/snake.py", "README.md"], "main.py", [],
        ),
        ("|-- src/\n|   |-- app.py\n+-- data/\n    +-- a.json\n", ["src/app.py", "data/a.json"], "src/app.py",
         []),
        ("├── src/app.py\n└── tests/test_app.py\n", ["src/app.py", "tests/test_app.py"], "src/app.py", []),
        (
            ("## 文件\n\n| 文件 | 作用 |\n|---|---|\n| `main.py` | 主程序 |\n"
                "| utils/food.py | 食物 |\n\n依赖：pygame、无其他\n"),
            ["main.py", "utils/food.py"], "main.py", ["pygame"],
        ),
        (
            ("1. **main.py** - 主程序\n2. `config.py`：设置\n\n## 依赖\n\n1. pygame>=2.5\n"
                "2. 标准库 random\n3. random\n"),
            ["main.py", "config.py"], "main.py", ["pygame"],
        ),
        (("### main.py\n\n启动\n\n### board.py\n棋盘\n"
            "\n## Dependencies\n\n- None\n"), ["main.py", "board.py"], "main.py", []),
        (("- `src/app.py`: entry\n\n"
            "## Third-party packages\n\n"
            "- `pygame-ce` (2.5)\n"), ["src/app.py"], "src/app.py", ["pygame-ce"]),
        (("- `../evil.py`\n- `/etc/a.py`\n"
            "- `C:\\a.py`\n- CON.py\n- main.py：主\n"), ["main.py"], "main.py", []),
        ("- `主程序.py`：启动\n- `数据/题库.json`：题\n", ["主程序.py", "数据/题库.json"], "主程序.py", []),
        ("- main.py：用到 game.py\n- main.py：又一次\n- game.py\n", ["main.py", "game.py"], "main.py", []),
        ("主程序放在 main.py，见 https://a.b/c.py。\n", ["main.py"], "main.py", []),
        ("- 第三方依赖：pygame\n- 主程序 main.py\n", ["main.py"], "main.py", ["pygame"]),
        ("**依赖：** `my_pkg`, requests\n", [], "main.py", ["my_pkg", "requests"]),
        ("依赖：\n\n- pygame\n- requests\n\n- main.py\n", ["main.py"], "main.py", ["pygame", "requests"]),
        ("- C:a.py\n- 文件:b.py\n", ["b.py"], "b.py", []),
        ("## 依赖\n\n- Python 3.11\n- requests：不需要\n- 无\n", [], "main.py", []),
        ("", [], "main.py", []),
    ],
)  # fmt: skip
def test_a_plan_is_read_out_of_any_text(
    text: str, paths: list[str], main: str, dependencies: list[str]
) -> None:
    plan = Plan.from_markdown(text)
    assert ([file.path for file in plan.files], plan.main_file, plan.dependencies) == (
        paths,
        main,
        dependencies,
    )
    assert plan.to_markdown() == text


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("入口是 `main.py`，另有一份 `README.md` 说明怎么运行。", ["main.py", "README.md"]),
        ("The entry is `src/main.py`, and **README.md** says how to run it.\n", ["src/main.py", "README.md"]),
        ("单词放在 `words.txt`，成绩保存到 `scores.json`。入口是 `main.py`。", ["words.txt", "main.py"]),
        ("只有 `main.py`，不需要 `requirements.txt`，也没有 `utils.py`。", ["main.py"]),
        ("运行 `python main.py`，见 `https://a.b/c.py` 和 `../evil.py`。", []),
        ("程序由main.py启动，规则写在 ui/rules.py 里，最高分存到 best.json。", ["main.py", "ui/rules.py"]),
        ("The entry point is main.py. It imports board.py.", ["main.py", "board.py"]),
        ("不用 Node.js，也不用 C:main.py，入口是 `main.py`", ["main.py"]),
        ("入口是 `main.py`。\n\n```python\nopen(`notes.md`)\n```\n", ["main.py"]),
        # A list of files is the plan; what is mentioned around it is not.
        ("和 `old.py` 不同。\n\n- `main.py`：主程序\n", ["main.py"]),
    ],
)
def test_a_plan_in_sentences_names_its_files(text: str, paths: list[str]) -> None:
    assert [file.path for file in Plan.from_markdown(text).files] == paths


def test_purposes() -> None:
    assert [(file.path, file.purpose) for file in Plan.from_markdown(PLAN).files] == [
        ("main.py", "主程序"), ("game/snake.py", "蛇"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("paths", "main"),
    [
        (["a.py", "src/main.py", "main.py"], "main.py"), (["a.py", "src/main.py"], "src/main.py"),
        (["snake.py", "test_snake.py", "README.md"], "snake.py"), (["a.py", "b.py"], None), (["a.txt"], None),
        ([], None), (["pkg/__init__.py", "pkg/one.py"], "pkg/one.py"), (["App.py", "game.py"], "App.py"),
        (["x/__main__.py", "x/a.py"], "x/__main__.py"),
    ],
)  # fmt: skip
def test_which_file_is_the_program(paths: list[str], main: str | None) -> None:
    assert find_main_file(paths) == main


# --- hostile text -----------------------------------------------------------------------------------------

HOSTILE_TEXTS = {
    "blanks in a heading": ("# a", " ", "b\n"),
    "blank lines before a heading": ("", "\n", "# a\n"),
    "colons after a label": ("依赖", ": ", ""),
    "empty list items": ("", "-\n", ""),
    "unclosed fences": ("", "```\n", "~~~\n"),
    "nested list items": ("", "- ", "a"),
    "list items": ("", "- a\n", ""),
    "bold marks": ("", "** ", "："),
    "sides of a tree": ("", "│ |", "-- a"),
    "dots in a name": ("- ", "a.", "py"),
    "folders in a name": ("- ", "a/", "b.py"),
    "names in marks": ("", "`a.py` ", ""),
    "rows of a table": ("## 功能\n\n", "|a|b|\n", ""),
    "headings": ("", "# a\n", ""),
    "underlines": ("", "a\n=\n", ""),
}


@pytest.mark.parametrize(("before", "repeated", "after"), HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
@pytest.mark.parametrize("kind", [Spec, Plan])
def test_time_to_read_is_in_proportion_to_the_text(
    kind: type[Spec] | type[Plan], before: str, repeated: str, after: str
) -> None:
    def text(size: int) -> str:
        return before + repeated * (size // len(repeated)) + after

    assert growth(kind.from_markdown, text) < MAX_RATIO


# --- editing ----------------------------------------------------------------------------------------------


def edited(artifact: Any, **values: Any) -> Any:
    copy = artifact.model_copy(deep=True)
    for name, value in values.items():
        setattr(copy, name, value)
    return copy


@pytest.mark.parametrize(
    "values",
    [
        {"title": "大蛇"}, {"project_type": "big_snake"}, {"summary": "另一句话。"},
        {"features": ["只会睡觉"]}, {"title": "大蛇", "features": ["一", "二", "三"], "project_type": "x"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "text",
    [
        SPEC,
        "# 贪吃蛇\n",
        "贪吃蛇",
        "蛇\n==\n\n功能\n--\n\n- 动\n",
        "**蛇**\n\n**功能**\n\n- 动\n",
        "# 蛇\n\n## 功能\n\n1、动\n2、停\n",
    ],
)
def test_an_edited_field_of_a_specification_is_in_the_text(text: str, values: dict[str, Any]) -> None:
    spec = edited(Spec.from_markdown(text), **values)
    again = Spec.from_markdown(spec.to_markdown())
    assert {name: getattr(again, name) for name in values} == values
    handed = spec.model_copy(update={"markdown": spec.to_markdown()})
    assert handed.to_markdown() == handed.markdown  # said once


def test_a_feature_that_is_added_leaves_the_rest_alone() -> None:
    spec = Spec.from_markdown(SPEC)
    spec.features.append("有排行榜")
    text = spec.to_markdown()
    assert text.replace("- 有排行榜\n", "") == SPEC


@pytest.mark.parametrize(
    "text",
    [
        PLAN,
        "# 方案\n",
        "# 方案\n\n```\nsnake/\n├── main.py  # 主\n└── old/\n    └── a.py\n```\n",
        "| 文件 | 作用 |\n|---|---|\n| `main.py` | 主程序 |\n| a.py | 旧 |\n\n依赖：requests\n",
        "### main.py\n\n启动\n",
    ],
)
def test_an_edited_field_of_a_plan_is_in_the_text(text: str) -> None:
    files = [PlannedFile(path="main.py", purpose="启动"), PlannedFile(path="数据/题.json")]
    plan = edited(Plan.from_markdown(text), files=files, dependencies=["pygame"])
    again = Plan.from_markdown(plan.to_markdown())
    assert (again.files, again.dependencies) == (files, ["pygame"])
    none = edited(plan, dependencies=[])
    assert Plan.from_markdown(none.to_markdown()).dependencies == []


def test_a_person_edits_the_text_the_fields_or_both() -> None:
    current = Spec.from_markdown(SPEC)
    assert merge_edit(current, current) == current
    by_field = edited(current, title="大蛇")
    assert merge_edit(current, by_field).title == "大蛇"
    by_text = edited(current, markdown=SPEC.replace("贪吃蛇", "大蛇").replace("- 吃苹果变长\n", ""))
    assert merge_edit(current, by_text).features == ["上下左右移动"]
    assert merge_edit(current, by_text).title == "大蛇"
    both = edited(by_text, title="更大的蛇")
    merged = merge_edit(current, both)
    assert (merged.title, merged.features) == ("更大的蛇", ["上下左右移动"])
    assert merged.to_markdown().startswith("# 更大的蛇\n")


def test_an_edit_comes_as_a_model_as_json_or_as_markdown() -> None:
    current = Plan.from_markdown(PLAN)
    assert read_edit(current, current) is current
    assert read_edit({"main_file": "game.py"}, current).main_file == "game.py"  # type: ignore[union-attr]
    assert read_edit("# 新\n", current).markdown == "# 新\n"
    assert len(read_edit("x" * MAX_MARKDOWN_CHARS, current).markdown) == MAX_MARKDOWN_CHARS
    too_long = "x" * (MAX_MARKDOWN_CHARS + 1)
    for wrong in ({"files": "main.py"}, {"markdown": 3}, Spec(), 3, too_long, Plan(markdown=too_long)):
        with pytest.raises(InputError):
            read_edit(wrong, current)  # type: ignore[arg-type]


# --- in a cell --------------------------------------------------------------------------------------------

HOSTILE = """# <script>alert(1)</script>

<img src=x onerror=alert(1)> 和 `<b>`

[点我](javascript:alert(1)) ![图](https://example.com/a.png)

```html
<b>粗</b>
```

- <iframe src="https://example.com"></iframe>

| a |
|---|
| <i> |
"""


@pytest.mark.parametrize("kind", [Spec, Plan])
def test_html_in_a_cell_is_shown_as_text(kind: Any) -> None:
    shown = kind.from_markdown(HOSTILE)._repr_html_()
    for word in ("<script", "<img", "<iframe", "<b>", "<i>", 'href="javascript'):
        assert word not in shown.lower()
    for word in ("&lt;script&gt;", "&lt;b&gt;粗&lt;/b&gt;", "&lt;i&gt;", "<table>", "<h1>"):
        assert word in shown
    outside, code = kind.from_markdown(HOSTILE)._repr_markdown_().split("```html\n")
    assert "<" not in outside
    assert code.startswith("<b>粗</b>")


def test_the_plain_form_is_short() -> None:
    assert repr(Spec.from_markdown(SPEC)) == (
        "Spec(title='贪吃蛇', project_type='snake_game', summary='用方向键控制一条蛇吃苹果。', "
        "features=['上下左右移动', '吃苹果变长'])"
    )
