"""A family over its limits: its oldest versions are deleted, and the newest one tells the person."""

from aiflow.model.events import DiagnosticEvent
from aiflow.pipeline.event_writer import EventWriter
from aiflow.storage.families import prune
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore


def prune_family(store: ProjectStore, newest: Manifest, events: EventWriter) -> None:
    """Keep a family within its limits, and report in the newest version what was deleted for that.

    Raises:
        StorageError: when the disk refuses.
    """
    removed, is_over = prune(store, newest)
    if removed:
        numbers = "、".join(str(one.version) for one in removed)
        _report(
            events, "pruned", f"版本太多了，已经删掉最旧的：版本 {numbers}。想留住一个版本，可以给它加标签。"
        )
    if is_over:
        limits = store.limits
        _report(
            events,
            "too_many_versions",
            f"版本太多了：一个程序最多留 {limits.max_versions} 个版本，一共 {limits.history_mb} MB。"
            "剩下的有标签，或者有别的版本从它改出来，所以没有自动删。可以在“版本”里删掉不要的。",
        )


def _report(events: EventWriter, rule: str, message: str) -> None:
    events.notice(message, reason=rule)
    # The notice is gone with the next status; a finding stays.
    events.emit(DiagnosticEvent(rule=rule, message=message, severity="info"))
