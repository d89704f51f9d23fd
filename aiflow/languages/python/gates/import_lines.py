"""Which import would give a name that a file uses and does not define.

The gates name it in their advice, and an automatic fix adds it: both say the same.
"""

import ast
import datetime
import posixpath
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aiflow.languages.python.gates.library import members
from aiflow.languages.python.gates.modules import find_module, import_roots
from aiflow.languages.python.gates.scopes import defined_names
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources

ALIASES = {"plt": "matplotlib.pyplot", "np": "numpy", "pd": "pandas", "tk": "tkinter", "pg": "pygame"}
_FROM = {
    name: module
    for module, names in {
        "tkinter": ("ttk", "messagebox", "filedialog", "simpledialog"),
        "pathlib": ("Path",),
        "dataclasses": ("dataclass", "field"),
        "enum": ("Enum", "auto"),
        "datetime": ("timedelta", "date"),
        "collections": ("defaultdict", "Counter", "deque", "namedtuple", "OrderedDict"),
        "abc": ("ABC", "abstractmethod"),
        "functools": ("partial", "reduce", "lru_cache", "wraps"),
        "time": ("sleep",),
        "random": ("randint", "choice", "shuffle"),
        "math": ("sqrt",),
        "decimal": ("Decimal",),
        "fractions": ("Fraction",),
        "itertools": ("product", "permutations", "combinations", "chain", "cycle"),
        "threading": ("Thread",),
        "queue": ("Queue",),
        "copy": ("deepcopy",),
        "csv": ("reader",),
        "typing": (
            "Any", "Callable", "ClassVar", "Dict", "Final", "Generator", "Iterable", "Iterator", "List",
            "Literal", "Mapping", "NamedTuple", "Optional", "Protocol", "Sequence", "Set", "Tuple", "Type",
            "TypedDict", "TypeVar", "Union", "cast", "overload",
        ),
    }.items()
    for name in names
}  # fmt: skip
# Programs do not import these on purpose; the words are ordinary names of variables.
_NO_MODULES = frozenset({"this", "antigravity", "test", "site", "idlelib", "lib2to3"})


@dataclass(slots=True)
class Use:
    """How a file uses a name.

    Attributes:
        attributes: what is looked up on it.
        is_called: it is called itself.
        is_value: it is used in another way.
    """

    attributes: set[str] = field(default_factory=set)
    is_called: bool = False
    is_value: bool = False

    @property
    def only_attributes(self) -> bool:
        """Whether it is used as a module is."""
        return bool(self.attributes) and not self.is_called and not self.is_value


def uses_of(file: SourceFile) -> dict[str, Use]:
    """Return how a file uses each name that it looks up."""
    return file.once(_read_uses)


def _read_uses(file: SourceFile) -> dict[str, Use]:
    found: dict[str, Use] = {}
    inner: set[int] = set()
    for here in nodes_of(file, ast.Attribute, ast.Call):
        node = here.node
        held = node.value if isinstance(node, ast.Attribute) else getattr(node, "func", None)
        if not isinstance(held, ast.Name):
            continue
        inner.add(id(held))
        use = found.setdefault(held.id, Use())
        if isinstance(node, ast.Attribute):
            use.attributes.add(node.attr)
        else:
            use.is_called = True
    for here in nodes_of(file, ast.Name):
        name = here.node
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load) and id(name) not in inner:
            found.setdefault(name.id, Use()).is_value = True
    return found


def import_lines(project: Sources, path: str, name: str, approved: Sequence[str]) -> list[str]:
    """Return the imports that would define ``name`` in a file.

    Args:
        project: its files; a name of the project comes before a library's, for the model meant its own file.
        path: the file that uses the name.
        name: the name.
        approved: the modules besides the standard library that a program may import.

    Returns:
        One where it is clear, several where the name is ambiguous, none where nothing is known.
    """
    use = uses_of(project.file(path)).get(name, Use(is_value=True))
    modules = list(_modules(project, path, name, use, approved))
    defined = list(_definitions(project, path, name))
    if not modules and not defined and name in _FROM:
        return [f"from {_FROM[name]} import {name}"]
    return list(dict.fromkeys([*defined, *modules]))


def _modules(project: Sources, path: str, name: str, use: Use, approved: Sequence[str]) -> Iterator[str]:
    """Yield the imports of a module of this name, and of what it has under its own name."""
    if find_module(project, name, path) not in {None, path}:
        if use.only_attributes:
            yield f"import {name}"
        return
    library = ALIASES.get(name, name)
    top = library.partition(".")[0]
    is_standard = library in sys.stdlib_module_names and name not in _NO_MODULES
    if not is_standard and top not in approved and top != "tkinter":
        return
    known = members(library)
    if name == "datetime" and (use.is_called or use.attributes & set(dir(datetime.datetime))):
        # The class has the name of its module, and models use it as often.
        if not use.attributes & {"datetime", "timedelta", "date", "timezone"}:
            yield "from datetime import datetime"
        return
    if use.only_attributes and (known is None or use.attributes <= known):
        yield f"import {library}" if library == name else f"import {library} as {name}"
    elif use.is_called and not use.attributes and known is not None and name in known and is_standard:
        yield f"from {name} import {name}"


def _definitions(project: Sources, path: str, name: str) -> Iterator[str]:
    """Yield the imports from the project's files that define ``name`` themselves."""
    for other in python_paths(project):
        # The started file runs a second time when it is imported: that is never meant.
        if other in {path, project.main_file}:
            continue
        tree = tree_of(project.file(other))
        if tree is None or name not in defined_names(tree, top_only=True):
            continue
        dotted = module_name(project, path, other)
        if dotted is not None:
            yield f"from {dotted} import {name}"


def module_name(project: Sources, importer: str, path: str) -> str | None:
    """Return the dotted name under which a file of the project is imported, or None."""
    for root in [*import_roots(project), posixpath.dirname(importer)]:
        inside = posixpath.relpath(path, root or ".")
        dotted = inside.removesuffix(".pyw").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if all(part.isidentifier() for part in dotted.split(".")) and (
            find_module(project, dotted, importer) == path
        ):
            return dotted
    return None
