"""Packages besides the standard library: which a request names, a model may use, and are installed."""

import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from aiflow.languages.python.gates.dependencies import DISTRIBUTIONS, INSTEAD, approved_modules

# For a model: what each is good for.
_USES: Final = {
    "numpy": "数组和计算",
    "matplotlib": "图表，最后写 plt.show()",
    "pandas": "表格数据",
    "PIL": "图片",
    "scipy": "科学计算",
    "sympy": "公式",
}
_OTHERS: Final = {
    "可以用列表和 math 自己写简单的算法。": (
        "tensorflow", "torch", "keras", "sklearn", "scipy", "sympy", "networkx", "transformers",
    ),
    "可以用 turtle 或 tkinter 的 Canvas 画图。": ("seaborn", "plotly", "pyecharts", "wordcloud"),
    "可以用 tkinter 代替。": ("pyqt5", "pyqt6", "pyside6", "kivy", "wx"),
    "可以用标准库的 http.server 代替。": ("django", "fastapi", "streamlit", "gradio"),
    "可以用标准库的 urllib.request 和 html.parser 代替。": ("scrapy", "selenium"),
    "可以用 pygame 自己画图代替。": ("cv2", "pyglet", "ursina", "panda3d"),
    "可以用标准库的 sqlite3 代替。": ("sqlalchemy", "pymysql"),
    "可以用标准库的 csv 代替。": ("openpyxl",),
    "这次只用标准库来写。": ("jieba", "pyautogui", "pyttsx3"),
}  # fmt: skip
_ALIASES: Final = {"pytorch": "torch", "opencv": "cv2", "beautifulsoup": "bs4"}
# Also words of everyday English: they name no package by themselves.
_WORDS: Final = frozenset({"rich", "keyboard", "tabulate"})
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def _known() -> dict[str, tuple[str, str]]:
    """Return the module and the advice for each name of a package, in small letters."""
    advice = {module: text for module, text in INSTEAD.items() if module not in _WORDS}
    advice |= {module: text for text, modules in _OTHERS.items() for module in modules}
    names = {module.lower(): module for module in advice} | _ALIASES
    names |= {name.lower(): module for module, name in DISTRIBUTIONS.items() if module in advice}
    return {name: (module, advice[module]) for name, module in names.items()}


_KNOWN: Final = _known()


def unapproved_in(request: str, approved: Sequence[str]) -> list[str]:
    """Return an agreement for each package that a request names and that is not approved.

    Args:
        request: a person's sentence.
        approved: the names of the approved packages.
    """
    allowed = approved_modules(approved)
    found: dict[str, str] = {}
    for name in _NAME.findall(request):
        module, advice = _KNOWN.get(name.lower(), ("", ""))
        if module and module not in allowed:
            found.setdefault(module, f"第三方库 {name}：这里没有批准，不能用；{advice.rstrip('。')}")
    return list(found.values())


def package_rules(approved: Sequence[str]) -> tuple[str, str]:
    """Return the sentences about packages for a specification and for a plan.

    Args:
        approved: the names of the approved packages.
    """
    modules = approved_modules(approved)
    more = sorted(modules - {"pygame"})
    uses = "、".join(f"{name}（{_USES[name]}）" if name in _USES else name for name in more)
    program = "程序用 Python 写，只用标准库" + (f"，还可以用 {uses}" if uses else "")
    plan = f"用到 {'、'.join(more)} 时，也写在依赖里。" if more else ""
    if "pygame" not in modules:
        return f"{program}。", plan
    return f"{program}；需要画面的游戏用 pygame。", f"需要画面的游戏，依赖写 pygame。{plan}"


def missing_packages(names: Iterable[str]) -> list[str]:
    """Return those of the packages that are not installed where programs run: in this interpreter.

    Args:
        names: approved packages, as a teacher or a plan names them.
    """
    return [module for module in sorted(approved_modules(list(names))) if not _is_installed(module)]


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # no name of a module, or one that is half installed
        return False


def install_command(modules: Iterable[str]) -> str:
    """Return the command that installs packages; without a path of this machine in it.

    Args:
        modules: by which they are imported.
    """
    names = " ".join(DISTRIBUTIONS.get(module, module) for module in modules)
    executable, here = Path(sys.executable), Path.cwd()
    # In the folder of a fresh copy the environment lies beside the course.
    near = executable.is_relative_to(here)
    shown = os.path.relpath(executable, here) if near else "python"
    return f"{shown} -m pip install {names}"
