"""The gates that read Python source, in the order in which they run."""

from aiflow.config import GatesConfig
from aiflow.languages.python.gates.cross_names import CrossNamesGate
from aiflow.languages.python.gates.dependencies import DependenciesGate, approved_modules
from aiflow.languages.python.gates.main_file import IdleMainGate
from aiflow.languages.python.gates.members import MembersGate
from aiflow.languages.python.gates.names import NamesGate
from aiflow.languages.python.gates.placeholders import PlaceholdersGate
from aiflow.languages.python.gates.pygame_use import PygameGate
from aiflow.languages.python.gates.unused_imports import UnusedImportsGate
from aiflow.languages.python.gates.windows import WindowsGate
from aiflow.languages.sources import Gate


def python_gates(config: GatesConfig) -> list[Gate]:
    """Return the gates that the configuration turns on."""
    built_in: list[tuple[bool, Gate]] = [
        (config.main_file, IdleMainGate()),
        (config.names, NamesGate(sorted(approved_modules(config.approved)))),
        (config.cross_names, CrossNamesGate()),
        (config.members, MembersGate()),
        (config.dependencies, DependenciesGate(config.approved)),
        (config.windows, WindowsGate()),
        (config.pygame, PygameGate()),
        (config.placeholders, PlaceholdersGate()),
        (config.unused_imports, UnusedImportsGate()),
    ]
    return [gate for is_on, gate in built_in if is_on]
