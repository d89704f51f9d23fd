"""Which file of a project an import means."""

import ast
import posixpath
import sys

from aiflow.languages.python.parsed import nodes_of, python_paths
from aiflow.languages.sources import Sources

SUFFIXES = (".py", ".pyw")
# Built in, or loaded before a program begins: a file of that name does not take their place.
_ALWAYS_LOADED = frozenset(
    {"sys", "time", "builtins", "itertools", "gc", "marshal", "os", "io", "abc", "codecs", "stat", "site",
     "errno", "posixpath", "ntpath", "genericpath", "encodings", "zipimport", "atexit", "faulthandler"}
)  # fmt: skip


def import_roots(project: Sources) -> list[str]:
    """Return the folders that imports start from: the main file's, then the project's own."""
    main = project.main_file
    here = posixpath.dirname(main) if main else ""
    return [here, ""] if here else [""]


def find_module(project: Sources, dotted: str, importer: str, *, own_folder: bool = True) -> str | None:
    """Return the file that ``import dotted`` means inside ``importer``, or None where the project has none.

    The importer's own folder counts too: it is where the search begins when that file is the one that is
    started; without ``own_folder`` only the places count where a search begins when the main file is started.
    """
    top = dotted.split(".", maxsplit=1)[0]
    if top in _ALWAYS_LOADED:
        return None
    roots = import_roots(project)
    if own_folder and top not in sys.stdlib_module_names:
        roots.append(posixpath.dirname(importer))
    base = dotted.replace(".", "/")
    for root in roots:
        found = _at(project, posixpath.join(root, base))
        if found == importer and _in_package(project, root):
            continue  # `import orjson` in a package's own orjson.py means the library
        if found and not (top in sys.stdlib_module_names and _in_package(project, root)):
            return found
    return None


def _in_package(project: Sources, folder: str) -> bool:
    """Return whether ``folder`` is a package: its files take no standard module's place."""
    return bool(folder) and posixpath.join(folder, "__init__.py") in project.path_set


def find_relative(project: Sources, level: int, dotted: str, importer: str) -> str | None:
    """Return the file that ``from ..dotted import`` means inside ``importer``."""
    folder = posixpath.dirname(importer)
    for _ in range(level - 1):
        folder = posixpath.dirname(folder)
    return _at(project, posixpath.join(folder, dotted.replace(".", "/")) if dotted else folder)


def find_imported(project: Sources, level: int, dotted: str, importer: str) -> str | None:
    """Return the file that ``from dotted import`` with ``level`` dots means inside ``importer``, or None."""
    if level:
        return find_relative(project, level, dotted, importer)
    return find_module(project, dotted, importer)


def is_folder(project: Sources, dotted: str, importer: str, *, own_folder: bool = True) -> bool:
    """Return whether ``dotted`` is a folder of Python files: a namespace package."""
    base = dotted.replace(".", "/")
    for root in [*import_roots(project), *([posixpath.dirname(importer)] if own_folder else [])]:
        prefix = posixpath.join(root, base) + "/"
        if any(path.startswith(prefix) for path in python_paths(project)):
            return True
    return False


def imports_back(project: Sources, start: str, path: str) -> bool:
    """Return whether the imports of ``start`` lead to ``path``, directly or through other files."""
    seen, pending = {start}, [start]
    while pending:
        file = pending.pop()
        for here in nodes_of(project.file(file), ast.Import, ast.ImportFrom):
            node = here.node
            if isinstance(node, ast.ImportFrom):
                wanted = [(node.level, node.module or "")]
            else:
                wanted = [(0, alias.name) for alias in getattr(node, "names", [])]
            for level, dotted in wanted:
                found = find_imported(project, level, dotted, file)
                if found == path:
                    return True
                if found is not None and found not in seen:
                    seen.add(found)
                    pending.append(found)
    return False


def top_names(project: Sources) -> set[str]:
    """Return every name that some file of the project could import as its own top-level module."""
    found: set[str] = set()
    for path in python_paths(project):
        parts = path.split("/")
        found.add(parts[-1].removesuffix(".pyw").removesuffix(".py"))
        found.update(parts[:-1])
    return found


def _at(project: Sources, base: str) -> str | None:
    paths = project.path_set
    for suffix in SUFFIXES:
        if base + suffix in paths:
            return base + suffix
    init = posixpath.join(base, "__init__.py") if base else "__init__.py"
    return init if init in paths else None
