"""Where a file defines its names, and where it really looks them up."""

import ast

from aiflow.gates.walking import walk

_NODES = (ast.AST, list)  # made once: `A | B` would be made anew for every field of every node


def defined_names(tree: ast.Module, *, top_only: bool = False) -> set[str]:
    """Return the names that a file binds, or those that its functions, classes and assignments bind at the top."""
    nodes = tree.body if top_only else walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
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
    """Return where names are really looked up at run time: everywhere but in annotations that nothing evaluates."""
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
        inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        inside = inside and not isinstance(node, ast.ClassDef)
        for name in node._fields:
            value = getattr(node, name, None)
            if not isinstance(value, _NODES):
                continue
            if name in {"annotation", "returns"} and (
                postponed or (isinstance(node, ast.AnnAssign) and in_function)
            ):
                continue
            children = value if isinstance(value, list) else [value]
            stack.extend((child, inside) for child in children if isinstance(child, ast.AST))
    return found


def makes_names(tree: ast.Module) -> bool:
    """Whether the file makes names in ways that no reader of it can follow."""
    for node in walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "exec":
            return True
        if isinstance(node, ast.Assign) and _is_namespace(node.value):
            return True  # `names = globals()`: what is done with it later is anyone's guess
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


def global_names(tree: ast.Module) -> set[str]:
    """Return what functions declare as ``global``: their assignments make the module's names."""
    return {name for node in walk(tree) if isinstance(node, ast.Global) for name in node.names}


def made_in_loop(tree: ast.Module, name: str, line: int) -> bool:
    """Whether ``name`` is used at ``line`` in a loop that gives it a value further down, for the next round."""
    for loop in walk(tree):
        if not isinstance(loop, ast.For | ast.While | ast.AsyncFor):
            continue
        if not loop.lineno <= line <= (loop.end_lineno or loop.lineno):
            continue
        grown = {node.target for node in walk(loop) if isinstance(node, ast.AugAssign)}
        for node in walk(loop):
            is_store = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
            if is_store and node not in grown and getattr(node, "lineno", 0) > line:
                return True
    return False
