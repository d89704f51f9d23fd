"""The workbench as a widget."""

import hashlib
from pathlib import Path
from typing import Any

import anywidget
import traitlets

STATIC = Path(__file__).with_name("static")


class Workbench(anywidget.AnyWidget):
    """The workbench."""

    _esm = STATIC / "loader.js"
    _bundle = traitlets.Unicode().tag(sync=True)
    _source = traitlets.Unicode("page").tag(sync=True)
    project_id = traitlets.Unicode("").tag(sync=True)
    prompt = traitlets.Unicode("").tag(sync=True)
    pause = traitlets.Bool(False).tag(sync=True)

    @traitlets.default("_bundle")
    def _hash(self) -> str:
        return hashlib.sha256((STATIC / "workbench.js").read_bytes()).hexdigest()[:16]
