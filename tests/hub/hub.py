"""The real JupyterHub with its proxy, from the configuration that we ship, and requests to it."""

import csv
import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.servers import end, wait_for

REPOSITORY = Path(__file__).parents[2]
CONFIG = REPOSITORY / "server_extension" / "jupyterhub" / "jupyterhub_config.py"
PROXY = REPOSITORY / "widgets" / "node_modules" / ".bin" / "configurable-http-proxy"


class Hub:
    """A hub with a class of its own.

    Args:
        folder: everything that it writes lies there.
        further: what its environment has besides ours.
    """

    def __init__(self, folder: Path, further: dict[str, str]) -> None:
        self.state = folder / "state"
        self.log = folder / "hub.log"
        self.url = f"http://127.0.0.1:{_free_ports()}"
        template = folder / "config.json"
        values = {
            "lessons": {"speed": 0},
            "run": {"durability": "none"},
            "tests": {"enabled": False},
            "gates": {"smoke_run": False},
            "require_venv": False,
        }
        template.write_text(json.dumps(values), encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AIFLOW_")},
            **further,
            "AIFLOW_HUB_DIR": str(self.state),
            "AIFLOW_HUB_ADDRESS": self.url,
            "AIFLOW_HUB_CONFIG": str(template),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "PYTHONPATH": os.pathsep.join(
                str(REPOSITORY / part) for part in (".", "widgets", "server_extension")
            ),
            "PATH": os.pathsep.join([str(PROXY.parent), os.environ.get("PATH", "")]),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Return when it answers."""
        wait_for(
            self.process,
            lambda: urllib.request.urlopen(f"{self.url}/hub/health", timeout=5).close(),
            self.log,
        )

    def read_log(self) -> str:
        """The log of the hub, its proxy and its students' servers."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def students(self) -> dict[str, str]:
        """Name → password, as the teacher reads them."""
        with (self.state / "class.csv").open(encoding="utf-8", newline="") as file:
            return {row[0]: row[1] for row in csv.reader(file)}

    def stop(self) -> None:
        """End it, its proxy and its students' servers."""
        end(self.process)


def _free_ports() -> int:
    """Return a port that is free together with the two after it: the hub's and the proxy's own."""
    for first in range(21000 + os.getpid() % 9000, 60000, 3):
        probes = [socket.socket() for _ in range(3)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        return first
    raise AssertionError("no three free ports")
