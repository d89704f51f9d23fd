"""Imports outside the standard library, the project and the approved list."""

import ast
import sys
from collections.abc import Iterator, Sequence

from aiflow.languages.python.gates.modules import find_module, find_relative, is_folder, top_names
from aiflow.languages.python.gates.windows_names import WINDOWS_ONLY
from aiflow.languages.python.guards import Guarded
from aiflow.languages.python.parsed import nodes_of, python_paths
from aiflow.languages.python.spelling import only_candidate
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, Severity, at

# The imported name and the name of the package, where the two differ.
DISTRIBUTIONS = {
    "bs4": "beautifulsoup4", "cv2": "opencv-python", "PIL": "pillow", "sklearn": "scikit-learn",
    "yaml": "PyYAML", "dotenv": "python-dotenv", "docx": "python-docx", "pptx": "python-pptx",
    "fitz": "PyMuPDF", "serial": "pyserial", "win32api": "pywin32", "win32gui": "pywin32",
    "win32con": "pywin32", "win32com": "pywin32", "OpenGL": "PyOpenGL", "Crypto": "pycryptodome",
    "dateutil": "python-dateutil", "MySQLdb": "mysqlclient", "psycopg2": "psycopg2-binary", "jwt": "PyJWT",
    "pygame": "pygame-ce", "skimage": "scikit-image", "wx": "wxPython", "gi": "PyGObject", "usb": "pyusb",
    "magic": "python-magic", "telegram": "python-telegram-bot", "googleapiclient": "google-api-python-client",
    "zmq": "pyzmq", "speech_recognition": "SpeechRecognition", "flask_sqlalchemy": "Flask-SQLAlchemy",
    "attr": "attrs", "markdown": "Markdown", "pyttsx3": "pyttsx3", "barcode": "python-barcode",
    "slugify": "python-slugify",
}  # fmt: skip

INSTEAD = {
    "numpy": "可以用列表和 math、random、statistics 代替。",
    "pandas": "可以用标准库的 csv 和 statistics 代替。",
    "matplotlib": "可以用 turtle 或 tkinter 的 Canvas 画图。",
    "requests": "可以用标准库的 urllib.request 代替。",
    "httpx": "可以用标准库的 urllib.request 代替。",
    "colorama": "可以直接用 print，不加颜色。",
    "termcolor": "可以直接用 print，不加颜色。",
    "rich": "可以直接用 print 代替。",
    "tabulate": "可以用 f-string 对齐来排表格。",
    "prettytable": "可以用 f-string 对齐来排表格。",
    "flask": "可以用标准库的 http.server 代替。",
    "bs4": "可以用标准库的 html.parser 代替。",
    "yaml": "可以用标准库的 json 代替。",
    "keyboard": "可以用 input() 或 pygame 的键盘事件代替。",
    "pynput": "可以用 input() 或 pygame 的键盘事件代替。",
    "PIL": "可以用 pygame 自己画图代替。",
    "playsound": "可以用 pygame.mixer 代替。",
    "pyfiglet": "可以用多行字符串画标题。",
    "tqdm": "可以用 print 显示进度。",
    "dateutil": "可以用标准库的 datetime 代替。",
    "pytz": "可以用标准库的 zoneinfo 代替。",
    "windows-curses": "可以用 pygame 或普通的 print 代替。",
}
# Gone from the standard library, or Python 2's.
GONE = {
    "Tkinter": "tkinter", "tkMessageBox": "tkinter.messagebox", "ConfigParser": "configparser",
    "Queue": "queue", "urllib2": "urllib.request", "cPickle": "pickle", "StringIO": "io",
    "__builtin__": "builtins", "thread": "_thread 或 threading", "imp": "importlib",
    "distutils": "setuptools", "asyncore": "asyncio",
}  # fmt: skip


def approved_modules(approved: Sequence[str]) -> frozenset[str]:
    """Return the top-level names that the approved packages are imported by."""
    # Teachers write what they type after `pip install`.
    by_distribution = {name.lower(): module for module, name in DISTRIBUTIONS.items()}
    return frozenset(by_distribution.get(name.lower(), name.replace("-", "_")) for name in approved)


class DependenciesGate:
    """Every import of every file, also those inside functions."""

    name = "dependencies"

    def __init__(self, approved: Sequence[str]) -> None:
        """Take the approved top-level names.

        A distribution's name (``pygame-ce``) stands for what it brings.
        """
        self._approved = approved_modules(approved)
        self._shown = "、".join(sorted(self._approved)) or "没有"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Check each module once a file."""
        for path in python_paths(project):
            yield from self._check_file(project, path)

    def _check_file(self, project: Sources, path: str) -> Iterator[Finding]:
        seen: set[str] = set()
        for here in project.file(path).once(read_imports):
            node = here.node
            optional = here.caught_import or here.platform
            # Also inside functions: there it fails in the middle of a game, not at its start.
            for module in _imported(node):
                top = module.partition(".")[0]
                if top not in seen and not self._known(project, path, module):
                    seen.add(top)
                    yield self._finding(project, path, getattr(node, "lineno", 1), module, optional=optional)
                elif module not in seen and not optional and _lacks_submodule(project, path, module):
                    seen.add(module)
                    yield _no_file(path, getattr(node, "lineno", 1), module)
            if isinstance(node, ast.ImportFrom) and node.level and not _type_checking(node):
                yield from _check_relative(project, path, node)

    def _known(self, project: Sources, path: str, module: str) -> bool:
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names or top in WINDOWS_ONLY or top in self._approved:
            return top not in GONE
        return (
            find_module(project, top, path) is not None
            or is_folder(project, top, path)
            # A file that was cut off is reported once, by its own gate.
            or f"{top}.py" in project.incomplete
        )

    def _finding(self, project: Sources, path: str, line: int, module: str, *, optional: bool) -> Finding:
        top = module.partition(".")[0]
        where = at(path, line)
        if optional:
            text = (
                f"{where}导入了第三方库 {top}，它没有随本项目安装；导入失败时程序有自己的办法，所以还能运行。"
                f"如果不需要它，请删掉这个导入。"
            )
            return Finding(path, line, "dependency", text, "warning")
        if top in GONE:
            text = f"{where}模块 {top} 在新的 Python 里已经没有了，运行时会出错。请改用 {GONE[top]}。"
            severity: Severity = "warning" if top in sys.stdlib_module_names else "error"
            return Finding(path, line, "dependency", text, severity)
        planned = {file.path for file in project.plan.files} if project.plan else set()
        if f"{top}.py" in planned:
            text = (
                f"{where}导入了 {top}，可是计划里的 {top}.py 还没有写出来，一运行就会出错。请补上 {top}.py。"
            )
            return Finding(path, line, "missing_module", text)
        close = only_candidate(top, top_names(project) | self._approved | _COMMON_MODULES)
        installed = DISTRIBUTIONS.get(top, top)
        name = top if installed == top else f"{top}（安装时叫 {installed}）"
        if close:
            guess = f"是不是想写 import {close}？"
        elif top in DISTRIBUTIONS or top in INSTEAD:
            guess = INSTEAD.get(top, "请只用标准库来写。")
        else:  # most likely a file of the project that is missing
            guess = (
                f"请删掉这个导入：标准库里有的就用标准库，没有的就把 {top} 里要用的内容直接写在这个文件里。"
            )
        text = (
            f"{where}导入了 {name}，它不在标准库里，项目里没有 {top}.py，"
            f"也不在允许的第三方库中（{self._shown}）。"
            f"没有安装它的电脑上一运行就会出错。{guess}"
        )
        return Finding(path, line, "dependency", text)


_COMMON_MODULES = {
    "random", "math", "time", "json", "datetime", "collections", "itertools", "functools", "tkinter",
    "turtle", "csv", "os", "sys", "re", "string", "statistics", "pathlib", "typing", "dataclasses",
    "threading", "sqlite3",
}  # fmt: skip


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [node.module]
    if isinstance(node, ast.Call) and node.args and _imports_by_call(node.func):
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value[:1] != ".":
            return [first.value]
    return []


def read_imports(file: SourceFile) -> tuple[Guarded, ...]:
    """Return the nodes of a file that import something."""
    asked = nodes_of(file, ast.Import, ast.ImportFrom, ast.Call)
    return tuple(here for here in asked if isinstance(here.node, ast.ImportFrom) or _imported(here.node))


def _imports_by_call(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "import_module" and getattr(called.value, "id", "") == "importlib"
    return isinstance(called, ast.Name) and called.id in {"__import__", "import_module"}


def _lacks_submodule(project: Sources, path: str, dotted: str) -> bool:
    """Return whether ``dotted`` is in a package of the project that has no such module."""
    top = dotted.partition(".")[0]
    if top == dotted or top in sys.stdlib_module_names:
        return False
    if find_module(project, top, path) is None and not is_folder(project, top, path):
        return False
    base = dotted.replace(".", "/")
    return not (
        find_module(project, dotted, path)
        or is_folder(project, dotted, path)
        or any(other.endswith(f"{base}.py") for other in project.incomplete)
    )


def _type_checking(node: ast.ImportFrom) -> bool:
    return node.module is None and any(alias.name == "*" for alias in node.names)


def _check_relative(project: Sources, path: str, node: ast.ImportFrom) -> Iterator[Finding]:
    if node.module and find_relative(project, node.level, node.module, path) is None:
        yield _no_file(path, node.lineno, "." * node.level + node.module)


def _no_file(path: str, line: int, shown: str) -> Finding:
    text = f"{at(path, line)}从 {shown} 导入，可是项目里没有这个文件，一运行就会出错。请补上它，或改正名字。"
    return Finding(path, line, "missing_module", text)
