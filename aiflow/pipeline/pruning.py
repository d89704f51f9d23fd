"""A family over its limits: its oldest versions are deleted, and the newest one tells the person."""

from aiflow.model.events import DiagnosticEvent
from aiflow.pipeline.event_writer import EventWriter
from aiflow.storage.families import prune
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import Manifest


def prune_family(store: ProjectStore, newest: Manifest, events: EventWriter) -> None:
    """Keep a family within its limits, and report in the newest version what was deleted for that.

    Raises:
        StorageError: when the disk refuses.
    """
    removed = prune(store, newest)
    if removed:
        numbers = "、".join(str(one.version) for one in removed)
        message = f"版本太多了，已经删掉最旧的：版本 {numbers}。想留住一个版本，可以给它加标签。"
        events.notice(message, reason="pruned")
        # The notice is gone with the next status; a finding stays.
        events.emit(DiagnosticEvent(rule="pruned", message=message, severity="info"))
