"""How a model did in past runs: whether it loses the thread when it writes all files in one answer."""

from contextlib import suppress
from pathlib import Path

from aiflow.engines.base import ModelSize
from aiflow.exceptions import StorageError
from aiflow.model.snapshot import Snapshot
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.run_folder import MANIFEST_NAME

# Reading a journal costs a few milliseconds, and a run begins with this.
_MAX_READ = 30
_MAX_RUNS = 10
_MIN_RUNS = 4
# Findings of an answer in which files were forgotten, cut off or only hinted at.
_LOST = frozenset({"missing_file", "incomplete", "placeholder"})


def size_by_past_runs(records: Path, model: str) -> ModelSize | None:
    """Return ``small`` where at least half of the model's latest generations lost the thread.

    Args:
        records: the folder of all records.
        model: the model's name.

    Returns:
        None where there are fewer than four runs to decide from.
    """
    lost = [_lost_thread(run) for run in _latest(records, model)]
    if len(lost) < _MIN_RUNS:
        return None
    return "small" if sum(lost) * 2 >= len(lost) else "large"


def _latest(records: Path, model: str) -> list[Snapshot]:
    """Return the latest ended generations by a model that reached the files, the newest first."""
    manifests = sorted(records.glob(f"*/{MANIFEST_NAME}"), key=_modified, reverse=True)[:_MAX_READ]
    found: list[Snapshot] = []
    for manifest in manifests:
        with suppress(StorageError):
            run = fold_without_text(manifest.with_name("journal.jsonl"))
            is_change = run.version is not None and run.version.parent_id is not None
            if run.is_final and run.model == model and run.files and not is_change:
                found.append(run)
        if len(found) == _MAX_RUNS:
            break
    return found


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # it has just been deleted


def _lost_thread(run: Snapshot) -> bool:
    return any(found.rule in _LOST and found.severity == "error" for found in run.diagnostics)
