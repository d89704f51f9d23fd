"""Where a file defines its names, and where it really looks them up."""

import ast
import builtins
from collections.abc import Container

from aiflow.languages.python.ast_walk import INNER_FIELDS, walk
from aiflow.languages.python.guards import asks_for_editors

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Made once: `A | B` would be made anew for every node.
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def defined_names(tree: ast.Module, *, top_only: bool = False, without: Container[int] = ()) -> set[str]:
    """Return the names that a file binds, or those that are bound at its top level.

    Args:
        tree: of the file.
        top_only: only those at the top.
        without: ``id`` of nodes that do not count.
    """
    nodes = tree.body if top_only else walk(tree)
    found: set[str] = set()
    for node in nodes:
        if id(node) in without:
            continue
        if isinstance(node, _DEFINITIONS):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and top_only:
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias) and not top_only and node.name != "*":
            found.add((node.asname or node.name).split(".")[0])
    return found


def evaluated_names(tree: ast.Module) -> set[tuple[int, int, str]]:
    """Return where names are really looked up at run time.

    Everywhere but in annotations that nothing evaluates.
    """
    postponed = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
    found: set[tuple[int, int, str]] = set()
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, in_function = stack.pop()
        if isinstance(node, ast.Name):
            found.add((node.lineno, node.col_offset, node.id))
            continue
        inside = in_function or isinstance(node, _SCOPES)
        inside = inside and not isinstance(node, ast.ClassDef)
        for name in INNER_FIELDS[type(node)]:
            value = getattr(node, name, None)
            if not value:
                continue
            # Annotations of local variables are never evaluated (PEP 526), all others unless PEP 563 is on.
            if name in {"annotation", "returns"} and (
                postponed or (isinstance(node, ast.AnnAssign) and in_function)
            ):
                continue
            children = value if isinstance(value, list) else [value]
            stack.extend((child, inside) for child in children if isinstance(child, ast.AST))
    return found


def makes_names(tree: ast.Module) -> bool:
    """Return whether the file makes names in ways that its text does not show."""
    for node in walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "exec":
            return True
        if isinstance(node, ast.Assign) and _is_namespace(node.value):
            return True  # `names = globals()`: later uses cannot be followed
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_namespace(node.value):
            return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"update", "setdefault"}
            and _is_namespace(node.func.value)
        ):
            return True
    return False


def _is_namespace(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"globals", "vars", "locals"}
    )


def editor_only_uses(tree: ast.Module, evaluated: set[tuple[int, int, str]]) -> list[tuple[str, int]]:
    """Return names that are only imported for editors (``if TYPE_CHECKING:``) and used as the program runs.

    Args:
        tree: of the file.
        evaluated: what `evaluated_names` returned for it.

    Returns:
        Each name with the first line that needs it.
    """
    blocks = [node for node in tree.body if isinstance(node, ast.If) and asks_for_editors(node.test)]
    if not blocks:
        return []
    inside = {id(inner) for block in blocks for statement in block.body for inner in walk(statement)}
    names = {
        (alias.asname or alias.name).split(".")[0]
        for node in walk(tree)
        if id(node) in inside and isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    spans = [(block.body[0].lineno, block.body[-1].end_lineno or block.body[-1].lineno) for block in blocks]
    names -= defined_names(tree, without=inside)
    first: dict[str, int] = {}
    for line, _, name in evaluated:
        if name in names and not any(begin <= line <= end for begin, end in spans):
            first[name] = min(line, first.get(name, line))
    return sorted(first.items(), key=lambda found: found[1])


def hidden_in_class(tree: ast.Module) -> list[tuple[str, int]]:
    """Return names of a class body that a comprehension in it uses: it does not see them.

    Python, section 4.2.2.
    """
    top = defined_names(tree, top_only=True) | set(dir(builtins))
    found: list[tuple[str, int]] = []
    for owner in walk(tree):
        if not isinstance(owner, ast.ClassDef):
            continue
        own = {
            target.id
            for node in owner.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in owner.body:
            for inner in walk(node) if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) else ():
                if isinstance(inner, _COMPREHENSIONS):
                    found += [(name, line) for name, line in _free_names(inner) if name in own - top]
    return found


def _free_names(node: ast.AST) -> list[tuple[str, int]]:
    """Return the names that a comprehension looks up in its own scope and does not bind."""
    # The first iterable is evaluated outside the comprehension, in the class body, where the names are
    # visible.
    skipped = (
        {id(inner) for inner in walk(node.generators[0].iter)} if isinstance(node, _COMPREHENSIONS) else set()
    )
    names = [inner for inner in walk(node) if isinstance(inner, ast.Name) and id(inner) not in skipped]
    bound = {inner.id for inner in names if isinstance(inner.ctx, ast.Store)}
    bound |= {inner.arg for inner in walk(node) if isinstance(inner, ast.arg)}
    return [(inner.id, inner.lineno) for inner in names if inner.id not in bound]


def deleted_names(tree: ast.Module) -> dict[str, int]:
    """Return what the top level deletes, each with its line: before that it was there."""
    return {
        target.id: node.lineno
        for node in tree.body
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def global_names(tree: ast.Module) -> set[str]:
    """Return what functions declare as ``global``: their assignments make the module's names."""
    return {name for node in walk(tree) if isinstance(node, ast.Global) for name in node.names}


def made_in_loop(tree: ast.Module, name: str, line: int) -> bool:
    """Return whether ``name`` is used at ``line`` in a loop that assigns it further down."""
    for loop in walk(tree):
        if not isinstance(loop, ast.For | ast.While | ast.AsyncFor):
            continue
        if not loop.lineno <= line <= (loop.end_lineno or loop.lineno):
            continue
        # `total += x` reads the name first, so it does not make it.
        grown = {node.target for node in walk(loop) if isinstance(node, ast.AugAssign)}
        for node in walk(loop):
            is_store = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
            if is_store and node not in grown and getattr(node, "lineno", 0) > line:
                return True
    return False
