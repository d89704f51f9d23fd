"""Every test has a person of its own: no choice, no key and no keyring of who runs the tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="aiflow-person-")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


@pytest.fixture(autouse=True)
def forgotten_choice() -> Iterator[None]:
    """Forget the engine that a test has chosen: the servers of later tests would take it."""
    yield
    chosen = Path(os.environ["XDG_CONFIG_HOME"]) / "aiflow"
    if chosen.exists():
        shutil.rmtree(chosen)
