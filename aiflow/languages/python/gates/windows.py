"""Modules, calls, commands, paths and text encodings of a program that Windows does not have."""

import ast
import re
from collections.abc import Iterator

from aiflow.exceptions import UnsafePathError
from aiflow.languages.python.gates.modules import find_module
from aiflow.languages.python.gates.windows_names import COMMANDS, INSTEAD, MEMBERS, MODULES, WINDOWS_ONLY
from aiflow.languages.python.guards import Guarded
from aiflow.languages.python.parsed import nodes_of, python_paths
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, Severity, at
from aiflow.model.paths import SafePath

_UNIX_PATH = re.compile(
    r"^/(?:tmp|home|usr|etc|var|dev|proc|bin|sbin|opt|root|mnt|media|srv|run"
    r"|Users|Library|System|Applications)(?:/|$)"
)
_UNIX_FORMAT = re.compile(r"%-[A-Za-z]")
_PATH_CALLS = frozenset(
    {"open", "Path", "PurePath", "connect", "load", "Font", "Sound", "makedirs", "mkdir", "listdir", "chdir",
     "remove", "rename", "unlink", "copy", "copyfile", "move", "rmtree", "PhotoImage", "join", "walk", "glob",
     "scandir", "FileHandler", "ZipFile", "write_text", "stat", "getsize", "save", "mkdtemp", "truetype",
     "system_font"}
)  # fmt: skip
_SHELL_CALLS = frozenset({("os", "system"), ("os", "popen"), ("subprocess", "getoutput")})
_PROCESS_CALLS = frozenset({"run", "call", "check_call", "check_output", "Popen"})


# Made once: `A | B` would be made anew for every node.
_JUDGED = (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call, ast.FormattedValue)


class WindowsGate:
    """Checks each Python file, without the parts that run only after a test of the platform."""

    name = "windows"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Yield each finding once a file."""
        for path in python_paths(project):
            yield from _File(project, path).check()


def calls_without_encoding(project: Sources, path: str) -> list[ast.Call]:
    """Return the calls of a file that read or write text without its encoding."""
    file = _File(project, path)
    return [
        here.node
        for here in nodes_of(file.file, ast.Call)
        if isinstance(here.node, ast.Call) and not file.is_guarded(here)
        if any(file.judge_encoding(here.node))
    ]


class _File:
    def __init__(self, project: Sources, path: str) -> None:
        self.project = project
        self.path = path
        self.file = project.file(path)
        self.modules, self.members = self.file.once(_imported_names)
        self.guarded_lines = self.file.once(_guarded_definitions)
        self.constants = self.file.once(_constants)
        # A program's own `open` is not the one that needs an encoding.
        self.own_open = any(
            isinstance(here.node, ast.FunctionDef) and here.node.name == "open"
            for here in nodes_of(self.file, ast.FunctionDef)
        )
        self.seen: set[str] = set()

    def check(self) -> Iterator[Finding]:
        for here in nodes_of(self.file, *_JUDGED):
            if self.is_guarded(here):
                continue
            # Once a name, not once a use: a student changes them all together.
            for key, line, text, severity in self._judge(here):
                if key not in self.seen:
                    self.seen.add(key)
                    yield Finding(self.path, line, "windows", at(self.path, line) + text, severity)

    def is_guarded(self, here: Guarded) -> bool:
        line = getattr(here.node, "lineno", 0)
        return here.platform or any(first <= line <= last for first, last in self.guarded_lines)

    def _judge(self, here: Guarded) -> Iterator[tuple[str, int, str, Severity]]:
        node = here.node
        if isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load) and not here.caught_call:
                yield from self._judge_member(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            if not here.caught_import:
                yield from self._judge_import(node)
        elif isinstance(node, ast.Call):
            yield from self._judge_call(node, here)
        elif isinstance(node, ast.FormattedValue) and _has_unix_format(node):
            yield _unix_format(node.lineno)

    def _judge_import(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, int, str, Severity]]:
        if isinstance(node, ast.ImportFrom) and node.level:
            return
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for dotted in names:
            top = dotted.split(".")[0]
            if find_module(self.project, top, self.path):
                continue
            if top in MODULES:
                text = f"Windows 上没有模块 {top}，在 Windows 上一运行就会出错。{INSTEAD.get(top, _GUARD)}"
                yield top, node.lineno, text, "error"
            elif top in WINDOWS_ONLY:
                text = (
                    f"模块 {top} 只有 Windows 才有，在 macOS 和 Linux 上会出错。可以放进 try/except "
                    f"ImportError 里。"
                )
                yield top, node.lineno, text, "info"
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in MEMBERS.get(node.module or "", ()):
                    yield _no_member(f"{node.module}.{alias.name}", node.lineno)

    def _judge_member(self, node: ast.Attribute) -> Iterator[tuple[str, int, str, Severity]]:
        if isinstance(node.value, ast.Name):
            module = self.modules.get(node.value.id)
            if module and node.attr in MEMBERS.get(module, ()):
                yield _no_member(f"{module}.{node.attr}", node.lineno)

    def _called(self, node: ast.Call) -> tuple[str, str]:
        """Return the module and the name of what is called, as far as the text says."""
        if isinstance(node.func, ast.Attribute):
            value = node.func.value
            return (self.modules.get(value.id, "?") if isinstance(value, ast.Name) else "?", node.func.attr)
        if isinstance(node.func, ast.Name):
            return self.members.get(node.func.id, ("", node.func.id))
        return ("?", "")

    def _judge_call(self, node: ast.Call, here: Guarded) -> Iterator[tuple[str, int, str, Severity]]:
        module, name = self._called(node)
        first = self._text(node.args[0]) if node.args else None
        if (module, name) in _SHELL_CALLS and first is not None:
            yield from _judge_command(node.lineno, first, "warning")
        elif module == "subprocess" and name in _PROCESS_CALLS and node.args and not here.caught_call:
            words = node.args[0]
            if isinstance(words, ast.List | ast.Tuple) and words.elts:
                first = self._text(words.elts[0])
            if first is not None:
                yield from _judge_command(node.lineno, first, "error")
        if any(keyword.arg == "preexec_fn" for keyword in node.keywords):
            yield "preexec_fn", node.lineno, f"preexec_fn 在 Windows 上不能用。{_GUARD}", "error"
        if module == "select" and name == "select" and "stdin" in ast.unparse(node):
            text = (
                "select 在 Windows 上不能等待键盘输入（sys.stdin），会出错。请改用 input()，"
                "或在线程里读输入。"
            )
            yield "select", node.lineno, text, "error"
        # asyncio raises NotImplementedError there, on both of its event loops.
        if name == "add_signal_handler" and not here.caught_call:
            text = f"add_signal_handler 在 Windows 上没有实现，会出错。{_GUARD}"
            yield name, node.lineno, text, "error"
        if name in {"set_start_method", "get_context"} and first in {"fork", "forkserver"}:
            yield (
                name,
                node.lineno,
                f"Windows 没有“{first}”这种启动进程的方式，请去掉这个参数或改用 spawn。",
                "error",
            )
        if name in {"strftime"} and any(_UNIX_FORMAT.search(self._text(arg) or "") for arg in node.args):
            yield _unix_format(node.lineno)
        if name in _PATH_CALLS and not here.caught_call:
            yield from self._judge_paths(node, name)
        yield from self.judge_encoding(node)

    def _judge_paths(self, node: ast.Call, name: str) -> Iterator[tuple[str, int, str, Severity]]:
        arguments = [
            *node.args[:2],
            *(keyword.value for keyword in node.keywords if keyword.arg in {"file", "path"}),
        ]
        for argument in arguments:
            text = self._text(argument)
            if text is None:
                continue
            if _UNIX_PATH.match(text):
                shown = text[:60]
                message = (
                    f"路径“{shown}”在 Windows 上不存在，运行到这里会出错。"
                    "请用相对路径（放在程序旁边），临时文件请用 tempfile 模块。"
                )
                yield text, node.lineno, message, "error"
            elif name == "open" and argument is node.args[0] and isinstance(argument, ast.Constant):
                yield from _judge_file_name(text, node.lineno)

    def judge_encoding(self, node: ast.Call) -> Iterator[tuple[str, int, str, Severity]]:
        module, name = self._called(node)
        given = {keyword.arg for keyword in node.keywords}
        # `open(*args, **options)` may pass an encoding that the text does not show.
        if "encoding" in given or None in given or any(isinstance(arg, ast.Starred) for arg in node.args):
            return
        if name == "open" and module in {"", "io"} and not self.own_open and len(node.args) < 4 and node.args:
            mode = node.args[1] if len(node.args) > 1 else None
            mode = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), mode)
            if mode is not None and not (isinstance(mode, ast.Constant) and "b" not in str(mode.value)):
                return
        elif name in {"read_text", "write_text"} and isinstance(node.func, ast.Attribute):
            if len(node.args) > (name == "write_text"):
                return
        else:
            return
        text = (
            f"{name}() 没有写 encoding。中文 Windows 默认不是 UTF-8，读写中文时会乱码或出错。"
            '请加上 encoding="utf-8"。'
        )
        yield f"encoding:{node.lineno}", node.lineno, text, "warning"

    def _text(self, node: ast.expr) -> str | None:
        """Return the text of a literal, of an f-string's beginning, or of a name that is always one."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.JoinedStr) and node.values:
            return self._text(node.values[0])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
            return self._text(node.left)
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        return None


_GUARD = '如果要用，请放在 if os.name != "nt": 里面，并给 Windows 写另一种做法。'


def _no_member(name: str, line: int) -> tuple[str, int, str, Severity]:
    return (
        name,
        line,
        f"Windows 上没有 {name}，在 Windows 上运行到这里会出错。{INSTEAD.get(name, _GUARD)}",
        "error",
    )


def _unix_format(line: int) -> tuple[str, int, str, Severity]:
    text = (
        "时间格式里的“%-”在 Windows 上不能用，会出错。请用 %d、%m 这样的写法，再用 lstrip('0') 去掉前面的 0。"
    )
    return "%-", line, text, "error"


def _has_unix_format(node: ast.FormattedValue) -> bool:
    return isinstance(node.format_spec, ast.JoinedStr) and any(
        isinstance(part, ast.Constant) and _UNIX_FORMAT.search(str(part.value))
        for part in node.format_spec.values
    )


def _judge_command(line: int, command: str, severity: Severity) -> Iterator[tuple[str, int, str, Severity]]:
    words = command.strip().split()
    # `cls || clear` works on both.
    if not words or "cls" in re.split(r"\W+", command):
        return
    word = words[0].rsplit("/", 1)[-1]
    if word in COMMANDS or words[0].startswith(("/bin/", "/usr/")):
        text = f"Windows 上没有命令 {word}，这一句在 Windows 上不起作用。{INSTEAD.get('$' + word, _GUARD)}"
        yield f"${word}", line, text, severity


def _judge_file_name(text: str, line: int) -> Iterator[tuple[str, int, str, Severity]]:
    name = text.replace("\\", "/").rsplit("/", 1)[-1]
    if not name or re.match(r"^[A-Za-z]:", text):
        return
    try:
        SafePath(name)
    except UnsafePathError as error:
        if name not in {".", ".."}:
            yield (
                text,
                line,
                f"文件名“{name[:60]}”在 Windows 上不能用：{error.message}请换一个名字。",
                "error",
            )


def _imported_names(file: SourceFile) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return the names that stand for modules, and those that stand for a module's member."""
    modules: dict[str, str] = {}
    members: dict[str, tuple[str, str]] = {}
    for here in nodes_of(file, ast.Import, ast.ImportFrom):
        node = here.node
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            for alias in node.names:
                members[alias.asname or alias.name] = (node.module, alias.name)
    return modules, members


def _constants(file: SourceFile) -> dict[str, str]:
    """Return the names that are given a text once and nothing else ever."""
    found: dict[str, str] = {}
    others: set[str] = set()
    for here in nodes_of(file, ast.Assign, ast.arg):
        node = here.node
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value, name = node.value, node.targets[0].id
            if name not in found and isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[name] = value.value
            else:
                others.add(name)
        elif isinstance(node, ast.arg):
            others.add(node.arg)
    return {name: text for name, text in found.items() if name not in others}


def _guarded_definitions(file: SourceFile) -> list[tuple[int, int]]:
    """Return the lines of functions and classes that are only used under a check of the platform."""
    definitions = {
        here.node.name: here.node
        for here in nodes_of(file, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        if isinstance(
            here.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        )  # for the type checker
    }
    if not definitions:
        return []
    uses_of_names = nodes_of(file, ast.Name, ast.Attribute)
    spans: list[tuple[int, int]] = []
    for _ in range(3):  # a guarded function may call another one
        uses: dict[str, list[bool]] = {}
        for here in uses_of_names:
            node = here.node
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            if name in definitions:
                line = getattr(node, "lineno", 0)
                inside = any(first <= line <= last for first, last in spans)
                uses.setdefault(name, []).append(here.platform or here.caught_import or inside)
        spans = [
            (definitions[name].lineno, definitions[name].end_lineno or definitions[name].lineno)
            for name, guarded in uses.items()
            if all(guarded)
        ]
    return spans
