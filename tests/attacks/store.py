"""Attacks on the store and on what stands behind the endpoints, without a server between."""

import random

from aiflow.config import Config, RunConfig
from aiflow.exceptions import AIFlowError
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.files import Files
from tests.attacks.outcome import SECRET, Outcome
from tests.attacks.trap import Trap
from tests.faults.test_hostile_paths import hostile


def attack_store(trap: Trap, cases: int, seed: int) -> Outcome:
    """Read, write and delete by ``cases`` hostile paths."""
    rng = random.Random(seed)
    store = ProjectStore(trap.projects, RunConfig(durability="none"))
    files = Files(store, Changes(store), Copies(Config(), store))
    outcome = Outcome("paths, store")
    for _ in range(cases):
        path = hostile(rng, trap.outside, trap.folder.root)
        try:
            _act(rng.random(), files, trap, path, outcome)
            outcome.answers["inside"] += 1
        except AIFlowError:
            outcome.answers["refused"] += 1
        except Exception as error:  # noqa: BLE001 - what nobody expected is what is looked for
            outcome.answers["accident"] += 1
            outcome.broken.append(f"{path!a}: {type(error).__name__}")
    outcome.broken += trap.damage()
    return outcome


def _act(action: float, files: Files, trap: Trap, path: str, outcome: Outcome) -> None:
    project_id = trap.folder.project_id
    if action < 0.6:
        with files.open(project_id, path).file as file:
            if SECRET in file.read():
                outcome.broken.append(f"read: {path!a}")
    elif action < 0.9:
        files.save(project_id, path, b"evil", if_match=None, if_none_match=None)
    else:
        trap.folder.remove(path)
