"""Asserts that say in Chinese what was expected and what came.

An ``assert`` is rewritten before the test is compiled, as pytest does: its two sides are evaluated once, and
kept for the message.
"""

import ast
import operator
import reprlib
from collections.abc import Callable
from types import CodeType
from typing import Any, Final

CHECK: Final = "__aiflow_check__"
TRUTH: Final = "__aiflow_truth__"
_MAX_SOURCE: Final = 120

# {0} is the source of the left side, {1} of the right one, {2} and {3} are their values.
_COMPARISONS: Final[dict[str, tuple[Callable[[Any, Any], Any], str]]] = {
    "Eq": (operator.eq, "{0} 应该是 {3}，得到 {2}。"),
    "NotEq": (operator.ne, "{0} 不应该是 {3}。"),
    "Lt": (operator.lt, "{0} 应该小于 {3}，得到 {2}。"),
    "LtE": (operator.le, "{0} 应该不大于 {3}，得到 {2}。"),
    "Gt": (operator.gt, "{0} 应该大于 {3}，得到 {2}。"),
    "GtE": (operator.ge, "{0} 应该不小于 {3}，得到 {2}。"),
    "Is": (operator.is_, "{0} 应该是 {3}，得到 {2}。"),
    "IsNot": (operator.is_not, "{0} 不应该是 {3}。"),
    "In": (lambda a, b: a in b, "{1} 里应该有 {2}，得到 {3}。"),
    "NotIn": (lambda a, b: a not in b, "{1} 里不应该有 {2}，得到 {3}。"),
}


class CheckError(AssertionError):
    """An ``assert`` of a test does not hold; its text is for a student."""


def compile_test(source: bytes, path: str) -> CodeType:
    """Compile a file of tests with its asserts rewritten.

    Raises:
        SyntaxError, ValueError: it is no Python.
    """
    tree = _Rewriter().visit(ast.parse(source, path))
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class _Rewriter(ast.NodeTransformer):
    """Makes calls of the asserts."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:  # the name that NodeTransformer calls
        test, message = node.test, node.msg
        told: ast.expr = ast.Constant(None)
        if message is not None:
            nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
            told = ast.Lambda(args=nothing, body=message)
        arguments: list[ast.expr]
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            name, (left, right) = CHECK, (test.left, test.comparators[0])
            kind = type(test.ops[0]).__name__
            arguments = [left, right, ast.Constant(kind), _source(left), _source(right), told]
        else:
            is_denied = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
            value = test.operand if isinstance(test, ast.UnaryOp) and is_denied else test
            name, arguments = TRUTH, [value, ast.Constant(is_denied), _source(value), told]
        call = ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=arguments, keywords=[])
        return ast.copy_location(ast.Expr(value=call), node)


def _source(node: ast.expr) -> ast.Constant:
    return ast.Constant(("=" if isinstance(node, ast.Constant) else "") + ast.unparse(node)[:_MAX_SOURCE])


def check(left: Any, right: Any, kind: str, left_source: str, right_source: str, told: Any) -> None:
    """Compare two sides.

    Args:
        left: the value of the left side.
        right: of the right one.
        kind: the operator, by the name of its syntax node.
        left_source: the left side as it is written, a ``=`` before a constant.
        right_source: the right one.
        told: returns the message of the ``assert``, where it has one.

    Raises:
        CheckError: they do not compare so.
    """
    compare, text = _COMPARISONS[kind]
    if compare(left, right):
        return
    # ``assert 3 == count()`` expects the constant, on whichever side it is.
    if kind in {"Eq", "NotEq", "Is", "IsNot"} and left_source[:1] == "=" and right_source[:1] != "=":
        left, right, left_source, right_source = right, left, right_source, left_source
    sources = left_source.removeprefix("="), right_source.removeprefix("=")
    raise CheckError(_before(told) + text.format(*sources, shown(left), shown(right)))


def truth(value: Any, is_denied: bool, source: str, told: Any) -> None:  # noqa: FBT001  # generated calls
    """Check that a value is true, or with ``is_denied`` that it is not.

    Raises:
        CheckError: it is not so.
    """
    if bool(value) is is_denied:
        before = _before(told)
        # The name of a test's own variable says nothing beside the sentence of its author.
        if before and source.isidentifier():
            raise CheckError(before.removesuffix("：") + "。")
        wanted = "不应该成立" if is_denied else "应该成立"
        raise CheckError(f"{before}{source.removeprefix('=')} {wanted}，得到 {shown(value)}。")


def _before(told: Any) -> str:
    text = str(told())[:_MAX_SOURCE].strip() if told is not None else ""
    return f"{text.rstrip('。.!！：:')}：" if text else ""


class _Short(reprlib.Repr):
    """Values as short texts that are the same in every run."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 120
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = 12

    def repr_instance(self, x: Any, level: int) -> str:
        # The address in the default text differs from run to run.
        if "__repr__" not in {name for kind in type(x).__mro__[:-1] for name in vars(kind)}:
            return f"{type(x).__name__} 对象"
        return super().repr_instance(x, level)


_short = _Short()


def shown(value: Any) -> str:
    """Return a value as a short text."""
    try:
        return _short.repr(value)
    except Exception:  # noqa: BLE001  # a class of the program may fail in any way
        return f"{type(value).__name__} 对象"
