"""Which gates there are, and how they are run one after the other."""

from collections.abc import Iterable

from aiflow.config import GatesConfig
from aiflow.gates.project import CompleteGate, MainFileGate, PlannedFilesGate
from aiflow.gates.syntax import SyntaxGate
from aiflow.languages.registry import all_languages
from aiflow.languages.sources import Gate, Sources
from aiflow.model.findings import Finding
from aiflow.util.entry_points import entry_points

ENTRY_POINT_GROUP = "aiflow.gates"


def gates_for(config: GatesConfig) -> list[Gate]:
    """Return the gates that the configuration turns on: for every project, of each language, plug-ins."""
    built_in: list[tuple[bool, Gate]] = [
        (config.complete, CompleteGate()),
        (config.syntax, SyntaxGate()),
        (config.planned_files, PlannedFilesGate()),
        (config.main_file, MainFileGate()),
    ]
    found = [gate for is_on, gate in built_in if is_on]
    for language in all_languages():
        found += language.gates(config)
    return found + (_plugins() if config.plugins else [])


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
    # Sorted: the order of installed distributions differs from machine to machine.
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
