"""Starts and kills a real Jupyter server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from tests.servers import end, free_port, wait_for

TOKEN = "t0ken"
_OPENER = build_opener(ProxyHandler({}))


def write_config(folder: Path, **values: Any) -> Path:
    """A config.json for tests: no waiting, the lessons engine."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "config.json"
    path.write_text(
        json.dumps({"tests": {"enabled": False}, "gates": {"smoke_run": False}, **values}), encoding="utf-8"
    )
    return path


class LiveServer:
    """A context manager: a server on a free port, its files below ``folder``.

    Args:
        folder: with config.json; Jupyter's own folders are made in it.
        extension: whether ours is loaded.
        environ: more of the environment.
        first: what its process does before all else.
    """

    def __init__(
        self,
        folder: Path,
        *,
        extension: bool = True,
        environ: dict[str, str] | None = None,
        first: Callable[[], None] | None = None,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self._extension = extension
        self._environ = environ or {}
        self._first = first
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        root = self.folder / "notebooks"
        root.mkdir(exist_ok=True)
        enabled = f"ServerApp.jpserver_extensions={{'aiflow_server': {self._extension}}}"
        command = [
            sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1",
            f"--port={self.port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={root}", f"--{enabled}",
        ]  # fmt: skip
        environ = {name: value for name, value in os.environ.items() if not name.startswith("AIFLOW_")}
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            environ[f"JUPYTER_{name}"] = str(self.folder / f"jupyter_{name.lower()}")
        environ |= {
            "AIFLOW_CONFIG": str(self.folder / "config.json"),
            "IPYTHONDIR": str(self.folder / "ipython"),
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=environ | self._environ,
                preexec_fn=self._first,  # noqa: PLW1509  # a test starts it before it starts threads
            )
        wait_for(self.process, lambda: self.ask("GET", "api"), self.folder / "server.log")
        return self

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """One request; returns status and body."""
        data = json.dumps(body).encode() if body is not None else (b"" if method != "GET" else None)
        request = Request(self.url + path, data=data, method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def json(self, path: str) -> Any:
        status, body = self.ask("GET", path)
        assert status == 200, (status, body)
        return json.loads(body)

    def kill(self) -> None:
        """``kill -9``: nothing can be tidied up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None:
            end(self.process)
            self.process = None
