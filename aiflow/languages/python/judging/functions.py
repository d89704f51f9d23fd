"""Finds a function of a program by its behaviour, whatever it is called and wherever it stands."""

import copy
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from .stage import OverError, Stage

# A call that runs longer than this has no end.
_MAX_LINES = 2_000_000
_NOT_PROGRAM = ("test_", "_aiflow")

Function = Callable[..., Any]


class NotFoundError(AssertionError):
    """No function does what was asked for."""


def modules(main: str = "main.py") -> list[ModuleType]:
    """Return the modules of the project; a file that fails is there with as much as it has defined."""
    paths = [Path(main)]
    paths += sorted(
        path
        for path in Path().rglob("*.py")
        if path != paths[0]
        and not path.name.startswith(_NOT_PROGRAM)
        and "tests" not in path.parts[:-1]
        and not path.parts[0].startswith("_aiflow")
    )
    found = []
    for path in paths:
        stage = Stage(lambda _text: None)
        with _limited():
            found.append(stage.run(str(path), path.stem))
    return found


def functions(main: str = "main.py") -> Iterator[tuple[str, Function]]:
    """Yield the functions of the project by name, and the methods of classes that need no arguments."""
    seen = set()
    for module in modules(main):
        for name, value in list(vars(module).items()):
            if getattr(value, "__module__", None) != module.__name__ or id(value) in seen:
                continue
            seen.add(id(value))
            if inspect.isfunction(value):
                yield name, value
            elif inspect.isclass(value):
                yield from _methods(value)


def _methods(kind: type) -> Iterator[tuple[str, Function]]:
    try:
        instance = kind()
    except Exception:  # noqa: BLE001 - it needs arguments, or is broken
        return
    for name, _ in inspect.getmembers(kind, callable):
        if not name.startswith("__") and name in vars(kind):
            yield name, getattr(instance, name)


def find_function(
    names: Sequence[str], cases: Sequence[Mapping[str, Any]], main: str = "main.py", within: float = 1e-6
) -> Function:
    """Return the function that maps the arguments of each case to its result.

    Args:
        names: what it may be called; a function of another name counts too, if it passes all cases.
        cases: ``{"args": [...], "result": …}``; a function that changes its first argument in place and
            returns nothing passes as well. ``{"args": [...], "raises": True}``: it raises an error.
        main: the main file.
        within: how far a number may be off.

    Raises:
        NotFoundError: there is none.
    """
    wrong = ""
    candidates = sorted(functions(main), key=lambda one: one[0] not in names)
    for name, function in candidates:
        failure = failing(function, cases, within)
        if not failure:
            return function
        if name in names and not wrong:
            wrong = f"{name}：{failure}"
    raise NotFoundError(wrong or f"没有找到函数 {'、'.join(names)}，也没有别的函数做同样的事")


def failing(function: Function, cases: Sequence[Mapping[str, Any]], within: float = 1e-6) -> str:
    """Return the first case that a function does not pass, in words; empty where it passes all."""
    for case in cases:
        arguments = copy.deepcopy(case["args"])
        text = f"({', '.join(map(repr, case['args']))})"[:200]
        try:
            inspect.signature(function).bind(*arguments)
        except (TypeError, ValueError):
            return f"参数个数不对，应该能用 {text} 调用"
        error, value = call(function, arguments)
        if case.get("raises", False):
            if not error:
                return f"{text} 应该出错，得到的是 {value!r}"[:300]
            continue
        if error:
            return f"{text} 出错：{error}"
        in_place = value is None and bool(arguments) and same(arguments[0], case["result"], within)
        if not in_place and not same(value, case["result"], within):
            return f"{text} 应该得到 {case['result']!r}，得到的是 {value!r}"[:300]
    return ""


def call(function: Function, arguments: Sequence[Any]) -> tuple[str, Any]:
    """Call a function; return the error that it raised (empty for none), and what it returned."""
    stage = Stage(lambda _text: None, seed=None)
    with stage.built(), _limited():
        try:
            value = function(*arguments)
            if inspect.isgenerator(value):
                value = [item for item, _ in zip(value, range(10_000), strict=False)]
        except OverError:
            return "没有结束", None
        except BaseException as error:  # noqa: BLE001 - whatever it raises is its result
            return f"{type(error).__name__}: {error}"[:200], None
    return "", value


def same(value: Any, wanted: Any, within: float = 1e-6) -> bool:
    """Return whether two values mean the same: a tuple is a list, 2.0 is 2."""
    if isinstance(wanted, bool) or wanted is None:
        return value is wanted or (isinstance(value, bool | int) and value == wanted and wanted is not None)
    if isinstance(wanted, int | float):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and abs(value - wanted) <= within
    if isinstance(wanted, list | tuple):
        is_list = isinstance(value, list | tuple) and len(value) == len(wanted)
        return is_list and all(same(*pair, within) for pair in zip(value, wanted, strict=True))
    if isinstance(wanted, dict):
        is_dict = isinstance(value, dict) and len(value) == len(wanted)
        return is_dict and all(same(value.get(key), item, within) for key, item in wanted.items())
    return bool(value == wanted)


class _limited:  # noqa: N801 - used like a function
    """Stops code that runs without end."""

    def __enter__(self) -> None:
        self._lines = 0
        self._before = sys.gettrace()
        sys.settrace(self._trace)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _trace(self, _frame: FrameType, _event: str, _argument: Any) -> Any:
        self._lines += 1
        if self._lines > _MAX_LINES:
            raise OverError
        return self._trace
