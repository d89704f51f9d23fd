"""A main file that does something when it is run."""

import ast
import difflib
from collections.abc import Iterator

from aiflow.languages.python.ast_walk import called_name, walk
from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.gates.scopes import defined_names
from aiflow.languages.python.parsed import tree_of
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding, at

# The names that models give to a program's entry.
START_NAMES = (
    "run", "start", "play", "game", "run_game", "start_game", "play_game", "main_loop", "mainloop",
    "game_loop", "main_menu", "menu", "run_program", "app",
)  # fmt: skip


class IdleMainGate:
    """Main files that only define things."""

    name = "main_file"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Look into the main file."""
        main = project.main_file
        if main is None or not FACTS.is_source(main):
            return
        tree = tree_of(project.file(main))
        if tree is None or main in project.incomplete:
            return
        guard = find_guard(tree)
        if guard is not None:
            text = (
                f"{at(main, guard.lineno)}程序的入口写成了“if {ast.unparse(guard.test)[:60]}:”，它不会执行。"
            )
            text += '请写成 if __name__ == "__main__":。'
            yield Finding(main, guard.lineno, "main_guard", text)
        elif not any(acts(node) for node in tree.body):
            yield _idle(main, tree)


def find_guard(tree: ast.Module) -> ast.If | None:
    """Return the misspelt ``if __name__ == "__main__":`` of a file, None where it has none."""
    bound = defined_names(tree)
    for node in tree.body:
        if not isinstance(node, ast.If) or is_guard(node) or not isinstance(node.test, ast.Compare):
            continue
        test = node.test
        if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.Is):
            continue
        words = [_word(side, bound) for side in (test.left, test.comparators[0])]
        if any(_is_like(one, "name") and _is_like(two, "main") for one, two in (words, reversed(words))):
            return node
    return None


def is_guard(node: ast.If) -> bool:
    """Return whether ``node`` is ``if __name__ == "__main__":``."""
    test = ast.unparse(node.test)
    return test in {"__name__ == '__main__'", "'__main__' == __name__"}


def _word(side: ast.expr, bound: set[str]) -> str:
    """Return the text of a name that nothing defines, or of a constant; empty for anything else."""
    if isinstance(side, ast.Name) and side.id not in bound:
        return side.id.strip("_").lower()
    value = side.value if isinstance(side, ast.Constant) else None
    return value.strip("_").lower().removesuffix(".py") if isinstance(value, str) else ""


def _is_like(word: str, wanted: str) -> bool:
    # Longer words cost time and mean something else.
    return len(word) <= 8 and difflib.SequenceMatcher(None, word, wanted).ratio() >= 0.75


def _idle(main: str, tree: ast.Module) -> Finding:
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    start = next((name for name in ("main", *START_NAMES) if name in functions), None)
    if not tree.body:
        text = f"{at(main)}是空的，运行它什么也不会发生。请把程序写进去。"
        return Finding(main, None, "no_main", text)
    if start:
        is_async = any(isinstance(node, ast.AsyncFunctionDef) and node.name == start for node in tree.body)
        call = f"asyncio.run({start}())" if is_async else f"{start}()"
        what = f"定义了 {start}()，但没有调用它，运行时什么也不会发生。"
        fix = f'在文件最后加上 if __name__ == "__main__": 和下一行缩进的 {call}。'
        return Finding(main, tree.body[-1].end_lineno, "no_main", f"{at(main)}{what}{fix}")
    what = "只有定义，没有一句会执行的代码，运行时什么也不会发生。"
    text = f"{at(main)}{what}请在文件最后调用程序的入口函数。"
    return Finding(main, tree.body[-1].end_lineno, "no_main", text)


def acts(node: ast.stmt) -> bool:
    """Return whether a statement of the top level can make something happen."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass):
        return False
    if isinstance(node, ast.Import | ast.ImportFrom):
        return False
    # A docstring or a lone name does nothing that anyone sees.
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant | ast.Name)
    if isinstance(node, ast.If):
        return any(acts(inner) for inner in [*node.body, *node.orelse])
    if isinstance(node, ast.Try):
        parts = [*node.body, *node.orelse, *node.finalbody]
        return any(acts(inner) for inner in parts)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return node.value is not None and _calls(node.value)
    return True


# `board = list(…)` prepares and shows nothing; `window = Tk()` opens a window. Beginners call these at the
# top.
_QUIET_CALLS = {"set", "dict", "list", "tuple", "Path", "namedtuple", "TypeVar", "frozenset", "int", "str",
                "float", "range", "getenv", "join", "dirname", "abspath", "resolve", "getLogger", "Lock",
                "Random", "deque", "defaultdict", "Rect", "Color", "Vector2", "compile", "len"}  # fmt: skip


def _calls(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Call) and called_name(node) not in _QUIET_CALLS for node in walk(value))
