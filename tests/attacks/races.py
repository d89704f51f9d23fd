"""Races between check and use.

While files are read, written, deleted, listed and zipped, a folder becomes a link.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from aiflow.exceptions import AIFlowError
from aiflow.storage.archive import zip_pieces
from tests.attacks.outcome import SECRET, SECRET_NAME, Outcome
from tests.attacks.trap import Trap

# In a process of its own: a thread would only ever run between two of our steps, not beside them. Both names
# change places in one step (renameat2(2), RENAME_EXCHANGE), so that there is always either the folder or the
# link.
_SWAPPER = """
import ctypes, os, sys
swap = ctypes.CDLL(None, use_errno=True).renameat2
place, link, outside = map(os.fsencode, sys.argv[1:])
os.symlink(outside, link)
print('ready', flush=True)
while True:
    if swap(-100, place, -100, link, 2) != 0:
        raise OSError(ctypes.get_errno(), 'the folder and the link could not be swapped')
"""
_SUSPECTS = (SECRET_NAME.encode(), SECRET)


@contextlib.contextmanager
def swapping(place: Path, link: Path, outside: Path) -> Iterator[None]:
    """Swap the folder ``place`` for a link to ``outside`` and back, all the time."""
    command = [sys.executable, "-c", _SWAPPER, str(place), str(link), str(outside)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield
            assert process.poll() is None, "nothing was swapped any more"
        finally:
            process.kill()
            process.wait()
    folder, other = (link, place) if place.is_symlink() else (place, link)
    other.unlink()
    if folder != place:
        folder.rename(place)


def attack_races(trap: Trap, cases: int) -> list[Outcome]:
    """Try each operation its share of ``cases`` times while ``sub`` is swapped.

    The outcomes, one an operation.
    """
    outcomes = []
    operations = _operations(trap)
    for name, operate in operations.items():
        outcome = Outcome(f"race, {name}")
        with swapping(trap.folder.root / "sub", trap.home / "swapped", trap.outside):
            for _ in range(max(1, cases // len(operations))):
                _try(operate, outcome)
        outcome.broken += trap.damage()
        outcomes.append(outcome)
    return outcomes


def _try(operate: Callable[[], bytes], outcome: Outcome) -> None:
    try:
        told = operate()
        outcome.answers["inside"] += 1
        if any(suspect in told for suspect in _SUSPECTS):
            outcome.broken.append("told what is outside")
    except AIFlowError:
        outcome.answers["refused"] += 1
    except Exception as error:  # noqa: BLE001 - what nobody expected is what is looked for
        outcome.answers["accident"] += 1
        outcome.broken.append(f"{type(error).__name__}: {error}")


def _operations(trap: Trap) -> dict[str, Callable[[], bytes]]:
    folder = trap.folder

    def write() -> bytes:
        return str(folder.write("sub/main.py", b"print(3)\n")).encode()

    def delete() -> bytes:
        with contextlib.suppress(AIFlowError):
            folder.write("sub/main.py", b"print(4)\n")
        folder.remove("sub/main.py")
        return b""

    def scan() -> bytes:
        return folder.tree().model_dump_json().encode()

    def zipped() -> bytes:
        return b"".join(zip_pieces(folder))

    return {
        "read": lambda: folder.read("sub/main.py"),
        "write": write,
        "list": lambda: " ".join(folder.sizes()).encode(),
        "tree": scan,
        "zip, server": zipped,
        "delete": delete,
        "write again": write,
    }


def timed(outcomes: list[Outcome], began: float) -> str:
    """Say how long it took."""
    return f"{sum(one.tried for one in outcomes)} attacks in {time.monotonic() - began:.0f} s"
