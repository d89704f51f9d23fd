"""The names that modules of the standard library and pygame have, read from their text."""

import importlib
import importlib.util
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

from aiflow.languages.python.gates.exports import SAFE_TO_IMPORT, Top, read_module, stdlib_star

_PYGAME = "pygame"


@lru_cache(maxsize=256)
def members(module: str) -> frozenset[str] | None:
    """Return the names of a module, its submodules included; None where they are not known."""
    top = module.partition(".")[0]
    if module in SAFE_TO_IMPORT:
        return frozenset(dir(importlib.import_module(module)))
    if top == _PYGAME:
        folder = _pygame_folder()
        return None if folder is None else _read(folder, module.split(".")[1:], ".pyi")
    if top in sys.stdlib_module_names:
        return _read(Path(sysconfig.get_paths()["stdlib"]), module.split("."), ".py")
    return None


def submodules(module: str) -> frozenset[str]:
    """Return the modules in a package of the standard library, which ``import package`` may not load."""
    folder = Path(sysconfig.get_paths()["stdlib"], *module.split("."))
    if module.partition(".")[0] not in sys.stdlib_module_names or not (folder / "__init__.py").is_file():
        return frozenset()
    return frozenset(path.stem for path in folder.iterdir() if path.suffix == ".py" or _is_package(path))


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


def _pygame_folder() -> Path | None:
    # The spec of a package without dots is found without running it.
    spec = importlib.util.find_spec(_PYGAME)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _read(folder: Path, parts: list[str], suffix: str) -> frozenset[str] | None:
    base = folder.joinpath(*parts)
    for file in (base / f"__init__{suffix}", base.with_suffix(suffix)):
        if file.is_file() and (top := read_module(file)) is not None:
            brought = _from_stars(top)
            # A module may insert names as it runs.
            if brought is None or (top.is_open and not top.has_dynamic_all):
                return None
            inside = {path.stem for path in file.parent.iterdir()} if file.stem == "__init__" else set()
            return frozenset(top.names | top.strings | brought | inside)
    return None


def _from_stars(top: Top) -> set[str] | None:
    """Return the names that star imports bring; None where they are not known."""
    found: set[str] = set()
    for star in top.stars:
        module = star.module or ""
        if module.startswith("_") and top.listed is not None:
            continue  # a C half, whose public names the list has
        theirs = stdlib_star(module) if module and not star.level else None
        if theirs is None:
            return None
        found |= theirs
    return found
