"""Which parts of a program run only on some platform, or only where something can be imported."""

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from aiflow.languages.python.ast_walk import INNER_FIELDS, called_name, walk

_PLATFORM_ATTRIBUTES = {("os", "name"), ("sys", "platform"), ("platform", "system"), ("platform", "platform")}
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
# Made once: `A | B` would be made anew for every node.
_CONDITIONS: Final = (ast.If, ast.IfExp, ast.While)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CALL_ERRORS = {"AttributeError", "Exception", "BaseException", "OSError", "NameError"}


class Guarded(NamedTuple):
    """A node and what stands around it.

    Attributes:
        node: the node.
        platform: it is under a question about the platform.
        caught_import: a failing import is caught around it.
        caught_call: a failing call or a missing attribute is caught around it.
        in_function: it runs only when a function is called.
    """

    node: ast.AST
    platform: bool = False
    caught_import: bool = False
    caught_call: bool = False
    in_function: bool = False


def walk_guarded(tree: ast.Module) -> Iterator[Guarded]:
    """Yield every node with what guards it, in the order of the text."""
    asking = _asking_names(tree)
    stack = [Guarded(tree)]
    while stack:
        here = stack.pop()
        yield here
        children = list(_children(here, asking))
        _ends_after_question(here.node, children, asking)
        stack.extend(reversed(children))


def _children(here: Guarded, asking: set[str]) -> Iterator[Guarded]:
    node = here.node
    platform = here.platform
    if isinstance(node, _CONDITIONS):
        platform = platform or asks_platform(node.test, asking)
    elif isinstance(node, ast.BoolOp):
        platform = platform or any(asks_platform(value, asking) for value in node.values)
    elif isinstance(node, ast.Match):
        platform = platform or asks_platform(node.subject, asking)
    in_function = here.in_function or isinstance(node, _FUNCTIONS)
    for name in INNER_FIELDS[type(node)]:
        value = getattr(node, name, None)
        if not value:
            continue
        if name == "body" and isinstance(node, ast.If) and asks_for_editors(node.test):
            continue  # never runs
        caught_import, caught_call = here.caught_import, here.caught_call
        if isinstance(node, ast.Try) and name == "body":
            caught_import = caught_import or _catches(node, _IMPORT_ERRORS)
            caught_call = caught_call or _catches(node, _CALL_ERRORS)
        elif isinstance(node, ast.Try) and name == "handlers":
            # The handler of a failed import is the other half of it.
            caught_import = caught_import or _catches(node, _IMPORT_ERRORS)
            platform = platform or _catches(node, {"ImportError", "ModuleNotFoundError"})
        elif isinstance(node, ast.With) and name == "body" and _suppresses(node):
            caught_import = caught_call = True
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield Guarded(child, platform, caught_import, caught_call, in_function)


def _ends_after_question(node: ast.AST, children: list[Guarded], asking: set[str]) -> None:
    """Mark the rest of a block after ``if os.name == "nt": …; return``: it is for the other platforms."""
    body = getattr(node, "body", None)
    # A lambda's or a conditional expression's `body` is no list of statements.
    if not isinstance(body, list):
        return
    statements = {id(statement) for statement in body}
    decided = False
    for index, child in enumerate(children):
        inner = child.node
        if id(inner) not in statements:
            continue
        if decided:
            children[index] = child._replace(platform=True)
        if isinstance(inner, ast.If) and asks_platform(inner.test, asking) and _leaves(inner.body):
            decided = True


def _leaves(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return True
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and ast.unparse(last.value.func) in {"sys.exit", "exit", "quit", "os._exit"}
    )


def asks_platform(test: ast.expr, asking: set[str] | None = None) -> bool:
    """Return whether an expression looks at the platform, or at a name that was made from it."""
    for node in walk(test):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in _PLATFORM_ATTRIBUTES:
                return True
            if asking and node.attr in asking:
                return True
        if isinstance(node, ast.Name) and asking and node.id in asking:
            return True
        # `hasattr(os, "fork")` is the usual question for a function of one platform.
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr":
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "which":
            return True  # shutil.which("clear")
    return False


def asks_for_editors(test: ast.expr) -> bool:
    """Return whether ``test`` is ``TYPE_CHECKING``, which is never true when a program runs."""
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def _asking_names(tree: ast.Module) -> set[str]:
    """Return the variables and functions whose value says which platform this is.

    ``IS_WINDOWS = os.name == "nt"``.
    """
    found: set[str] = set()
    for node in walk(tree):
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
            and asks_platform(node.value)
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.add(target.id)
                elif isinstance(target, ast.Attribute):
                    found.add(target.attr)
        elif isinstance(node, ast.FunctionDef) and any(
            isinstance(inner, ast.Return) and inner.value is not None and asks_platform(inner.value)
            for inner in walk(node)
        ):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom) and node.module in {"platform", "sys", "os"}:
            found |= {
                alias.asname or alias.name
                for alias in node.names
                if (node.module, alias.name) in _PLATFORM_ATTRIBUTES
            }
    return found | _import_flags(tree)


def _import_flags(tree: ast.Module) -> set[str]:
    """Return names such as ``HAS_CURSES`` that ``try: import …`` and its handler set."""
    found: set[str] = set()
    for node in walk(tree):
        if not isinstance(node, ast.Try) or not _catches(node, _IMPORT_ERRORS):
            continue
        if not any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in node.body):
            continue
        for handler in node.handlers:
            for statement in handler.body:
                if isinstance(statement, ast.Assign):
                    found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return found


def _catches(node: ast.Try, wanted: set[str]) -> bool:
    for handler in node.handlers:
        if handler.type is None:
            return True
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names = {item.id if isinstance(item, ast.Name) else getattr(item, "attr", "") for item in types}
        if names & wanted:
            return True
    return False


def _suppresses(node: ast.With) -> bool:
    calls = [item.context_expr for item in node.items]
    return any(isinstance(call, ast.Call) and called_name(call) == "suppress" for call in calls)
