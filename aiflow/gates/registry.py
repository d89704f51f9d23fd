"""Which gates there are, and how they are run one after the other."""

from collections.abc import Iterable

from aiflow.config import GatesConfig
from aiflow.languages.python.gates.cross_names import CrossNamesGate
from aiflow.languages.python.gates.dependencies import DependenciesGate
from aiflow.languages.python.gates.names import NamesGate
from aiflow.languages.python.gates.placeholders import PlaceholdersGate
from aiflow.languages.python.gates.project import CompleteGate, MainFileGate, PlannedFilesGate
from aiflow.languages.python.gates.windows import WindowsGate
from aiflow.languages.python.sources import Gate, Sources
from aiflow.languages.python.syntax import SyntaxGate
from aiflow.model.findings import Finding
from aiflow.util.entry_points import entry_points

ENTRY_POINT_GROUP = "aiflow.gates"


def gates_for(config: GatesConfig) -> list[Gate]:
    """Return the gates that the configuration turns on, plug-ins last."""
    built_in: list[tuple[bool, Gate]] = [
        (config.complete, CompleteGate()),
        (config.syntax, SyntaxGate()),
        (config.planned_files, PlannedFilesGate()),
        (config.main_file, MainFileGate()),
        (config.names, NamesGate()),
        (config.cross_names, CrossNamesGate()),
        (config.dependencies, DependenciesGate(config.approved)),
        (config.windows, WindowsGate()),
        (config.placeholders, PlaceholdersGate()),
    ]
    return [gate for is_on, gate in built_in if is_on] + (_plugins() if config.plugins else [])


def run_gates(sources: Sources, gates: Iterable[Gate]) -> list[Finding]:
    """Run ``gates`` one after the other; one that breaks is itself a finding."""
    found: dict[tuple[str | None, int | None, str, str], Finding] = {}
    for gate in gates:
        try:
            for finding in gate.check(sources):
                found.setdefault((finding.path, finding.line, finding.rule, finding.message), finding)
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything; it becomes a finding
            failed = broken(getattr(gate, "name", type(gate).__name__), error)
            found.setdefault((None, None, failed.rule, failed.message), failed)
    return list(found.values())


def broken(name: str, error: Exception) -> Finding:
    """Return the finding for a gate that failed itself."""
    text = f"检查项“{name}”自己出错了（{type(error).__name__}），这一项没有检查。其他检查不受影响。"
    return Finding(None, None, "gate_failed", text, "warning")


def _plugins() -> list[Gate]:
    found: list[Gate] = []
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name):
        try:
            loaded = entry.load()
            found.append(loaded() if isinstance(loaded, type) else loaded)
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything; it becomes a finding
            found.append(_BrokenPlugin(entry.name, error))
    return found


class _BrokenPlugin:
    """Stands in for a plug-in that could not be loaded, and says so."""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name
        self._finding = broken(name, error)

    def check(self, project: Sources) -> Iterable[Finding]:  # noqa: ARG002 - the shape of a gate
        return [self._finding]
