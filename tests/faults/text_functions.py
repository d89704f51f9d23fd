"""The functions of the packages that have a parameter for a text, found in the code."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PACKAGES = ("aiflow", "server_extension/aiflow_server", "widgets/aiflow_widgets")
TEXT_NAMES = frozenset(
    [
        "text", "line", "data", "chunk", "delta", "value", "request", "prompt", "stderr", "header", "body",
        "info", "message", "run", "written", "source", "phrase", "said", "markdown", "answer",
    ]
)  # fmt: skip
TEXT_TYPES = frozenset({"str", "bytes", "str | bytes", "str | None", "bytes | None", "object"})


def find_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the dotted name of every public function with a parameter for a text."""
    for package in PACKAGES:
        folder = ROOT / package
        for path in sorted(folder.rglob("*.py")):
            module = PurePosixPath(path.relative_to(folder.parent).with_suffix("").as_posix())
            if "lessons" not in module.parts[:2]:
                name = ".".join(module.parts).removesuffix(".__init__")
                yield from functions_in(ast.parse(path.read_text(encoding="utf-8")).body, name)


def functions_in(
    body: list[ast.stmt], prefix: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield those of a module's or class's statements, named below ``prefix``."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from functions_in(node.body, f"{prefix}.{node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_public = not node.name.startswith("_") or node.name == "__init__"
            if is_public and any(_is_text(argument) for argument in _arguments(node)):
                yield f"{prefix}.{node.name}", node


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _is_text(argument: ast.arg) -> bool:
    kind = ast.unparse(argument.annotation) if argument.annotation is not None else ""
    return argument.arg in TEXT_NAMES and kind in TEXT_TYPES
