"""The `aiflow` command as a person starts it: a real process in a folder with a configuration."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S

# The script that the installation made, beside the Python that runs the tests.
AIFLOW = Path(sys.executable).with_name("aiflow.exe" if os.name == "nt" else "aiflow")
TIMEOUT_S = PATIENCE_S

CONFIG: dict[str, Any] = {
    "engine": "lessons",
    "lessons": {"speed": 0},
    "run": {"durability": "none"},
    "tests": {"enabled": False},
    "gates": {"smoke_run": False, "plugins": False},
}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The tests' environment without what would change the command."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AIFLOW_") and name not in {"FORCE_COLOR", "NO_COLOR", "COLUMNS", "CI"}
    }
    return ours | dict(more or {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a config.json."""
    write_config(tmp_path)
    return tmp_path


def write_config(folder: Path, **sections: Any) -> None:
    (folder / "config.json").write_text(json.dumps(CONFIG | sections), encoding="utf-8")


@pytest.fixture
def aiflow(folder: Path) -> Run:
    """Run the command in the folder: ``aiflow("new", "猜数字", env={…}, stdin="…")``."""

    def run(
        *args: str, env: Mapping[str, str] | None = None, stdin: str = "", cwd: Path | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(AIFLOW), *args],
            cwd=cwd or folder,
            env=environment(env),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_S,
            check=False,
        )

    return run


def program(folder: Path, text: str, name: str = "demo_20260101_120000_0123abcd") -> Path:
    """Put a project that nobody generated here into the projects folder."""
    root = folder / "projects" / name
    root.mkdir(parents=True)
    (root / "main.py").write_text(text, encoding="utf-8")
    return root
