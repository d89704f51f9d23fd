"""The attributes that the objects of a project's classes have, as far as its text shows them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aiflow.languages.python.ast_walk import called_name, walk
from aiflow.languages.python.gates.modules import find_imported
from aiflow.languages.python.guards import Guarded
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_EMPTY_BASES = frozenset({"object", "ABC"})
_KNOWN_DECORATORS = frozenset({"dataclass", "total_ordering", "final"})
# Each of these can make attributes that no one sees in the text.
_MAKERS = frozenset({"setattr", "vars", "__dict__", "__getattr__", "__getattribute__", "__slots__", "exec"})
_ASKING = frozenset({"hasattr", "getattr", "setattr", "delattr"})


@dataclass(slots=True)
class ClassFacts:
    """One class.

    Attributes:
        name: its name.
        bases: the last names of its base classes.
        names: its methods, its variables, and what its methods set on ``self``.
        is_open: its text does not show all its attributes.
    """

    name: str
    bases: tuple[str, ...]
    names: set[str] = field(default_factory=set)
    is_open: bool = False


@dataclass(slots=True)
class ClassUse:
    """The classes of a file, and its use of attributes.

    Attributes:
        classes: those that it defines at its top level.
        made: the variables that only ever hold a new object of one class, with that class.
        given: attributes that it sets on other objects than ``self``, or asks for by their names.
        parts: for each attribute that it sets on ``self``, the classes of the new objects; an empty name
            stands for any other value.
    """

    classes: list[ClassFacts] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    parts: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookup:
    """An attribute that is looked up on an object of a class that has none of this name."""

    node: ast.Attribute
    owner: str
    names: frozenset[str]


class Classes:
    """All classes of a project."""

    def __init__(self, project: Sources) -> None:
        self._project = project
        files = [project.file(path).once(_read) for path in python_paths(project)]
        self._given = {name for file in files for name in file.given}
        self._parts: dict[str, set[str]] = {}
        for file in files:
            for name, made in file.parts.items():
                self._parts.setdefault(name, set()).update(made)
        self._classes: dict[str, ClassFacts] = {}
        for facts in (facts for file in files for facts in file.classes):
            # Two classes of one name: which one is meant is not followed.
            is_new = facts.name not in self._classes
            self._classes[facts.name] = facts if is_new else ClassFacts(facts.name, (), set(), is_open=True)
        self._below: dict[str, set[str]] = {}
        for facts in self._classes.values():
            for base in facts.bases:
                self._below.setdefault(base, set()).add(facts.name)

    def missing(self, path: str) -> Iterator[Lookup]:
        """Yield each attribute of a file that would not be found when the program runs."""
        file = self._project.file(path)
        made = file.once(_read).made
        foreign = self._foreign(path)
        for here in nodes_of(file, ast.ClassDef):
            if isinstance(here.node, ast.ClassDef):
                yield from self._missing_on_self(here.node)
        for here in nodes_of(file, ast.Attribute):
            node = here.node
            if not isinstance(node, ast.Attribute) or here.platform or here.caught_call:
                continue
            owner = None
            if isinstance(node.value, ast.Name):
                owner = made.get(node.value.id)
            elif isinstance(node.value, ast.Attribute) and getattr(node.value.value, "id", "") == "self":
                classes = self._parts.get(node.value.attr, {""})
                owner = next(iter(classes)) if len(classes) == 1 else None
            if owner and owner not in foreign:
                yield from self._check(node, owner)

    def _foreign(self, path: str) -> set[str]:
        """Return the names that a file imports from outside the project."""
        return {
            alias.asname or alias.name
            for here in nodes_of(self._project.file(path), ast.ImportFrom)
            if isinstance(here.node, ast.ImportFrom)
            and find_imported(self._project, here.node.level, here.node.module or "", path) is None
            for alias in here.node.names
        }

    def _missing_on_self(self, owner: ast.ClassDef) -> Iterator[Lookup]:
        for method in owner.body:
            if not isinstance(method, _FUNCTIONS) or not method.args.args or _is_static(method):
                continue
            own = method.args.args[0].arg
            inside = {
                id(node) for inner in walk(method) if isinstance(inner, ast.ClassDef) for node in walk(inner)
            }
            for node in walk(method):
                # A class inside a method has a ``self`` of its own.
                if not isinstance(node, ast.Attribute) or id(node) in inside:
                    continue
                if getattr(node.value, "id", "") == own:
                    yield from self._check(node, owner.name)

    def _check(self, node: ast.Attribute, owner: str) -> Iterator[Lookup]:
        if not isinstance(node.ctx, ast.Load) or node.attr.startswith("__") or node.attr in self._given:
            return
        names = self._names(owner)
        if names is not None and node.attr not in names:
            yield Lookup(node, owner, frozenset(names))

    def _names(self, owner: str) -> set[str] | None:
        """Return what objects of a class may have; None where that is not known."""
        found: set[str] = set()
        family = self._family(owner)
        for name in family:
            facts = self._classes.get(name)
            if facts is None or facts.is_open:
                return None
            found |= facts.names
        return found

    def _family(self, owner: str) -> set[str]:
        """Return a class, those below it, and all above these: a mixin uses what its heirs have."""
        below, pending = {owner}, [owner]
        while pending:
            more = self._below.get(pending.pop(), set()) - below
            below |= more
            pending += more
        family, pending = set(below), list(below)
        while pending:
            facts = self._classes.get(pending.pop())
            more = set(facts.bases) - family - _EMPTY_BASES if facts is not None else set()
            family |= more
            pending += more
        return family


def _is_static(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(getattr(item, "id", "") in {"staticmethod", "classmethod"} for item in method.decorator_list)


def _read(file: SourceFile) -> ClassUse:
    use = ClassUse()
    tree = tree_of(file)
    if tree is None:
        return use
    use.classes = [_facts(node) for node in tree.body if isinstance(node, ast.ClassDef)]
    inside = _self_stores(tree)
    for here in nodes_of(file, ast.Attribute, ast.Call):
        _read_given(use, here, inside)
    _read_made(use, file, inside)
    return use


def _facts(node: ast.ClassDef) -> ClassFacts:
    bases = tuple(_last_name(base) for base in node.bases)
    facts = ClassFacts(node.name, bases)
    decorators = {
        _last_name(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list
    }
    facts.is_open = bool(node.keywords) or "" in bases or not decorators <= _KNOWN_DECORATORS
    for inner in walk(node)[1:]:
        if isinstance(inner, (*_FUNCTIONS, ast.ClassDef)):
            facts.names.add(inner.name)
            facts.is_open |= inner.name in _MAKERS
        elif isinstance(inner, ast.Attribute):
            if not isinstance(inner.ctx, ast.Load):
                facts.names.add(inner.attr)
            facts.is_open |= inner.attr in _MAKERS
        elif isinstance(inner, ast.Name):
            if isinstance(inner.ctx, ast.Store):
                facts.names.add(inner.id)
            facts.is_open |= inner.id in _MAKERS
        elif isinstance(inner, ast.alias):
            facts.names.add((inner.asname or inner.name).split(".")[0])
    return facts


def _self_stores(tree: ast.Module) -> set[int]:
    """Return the attributes that stand in a class and are set on ``self``, by their ``id``."""
    return {
        id(node)
        for owner in walk(tree)
        if isinstance(owner, ast.ClassDef)
        for node in walk(owner)
        if isinstance(node, ast.Attribute)
        and not isinstance(node.ctx, ast.Load)
        and getattr(node.value, "id", "") == "self"
    }


def _read_given(use: ClassUse, here: Guarded, inside: set[int]) -> None:
    node = here.node
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and id(node) not in inside:
        use.given.add(node.attr)
    elif isinstance(node, ast.Call) and called_name(node) in _ASKING and len(node.args) > 1:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            use.given.add(name.value)


def _read_made(use: ClassUse, file: SourceFile, inside: set[int]) -> None:
    """Read which variables, and which parts of ``self``, hold new objects of one class."""
    made: dict[str, set[str]] = {}
    counted: set[int] = set()
    for here in nodes_of(file, ast.Assign, ast.AnnAssign):
        node = here.node
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        value = node.value
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        class_ = called_name(value) if isinstance(value, ast.Call) else ""
        for target in targets:
            if isinstance(target, ast.Name):
                made.setdefault(target.id, set()).add(class_)
                counted.add(id(target))
            elif isinstance(target, ast.Attribute) and id(target) in inside:
                use.parts.setdefault(target.attr, set()).add(class_)
                counted.add(id(target))
    for name in _bound_otherwise(file, counted):
        made.setdefault(name, set()).add("")
    for here in nodes_of(file, ast.Attribute):
        if id(here.node) in inside - counted and isinstance(here.node, ast.Attribute):
            use.parts.setdefault(here.node.attr, set()).add("")
    use.made = {name: next(iter(classes)) for name, classes in made.items() if len(classes) == 1}


def _bound_otherwise(file: SourceFile, counted: set[int]) -> Iterable[str]:
    kinds = (
        ast.Name,
        ast.arg,
        ast.alias,
        ast.ExceptHandler,
        ast.MatchAs,
        ast.MatchStar,
        *_FUNCTIONS,
        ast.ClassDef,
    )
    for here in nodes_of(file, *kinds):
        node = here.node
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load) and id(node) not in counted:
                yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        else:
            yield getattr(node, "name", None) or ""


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
