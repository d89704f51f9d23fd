"""Functions whose body does nothing, without those that are empty on purpose."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aiflow.languages.python.ast_walk import inner_nodes
from aiflow.languages.python.parsed import python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, Severity, at

_ABSTRACT = {
    "abstractmethod", "overload", "abstractproperty", "abstractclassmethod", "abstractstaticmethod",
    "final",
}  # fmt: skip
_INTERFACES = {"Protocol", "ABC", "ABCMeta", "TypedDict", "NamedTuple", "Interface"}
_MEANT = re.compile(
    r"什么也不|什么都不|不做任何|不需要|无需|留空|忽略|不用|子类|由.{0,6}实现|接口|抽象|钩子|可以重写"
    r"|默认|静音|不输出"
    r"|do(?:es)?\ nothing|no[- ]?op|intentional|ignore|override|subclass|abstract|interface|hook"
    r"|silence|suppress|default",
    re.IGNORECASE,
)
_NOTHING_NAMES = re.compile(
    r"^(?:_+|.*(?:nop|no_op|nothing|dummy|null|ignore|skip|pass|silent|stub|callback|hook).*|__\w+__)$",
    re.IGNORECASE,
)
_NOTHING_CLASSES = re.compile(
    r"^_?(?:Null|Dummy|No(?:ne|p)?[A-Z_]|Silent|Fake|Mock|Empty|Base|Abstract|Stub)"
    r"|(?:Base|Interface|Mixin|ABC|Null)$"
)
_QUIET_OVERRIDES = frozenset(
    {"log_message", "log_request", "write", "flush", "close", "emit", "default", "emptyline", "error",
     "setUp", "tearDown", "setUpClass", "tearDownClass", "run", "reset", "report_callback_exception"}
)  # fmt: skip
_QUIET_PREFIXES = ("on_", "handle_", "do_", "visit_", "before_", "after_", "pre_", "post_", "_on_")
_UNFINISHED_TEXT = re.compile(
    r"未实现|待实现|待开发|开发中|敬请期待|还没有?做|尚未|not (?:yet )?implemented|coming soon|TODO",
    re.IGNORECASE,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_EXCUSES = (ast.ExceptHandler, ast.If, ast.Try)  # made once: `A | B` would be made anew for every node


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    node: Function
    owner: ast.ClassDef | None
    excused: bool  # in a handler, a branch or an `else`: the other half of something


class FileBodies:
    """All functions of a file, and what else it says of functions."""

    def __init__(self, file: SourceFile) -> None:
        self.functions: list[_Found] = []
        self.ellipses: list[Finding] = []
        self.used: set[str] = set()
        self.bases: set[str] = set()
        tree = tree_of(file)
        if tree is not None:
            self._read(file.path, tree)

    def _read(self, path: str, tree: ast.Module) -> None:
        stack: list[tuple[ast.AST, ast.ClassDef | None, bool]] = [(tree, None, False)]
        while stack:
            node, owner, excused = stack.pop()
            if isinstance(node, _FUNCTIONS):
                self.functions.append(_Found(path, node, owner, excused))
                self._find_ellipses(path, node.body, alone=False)
                owner, excused = None, False
            elif isinstance(node, ast.ClassDef):
                self.bases |= {_last_name(base) for base in node.bases}
                owner = node
            elif isinstance(node, ast.Module):
                self._find_ellipses(path, node.body, alone=True)
            elif isinstance(node, _EXCUSES):
                excused = True
            elif isinstance(node, ast.Call):
                # Passed as a value (`command=ignore_it`), an empty function may well be meant.
                self.used.add(_last_name(node.func))
            stack.extend([(child, owner, excused) for child in inner_nodes(node)])

    def _find_ellipses(self, path: str, body: list[ast.stmt], *, alone: bool) -> None:
        """Find a bare ``...`` among other statements, or as all that a branch or a loop does."""
        real = [node for node in body if not _is_docstring(node)]
        for node in real:
            if _is_ellipsis(node) and (alone or len(real) > 1):
                text = f"{at(path, node.lineno)}这里只写了“...”，说明有代码被省略了。请把它完整写出来。"
                self.ellipses.append(Finding(path, node.lineno, "placeholder", text))
        for node in real:
            if isinstance(node, ast.For | ast.While | ast.If | ast.With | ast.AsyncFor | ast.AsyncWith):
                if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                    continue
                self._find_ellipses(path, node.body, alone=True)
                self._find_ellipses(path, getattr(node, "orelse", []), alone=True)
            elif isinstance(node, ast.Try):
                self._find_ellipses(path, node.body, alone=True)


class Bodies:
    """All functions of a project, and how the rest of it refers to each."""

    def __init__(self, project: Sources) -> None:
        self._project = project
        files = [project.file(path).once(FileBodies) for path in python_paths(project)]
        self._functions = [found for file in files for found in file.functions]
        self._ellipses = [finding for file in files for finding in file.ellipses]
        self._used = {name for file in files for name in file.used}
        self._bases = {name for file in files for name in file.bases}
        self._real = {found.node.name for found in self._functions if _kind(found.node) is None}
        self._plan = (
            (project.plan.markdown + " ".join(f.purpose for f in project.plan.files)) if project.plan else ""
        )

    def check(self) -> Iterator[Finding]:
        """Yield each body that should do something and does not."""
        yield from self._ellipses
        for found in self._functions:
            kind = _kind(found.node)
            if kind is None or self._is_meant(found, kind):
                continue
            name, line = found.node.name, found.node.lineno
            # A function that is called and does nothing breaks the program; an unused one is only untidy.
            promised = name in self._used or bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._plan))
            severity: Severity = "error" if promised else "warning"
            what = "程序会用到它，但它什么也不做" if promised else "没有写出真正的内容"
            text = f"{at(found.path, line)}函数 {name} 的内容只有 {kind}，{what}。请把这个函数完整写出来。"
            yield Finding(found.path, line, "placeholder", text, severity)

    def _is_meant(self, found: _Found, kind: str) -> bool:
        node, owner = found.node, found.owner
        if (
            found.excused
            or _decorators(node) & _ABSTRACT
            or any(name.endswith(("setter", "deleter")) for name in _decorators(node))
        ):
            return True
        if _NOTHING_NAMES.match(node.name) or (kind != "一句提示" and _MEANT.search(self._words(found))):
            return True
        if owner is None:
            return False
        bases = {_last_name(base) for base in owner.bases} | {
            _last_name(word.value) for word in owner.keywords
        }
        if bases & _INTERFACES or _NOTHING_CLASSES.search(owner.name) or owner.name in self._bases:
            return True
        if any(_decorators(other) & _ABSTRACT for other in owner.body if isinstance(other, Function)):
            return True
        # Overriding `log_message` with `pass` is how one silences http.server, for example.
        if bases - {"object"} and (node.name in _QUIET_OVERRIDES or node.name.startswith(_QUIET_PREFIXES)):
            return True
        # Another class does it for real: this one is the quiet member of the family.
        return node.name in self._real

    def _words(self, found: _Found) -> str:
        lines = (self._project.text(found.path) or "").splitlines()
        shown = lines[found.node.lineno - 1 : found.node.end_lineno]
        comments = " ".join(line.partition("#")[2] for line in shown)
        before = lines[found.node.lineno - 2] if found.node.lineno > 1 else ""
        above = before.partition("#")[2] if before.lstrip().startswith("#") else ""
        return f"{ast.get_docstring(found.node) or ''} {comments} {above}"


def _kind(node: Function) -> str | None:
    """Return how a body does nothing, or None where it does something."""
    real = [statement for statement in node.body if not _is_docstring(statement)]
    if not real:
        return "一段说明"
    if all(isinstance(statement, ast.Pass) for statement in real):
        return "pass"
    if all(_is_ellipsis(statement) for statement in real):
        return "..."
    only = real[0] if len(real) == 1 else None
    if isinstance(only, ast.Raise) and only.exc is not None:
        raised = only.exc.func if isinstance(only.exc, ast.Call) else only.exc
        return "raise NotImplementedError" if _last_name(raised) == "NotImplementedError" else None
    if (
        isinstance(only, ast.Expr)
        and isinstance(only.value, ast.Call)
        and _last_name(only.value.func) == "print"
    ):
        printed = [
            arg.value
            for arg in only.value.args
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        return "一句提示" if any(_UNFINISHED_TEXT.search(text) for text in printed) else None
    return None


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_ellipsis(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis
    )


def _decorators(node: Function) -> set[str]:
    return {_last_name(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return node.id if isinstance(node, ast.Name) else ""
