"""The gates that read Python source, in the order in which they run."""

from aiflow.config import GatesConfig
from aiflow.languages.python.gates.cross_names import CrossNamesGate
from aiflow.languages.python.gates.dependencies import DependenciesGate
from aiflow.languages.python.gates.main_file import IdleMainGate
from aiflow.languages.python.gates.names import NamesGate
from aiflow.languages.python.gates.placeholders import PlaceholdersGate
from aiflow.languages.python.gates.windows import WindowsGate
from aiflow.languages.sources import Gate


def python_gates(config: GatesConfig) -> list[Gate]:
    """Return the gates that the configuration turns on."""
    built_in: list[tuple[bool, Gate]] = [
        (config.main_file, IdleMainGate()),
        (config.names, NamesGate()),
        (config.cross_names, CrossNamesGate()),
        (config.dependencies, DependenciesGate(config.approved)),
        (config.windows, WindowsGate()),
        (config.placeholders, PlaceholdersGate()),
    ]
    return [gate for is_on, gate in built_in if is_on]
