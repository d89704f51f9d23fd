"""Games with pygame: prefixes of constants, the start, the picture, files that they load."""

import ast
from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.ast_walk import walk
from aiflow.languages.python.fixes.edits import Edit, Text, apply_edits
from aiflow.languages.python.fixes.reading import changed, files_with
from aiflow.languages.python.fixes.renames import name_edits
from aiflow.languages.python.gates.import_lines import import_lines
from aiflow.languages.python.gates.library import members
from aiflow.languages.python.gates.names import PYGAME_NAME, undefined_names
from aiflow.languages.python.gates.pygame_use import dotted_name, find_games, pygame_alias
from aiflow.languages.python.gates.scopes import defined_names
from aiflow.languages.python.parsed import nodes_of, tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding

_SIZE = "(40, 40)"
_COLOUR = "(90, 160, 250)"


class PygameConstantRule:
    """``QUIT`` and ``K_LEFT`` in a file that imports ``pygame`` as a whole."""

    name = "pygame_constant"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Write the module before the name."""
        known = members("pygame")
        for file, lines in files_with(project, findings, "undefined_name"):
            alias = pygame_alias(file)
            for name in sorted(undefined_names(file, lines)) if alias is not None else ():
                is_constant = PYGAME_NAME.match(name) and (known is None or name in known)
                if is_constant and not import_lines(project, file.path, name, ()):
                    new = apply_edits(file.text or "", name_edits(file, name, f"{alias}.{name}"))
                    message = f"{name} 是 pygame 里的名字，前面要写 {alias}.：已经改成 {alias}.{name}。"
                    yield from changed(file.path, self.name, message, file.text or "", new)


class PygameInitRule:
    """A game that never calls ``pygame.init()``."""

    name = "pygame_init"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Call it behind the imports of the main file, or right before the first use there."""
        for _ in files_with(project, findings, "pygame_init"):
            games = {game.path: game for game in find_games(project)}
            game = games.get(project.main_file or "") or next(
                (game for game in games.values() if game.first_use is not None), None
            )
            if game is None:
                return
            file = project.file(game.path)
            text = Text(file.text or "")
            place = _after_imports(file, others=len(games) > 1)
            if place is not None:
                edit = text.insert_line(place, f"{game.alias}.init()")
                message = f"用 pygame 之前要先启动它：已经补上 {game.alias}.init()。"
                yield from changed(game.path, self.name, message, text.text, apply_edits(text.text, [edit]))


def _after_imports(file: SourceFile, *, others: bool) -> int | None:
    """Return the line behind which pygame can be started.

    Args:
        file: the file.
        others: other files use pygame, perhaps while they are imported: it must be started before that.
    """
    tree = tree_of(file)
    last = None
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            last = node.end_lineno
            names = [alias.name for alias in node.names]
            if others and isinstance(node, ast.Import) and "pygame" in names:
                return last
        elif last is not None:
            break
    return last


class PygameFlipRule:
    """A game that draws and never shows what it has drawn."""

    name = "pygame_flip"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Show the picture at the end of the only loop that reads events."""
        for _ in files_with(project, findings, "pygame_flip"):
            loops = [(game, loop) for game in find_games(project) for loop in game.loops]
            if len(loops) != 1:
                return
            game, loop = loops[0]
            text = Text(project.file(game.path).text or "")
            last = loop.body[-1]
            # The clock waits: what is shown before it is shown sooner.
            ticks = isinstance(last, ast.Expr) and "tick" in ast.unparse(last)
            place = last.lineno - 1 if ticks else last.end_lineno or last.lineno
            if loop.body[0].lineno == loop.lineno:
                return  # the loop stands on one line
            edit = text.insert_line(place, f"{text.indent(last.lineno)}{game.alias}.display.flip()")
            message = f"画好以后要让窗口显示出来：已经在循环里补上 {game.alias}.display.flip()。"
            yield from changed(game.path, self.name, message, text.text, apply_edits(text.text, [edit]))


class MissingAssetRule:
    """Pictures that a game loads and nobody has."""

    name = "missing_asset"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Draw a rectangle in place of each."""
        for file, lines in files_with(project, findings, "missing_asset"):
            game = next((game for game in find_games(project) if game.path == file.path), None)
            for call, picture in game.missing_pictures if game is not None else ():
                if call.lineno in lines and game is not None:
                    new = _drawn(file, call, game.alias)
                    message = f"项目里没有图片 {picture}，读它会出错：已经换成一个画出来的方块。"
                    yield from changed(file.path, self.name, message, file.text or "", new)


def _drawn(file: SourceFile, call: ast.Call, alias: str) -> str:
    """Return the file with a filled surface in place of a picture."""
    text = Text(file.text or "")
    for here in nodes_of(file, ast.Assign):
        node = here.node
        if not isinstance(node, ast.Assign) or not any(inner is call for inner in walk(node.value)):
            continue
        loads = [
            inner for inner in walk(node.value)
            if isinstance(inner, ast.Call) and dotted_name(inner.func, alias) == "image.load"
        ]  # fmt: skip
        target = node.targets[0]
        is_one = len(node.targets) == len(loads) == 1 and isinstance(target, ast.Name | ast.Attribute)
        if not is_one or isinstance(node.value, ast.List | ast.Tuple | ast.Dict | ast.ListComp):
            break
        start, end = text.span(call)
        last = node.end_lineno or node.lineno
        fill = f"{text.indent(node.lineno)}{ast.unparse(target)}.fill({_COLOUR})"
        edits = [Edit(start, end, f"{alias}.Surface({_SIZE})"), text.insert_line(last, fill)]
        return apply_edits(text.text, edits)
    return _with_function(file, text, call, alias)


def _with_function(file: SourceFile, text: Text, call: ast.Call, alias: str) -> str:
    """Return the file with the call of a function that draws; the function is added behind the imports."""
    start, end = text.span(call)
    edits = [Edit(start, end, "draw_box()")]
    tree = tree_of(file)
    names = defined_names(tree) if tree is not None else {"draw_box"}
    place = _after_imports(file, others=False)
    if "draw_box" not in names and place is not None:
        lines = (
            "", "", "def draw_box():", f"    box = {alias}.Surface({_SIZE})", f"    box.fill({_COLOUR})",
            "    return box", "",
        )  # fmt: skip
        edits.append(text.insert_line(place, text.newline.join(lines)))
    return apply_edits(text.text, edits)
