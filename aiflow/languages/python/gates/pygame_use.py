"""Games with pygame that forget to start it, to show their picture, or to bring the pictures they load."""

import ast
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from aiflow.languages.python.ast_walk import called_name, walk
from aiflow.languages.python.parsed import nodes_of, python_paths
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, at

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tga", ".svg")
_ASKING = ("exists(", "isfile(", "is_file(", "image.save(")


@dataclass(frozen=True, slots=True)
class PygameFile:
    """One file that uses pygame.

    Attributes:
        path: the file.
        alias: the name that it has for pygame.
        first_use: the first call that needs pygame to be started; None where it makes none.
        loops: the loops that read events.
        missing_pictures: the calls that load pictures which are not there, each with the picture's path.
    """

    path: str
    alias: str
    first_use: ast.Call | None
    loops: tuple[ast.While, ...]
    missing_pictures: tuple[tuple[ast.Call, str], ...]


class PygameGate:
    """Games whose window stays black, or that stop at the first picture that they load."""

    name = "pygame"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Look at the project as a whole: one call anywhere is enough."""
        games = find_games(project)
        for game in games:
            for call, picture in game.missing_pictures:
                text = f"{at(game.path, call.lineno)}要读图片 {picture}，可是项目里没有它，一运行就会出错。"
                text += "请自己画一个形状代替它，例如 pygame.Surface 或 pygame.draw。"
                yield Finding(game.path, call.lineno, "missing_asset", text)
        first = next((game for game in games if game.first_use is not None), None)
        if first is not None and first.first_use is not None and not _calls(project, "init"):
            line = first.first_use.lineno
            text = (
                f"{at(first.path, line)}程序用到了 pygame 的窗口、字体或声音，可是没有先调用 pygame.init()。"
            )
            yield Finding(first.path, line, "pygame_init", f"{text}请在用它们之前加上这一句。", "warning")
        drawing = next((game for game in games if game.loops), None)
        if drawing is not None and _draws(project) and not _shows(project):
            line = drawing.loops[0].lineno
            text = f"{at(drawing.path, line)}循环里画了画面，可是没有调用 pygame.display.flip()，"
            text += "窗口会一直是黑的。请在循环的最后加上这一句。"
            yield Finding(drawing.path, line, "pygame_flip", text, "warning")


def find_games(project: Sources) -> list[PygameFile]:
    """Return the files that use pygame under a name for the whole module."""
    return [game for path in python_paths(project) if (game := _read(project, path)) is not None]


def _read(project: Sources, path: str) -> PygameFile | None:
    file = project.file(path)
    alias = pygame_alias(file)
    if alias is None:
        return None
    calls = [here for here in nodes_of(file, ast.Call) if isinstance(here.node, ast.Call)]
    needs = [
        here.node for here in calls
        if isinstance(here.node, ast.Call) and dotted_name(here.node.func, alias) in _NEEDS_START
    ]  # fmt: skip
    pictures = []
    tried = file.once(_tried)
    for here in calls:
        node = here.node
        if (
            isinstance(node, ast.Call)
            and dotted_name(node.func, alias) == "image.load"
            and id(node) not in tried
        ):
            picture = _constant_path(node)
            if picture and not _is_there(project, picture):
                pictures.append((node, picture))
    return PygameFile(path, alias, needs[0] if needs else None, tuple(_loops(file, alias)), tuple(pictures))


def _tried(file: SourceFile) -> frozenset[int]:
    """Return what stands in the body of some ``try``, by its ``id``: the program expects an error there."""
    return frozenset(
        id(node)
        for here in nodes_of(file, ast.Try)
        if isinstance(here.node, ast.Try)
        for statement in here.node.body
        for node in walk(statement)
    )


_NEEDS_START = frozenset({"display.set_mode", "font.Font", "font.SysFont", "mixer.Sound", "mixer.music.load"})


def pygame_alias(file: SourceFile) -> str | None:
    """Return the name under which a file imports pygame as a whole; None where it does not."""
    for here in nodes_of(file, ast.Import):
        for alias in here.node.names if isinstance(here.node, ast.Import) else ():
            if alias.name == "pygame":
                return alias.asname or alias.name
    return None


def dotted_name(node: ast.expr, alias: str) -> str:
    """Return ``display.flip`` for ``pygame.display.flip``; empty for what is nothing of pygame."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join(parts) if isinstance(node, ast.Name) and node.id == alias else ""


def _loops(file: SourceFile, alias: str) -> Iterator[ast.While]:
    """Yield the innermost loops that read events."""
    for here in nodes_of(file, ast.While):
        loop = here.node
        if isinstance(loop, ast.While) and any(
            isinstance(node, ast.Call)
            and dotted_name(node.func, alias) in {"event.get", "event.poll", "event.wait"}
            for node in _without_inner_loops(loop)
        ):
            yield loop


def _without_inner_loops(loop: ast.While) -> Iterator[ast.AST]:
    pending: list[ast.AST] = [loop.test, *loop.body]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.While | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))


def _constant_path(call: ast.Call) -> str | None:
    """Return the path that stands in a call, with ``/``; None where it is made as the program runs."""
    node = call.args[0] if call.args else None
    if isinstance(node, ast.Call) and called_name(node) == "join" and node.args:
        parts = [getattr(item, "value", None) for item in node.args]
        texts = [part for part in parts if isinstance(part, str)]
        return posixpath.join(*texts).replace("\\", "/") if len(texts) == len(parts) else None
    value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
    return value.replace("\\", "/") if isinstance(value, str) else None


def _is_there(project: Sources, picture: str) -> bool:
    """Return whether the project has a picture, or makes it itself, or it is outside the project."""
    if not picture.lower().endswith(_PICTURES) or posixpath.isabs(picture) or ":" in picture:
        return True
    wanted = posixpath.normpath(picture)
    main = posixpath.dirname(project.main_file or "")
    if wanted in project.path_set or posixpath.join(main, wanted) in project.path_set:
        return True
    if wanted.startswith(".."):
        return True
    # A program that asks whether a file is there, or writes pictures itself, knows what it does.
    return any(word in (project.text(path) or "") for path in python_paths(project) for word in _ASKING)


def _calls(project: Sources, name: str) -> bool:
    """Return whether any file calls a function of this name, of pygame or of a part of it."""
    return any(
        isinstance(here.node, ast.Call) and called_name(here.node) == name
        for path in python_paths(project)
        for here in nodes_of(project.file(path), ast.Call)
    )


def _shows(project: Sources) -> bool:
    return _calls(project, "flip") or any(
        isinstance(here.node, ast.Call) and called_name(here.node) == "update" and _of_display(here.node)
        for path in python_paths(project)
        for here in nodes_of(project.file(path), ast.Call)
    )


def _of_display(call: ast.Call) -> bool:
    """Return whether ``update`` may be the display's: sprites and games have methods of that name, too."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return owner is None or "display" in ast.unparse(owner).lower()


def _draws(project: Sources) -> bool:
    """Return whether the program opens a window and draws in it."""
    names = {
        called_name(here.node)
        for path in python_paths(project)
        for here in nodes_of(project.file(path), ast.Call)
        if isinstance(here.node, ast.Call)
    }
    return "set_mode" in names and bool(
        names & {"blit", "fill", "rect", "circle", "line", "draw", "ellipse", "polygon", "lines"}
    )
