"""Archives with notebooks."""

import json
from collections.abc import Callable
from typing import Any

from tests.imports.archives import HELLO, MAIN, Case
from tests.imports.zips import make_zip


def notebook(*cells: tuple[str, str], language: str = "python", **changes: Any) -> bytes:
    made = [
        {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for kind, source in cells
    ]
    kernel = {"name": "x", "display_name": "x", "language": language}
    document = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(document | changes).encode()


def notebooks(*cells: tuple[str, str], **beside: str) -> Callable[[], bytes]:
    return lambda: make_zip({"分析.ipynb": notebook(*cells), **beside})


VERSION_3 = json.dumps({
    "metadata": {}, "nbformat": 3, "nbformat_minor": 0,
    "worksheets": [{"cells": [
        {"cell_type": "code", "collapsed": False, "input": ["print(3)"], "language": "python",
         "metadata": {}, "outputs": []}
    ], "metadata": {}}],
}).encode()  # fmt: skip

NOTEBOOKS = [
    Case(
        "a notebook",
        notebooks(("markdown", "# 标题\n说明"), ("code", "x = 1\nprint(x)")),
        {"main.py": "# %% [markdown]\n# # 标题\n# 说明\n\n# %%\nx = 1\nprint(x)\n"},
        only=True,
        notes=("“分析.ipynb”变成了程序 main.py",),
        main="main.py",
        title="上传",
    ),
    Case(
        "magics and shell commands",
        notebooks(("code", "%matplotlib inline\n!pip install x\nx = !ls\nprint?\nprint(1)")),
        {"main.py": "# %%\n# %matplotlib inline\n# !pip install x\n# x = !ls\n# print?\nprint(1)\n"},
        notes=("4 行魔法命令",),
    ),
    Case(
        "signs of magics inside strings and brackets",
        notebooks(("code", 'text = """\n%d items\n!\n"""\ny = (7\n% 4)\nprint(text, y)')),
        {"main.py": '# %%\ntext = """\n%d items\n!\n"""\ny = (7\n% 4)\nprint(text, y)\n'},
    ),
    Case(
        "a cell of another language, and a timed one",
        notebooks(("code", "%%bash\nls\necho hi"), ("code", "%%time\nprint(2)")),
        {"main.py": "# %%\n# %%bash\n# ls\n# echo hi\n\n# %%\n# %%time\nprint(2)\n"},
    ),
    Case(
        "a magic that is all a block has",
        notebooks(("code", "if True:\n    %pwd\nprint(1)")),
        {"main.py": "# %%\nif True:\n    pass  # %pwd\nprint(1)\n"},
    ),
    Case(
        "beside a main.py it keeps its name",
        notebooks(("code", "print(1)"), **{"main.py": MAIN}),
        {"main.py": MAIN, "分析.py": "# %%\nprint(1)\n"},
        main="main.py",
    ),
    Case(
        "beside a file of its name too",
        notebooks(("code", "print(1)"), **{"main.py": MAIN, "分析.py": HELLO}),
        {"分析.py": HELLO, "分析_notebook.py": "# %%\nprint(1)\n"},
    ),
    Case(
        "version 3 of the format", lambda: make_zip({"a.ipynb": VERSION_3}), {"main.py": "# %%\nprint(3)\n"}
    ),
    Case(
        "a broken notebook and one of another language",
        lambda: make_zip(
            {
                "main.py": MAIN,
                "a.ipynb": b"{",
                "b.ipynb": notebook(("code", "1"), language="R"),
                "c.ipynb": b"[" * 100_000,
                "d.ipynb": notebook(("markdown", "x")),
            }
        ),
        {"main.py": MAIN},
        only=True,
        left_out={
            "a.ipynb": "不是正确的",
            "b.ipynb": "不是 Python",
            "c.ipynb": "不是正确的",
            "d.ipynb": "没有代码",
        },
    ),
    Case(
        "two notebooks keep their names",
        lambda: make_zip(
            {"a.ipynb": notebook(("code", "print(1)")), "b.ipynb": notebook(("code", "print(2)"))}
        ),
        {"a.py": "# %%\nprint(1)\n", "b.py": "# %%\nprint(2)\n"},
        only=True,
    ),
]
