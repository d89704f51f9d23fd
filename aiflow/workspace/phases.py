"""The phase table as the page gets it: with the templates, before anything else is shown."""

from typing import Any

from aiflow.model.entities import PhaseType
from aiflow.pipeline.phases.base import EDUCATIONAL_MESSAGES

_TITLES = {
    PhaseType.SPECIFY: ("需求说明", "Specification"),
    PhaseType.PLAN: ("方案设计", "Plan"),
    PhaseType.IMPLEMENT: ("编写代码", "Code"),
}
_ARTIFACTS = {PhaseType.SPECIFY: "spec", PhaseType.PLAN: "plan"}


def phase_table() -> list[dict[str, Any]]:
    """Return the phases in their order.

    Name, titles, message, artifact, and whether a run may pause after it.
    """
    return [
        {
            "phase": phase.value,
            "sequence_order": phase.sequence_order,
            "title": _TITLES[phase][0],
            "title_en": _TITLES[phase][1],
            "educational_message": EDUCATIONAL_MESSAGES[phase],
            "artifact": _ARTIFACTS.get(phase),
            "may_pause": phase in _ARTIFACTS,
        }
        for phase in PhaseType
    ]
