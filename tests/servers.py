"""Servers as processes of their own, as the tests start them: a port, the wait until one answers, its end."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(
    process: subprocess.Popen[bytes], ask: Callable[[], object], log: Path, *, timeout_s: float = 120
) -> None:
    """Return when the server answers.

    Args:
        process: the server.
        ask: asks it something; raises OSError as long as nobody answers.
        log: what it writes.
        timeout_s: how long it may take.

    Raises:
        AssertionError: it ended, or did not answer in time; with the end of its log.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            ask()
        except OSError:
            time.sleep(0.02)  # not a synchronisation: the pause between two looks, nothing tells us
        else:
            return
    raise AssertionError(f"{process.args!r} did not start:\n{end_of(log)}")


def end_of(log: Path) -> str:
    """The last that a server wrote."""
    return log.read_text(encoding="utf-8", errors="replace")[-6000:]


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and its kernels with it; insist after a while."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
