"""Names that are used and nowhere defined or imported, found with pyflakes.

Pyflakes knows the scopes of the language; what is added here: which of its findings cannot happen at run time
(annotations that nothing evaluates), star imports resolved against the project and the standard library,
programs that make names as they run (``exec``, ``globals()[…] =``), and what to do about each.
"""

import ast
import builtins
import re
from collections.abc import Container, Iterator, Sequence

from pyflakes import messages
from pyflakes.checker import Checker

from aiflow.languages.python.gates.exports import star_exports
from aiflow.languages.python.gates.import_lines import Use, import_lines, uses_of
from aiflow.languages.python.gates.modules import find_module, find_relative, imports_back
from aiflow.languages.python.gates.scopes import (
    defined_names,
    deleted_names,
    editor_only_uses,
    evaluated_names,
    global_names,
    hidden_in_class,
    made_in_loop,
    makes_names,
)
from aiflow.languages.python.parsed import python_paths, tree_of
from aiflow.languages.python.spelling import only_builtin, only_candidate
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, Severity, at

# A notebook's kernel adds names to the builtins that a program started by itself does not have.
_KERNEL_NAMES = {"__IPYTHON__", "display", "get_ipython", "_"}
BUILTINS = frozenset(dir(builtins)) - _KERNEL_NAMES | {
    "__file__", "__builtins__", "__annotations__", "__path__", "__module__", "__qualname__", "__debug__",
    "exit", "quit", "copyright", "credits", "license", "help",
}  # fmt: skip

MAX_FINDINGS = 40

PYGAME_NAME = re.compile(
    r"^(?:K_\w+|KMOD_\w+|QUIT|KEY(?:DOWN|UP)|MOUSE\w+|USEREVENT|FULLSCREEN|RESIZABLE|SRCALPHA|Rect|Surface)$"
)

_EDITOR_ONLY = (
    "{name} 只在 if TYPE_CHECKING: 里导入，那里的代码运行时不执行，用到它就会出错。请把它的导入移到 if 外面。"
)
_IN_CLASS = "推导式看不到类里定义的 {name}，运行到这里就会出错。请把 {name} 定义在类的外面，或改用 for 循环。"


class NamesGate:
    """Each Python file by itself, star imports looked up."""

    name = "names"

    def __init__(self, approved: Sequence[str]) -> None:
        """Take the modules that a program may import besides the standard library."""
        self._approved = approved

    def check(self, project: Sources) -> Iterator[Finding]:
        """Check every file that parses."""
        for path in python_paths(project):
            tree = tree_of(project.file(path))
            if tree is not None:
                yield from _check_file(project, path, tree, self._approved)


def pyflakes_messages(file: SourceFile) -> list[messages.Message] | None:
    """Return the messages of pyflakes in the order of the lines; None if it cannot read the file."""
    tree = tree_of(file)
    if tree is None:
        return None
    try:
        checker = Checker(tree, filename=file.path, builtins=BUILTINS, withDoctest=False)
    except RecursionError:  # though Python takes it; nothing is known about its names
        return None
    return sorted(checker.messages, key=lambda found: (found.lineno, found.col))


def _check_file(project: Sources, path: str, tree: ast.Module, approved: Sequence[str]) -> Iterator[Finding]:
    found = project.file(path).once(pyflakes_messages)
    if found is None:
        return
    scene = _Scene(project, path, tree, approved)
    seen: set[tuple[str, str]] = set()
    for message in found:
        finding = scene.judge(message)
        # One line about a name is enough: a missing import is used in twenty places.
        if finding is not None and (key := (finding.rule, str(message.message_args[0]))) not in seen:
            seen.add(key)
            yield finding
            if len(seen) == MAX_FINDINGS:
                return  # a file with so many is no program; the rest says nothing new
    yield from scene.unseen()


class _Facts:
    """The names of a file that parses, without the rest of the project."""

    def __init__(self, file: SourceFile) -> None:
        tree = tree_of(file) or ast.Module([], [])
        self.evaluated = evaluated_names(tree)
        self.makes_names = makes_names(tree)
        self.defined = defined_names(tree)
        self.top = defined_names(tree, top_only=True)
        self.globals = global_names(tree)
        self.deleted = deleted_names(tree)
        self.unseen = [
            *((name, line, _EDITOR_ONLY) for name, line in editor_only_uses(tree, self.evaluated)),
            *((name, line, _IN_CLASS) for name, line in dict(reversed(hidden_in_class(tree))).items()),
        ]


class _Scene:
    """One file while the messages about it are checked."""

    def __init__(self, project: Sources, path: str, tree: ast.Module, approved: Sequence[str]) -> None:
        self.project = project
        self.path = path
        self.approved = approved
        self.facts = project.file(path).once(_Facts)
        self.stars = star_exports(project, path, tree)
        self.tree = tree

    def unseen(self) -> Iterator[Finding]:
        """Yield the names that pyflakes takes for defined, and that are undefined when the program runs."""
        for name, line, words in self.facts.unseen:
            yield Finding(self.path, line, "undefined_name", at(self.path, line) + words.format(name=name))

    def judge(self, message: messages.Message) -> Finding | None:
        if isinstance(message, messages.UndefinedName | messages.ImportStarUsage):
            return self._undefined(message)
        if isinstance(message, messages.UndefinedLocal):
            return self._unbound(message)
        if isinstance(message, messages.UndefinedExport):
            return self._export(message)
        return None

    def _undefined(self, message: messages.Message) -> Finding | None:
        name, line = str(message.message_args[0]), message.lineno
        if isinstance(message, messages.ImportStarUsage) and self.stars.may_define(name):
            return None
        if self.path.endswith("__init__.py") and find_relative(self.project, 1, name, self.path):
            return None  # importing a submodule binds its name in the package
        # pyflakes reads functions after the end of the module, where the name is gone.
        if line < self.facts.deleted.get(name, 0):
            return None  # deleted at the end, after its use
        if name in self.facts.globals or made_in_loop(self.tree, name, line):
            return None
        if (line, message.col, name) not in self.facts.evaluated:
            advice = (
                f"类型注解里写了 {name}，但没有定义或导入它。程序能运行，编辑器会提示。"
                f"{self._what_to_do(name)}"
            )
            return Finding(self.path, line, "undefined_name", at(self.path, line) + advice, "info")
        found = self._import_for(name)
        if found:
            what, todo = f"用到了 {name}，但没有导入", self._import_advice(found)
        elif name in self.facts.top:
            what, todo = (
                f"用到 {name} 的时候它还没有定义（定义写在后面）",
                f"请把 {name} 的定义移到这一行之前。",
            )
        elif name in self.facts.defined:
            what = f"用到了 {name}，但它只在别的函数或类里面定义过，这里看不到"
            todo = f"请把 {name} 作为参数传进来，用 return 交出来，或写成 self.{name}。"
        else:
            what, todo = f"用到了 {name}，但哪里都没有定义它", self._what_to_do(name)
        text = f"{at(self.path, line)}{what}。程序运行到这里就会出错。{todo}"
        return Finding(
            self.path, line, "undefined_name", text, "warning" if self.facts.makes_names else "error"
        )

    def _unbound(self, message: messages.Message) -> Finding:
        name, line = str(message.message_args[0]), message.lineno
        severity: Severity = "warning" if made_in_loop(self.tree, name, line) else "error"
        text = (
            f"{at(self.path, line)}这个函数给 {name} 赋了值，所以 {name} 是函数自己的变量，"
            f"这里用到它时它还没有值，会出错。"
            f"如果要用函数外面的 {name}，在函数第一行加上 global {name}。"
        )
        return Finding(self.path, line, "undefined_local", text, severity)

    def _export(self, message: messages.Message) -> Finding | None:
        name, line = str(message.message_args[0]), message.lineno
        if self.facts.makes_names or self.stars.may_define(name):
            return None
        text = (
            f"{at(self.path, line)}__all__ 里写了 {name}，但这个文件没有定义它，别的文件用 import * "
            f"时会出错。"
            f"请定义 {name}，或从 __all__ 里去掉它。"
        )
        return Finding(self.path, line, "undefined_export", text, "warning")

    def _import_for(self, name: str) -> str | None:
        found = import_lines(self.project, self.path, name, self.approved)
        return found[0] if len(found) == 1 else None

    def _import_advice(self, line: str) -> str:
        target = find_module(self.project, line.split()[1], self.path)
        if target is not None and imports_back(self.project, target, self.path):
            return (
                f"{target} 也要导入 {self.path}，两个文件互相导入会出错：请在用到它的函数里面写 {line}，"
                "或把两个文件都要用的内容放进第三个文件。"
            )
        return f"在文件开头加一行 {line}。"

    def _what_to_do(self, name: str) -> str:
        if "pygame" in self.facts.defined and PYGAME_NAME.match(name):
            return f"请写成 pygame.{name}。"
        found = self._import_for(name)
        if found:
            return self._import_advice(found)
        several = import_lines(self.project, self.path, name, self.approved)
        if several:
            return f"有几处都有 {name}，请导入要用的那一个：{'，或者 '.join(several)}。"
        use = uses_of(self.project.file(self.path)).get(name, Use())
        close = only_candidate(name, self.facts.defined)
        close = close or only_builtin(name, BUILTINS, is_called=use.is_called)
        if close:
            return f"是不是想写 {close}？"
        return f"请在使用之前定义 {name}，或检查名字有没有写错。"


def undefined_names(file: SourceFile, lines: Container[int | None]) -> set[str]:
    """Return the names that pyflakes finds undefined on some lines of a file."""
    kinds = messages.UndefinedName | messages.ImportStarUsage
    return {
        str(found.message_args[0])
        for found in file.once(pyflakes_messages) or ()
        if isinstance(found, kinds) and found.lineno in lines
    }
