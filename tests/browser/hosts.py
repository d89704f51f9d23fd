"""Other homes of the workbench than JupyterLab.

Real servers of other makers, none of which knows our extension.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.lab import REPOSITORY, WORKBENCH
from tests.patience import PATIENCE_S
from tests.servers import end, free_port, wait_for

CODE = "from aiflow_widgets import Workbench\nwb = Workbench()\nwb"
MARIMO = """import marimo
app = marimo.App()
@app.cell
def _():
    from aiflow_widgets import Workbench
    wb = Workbench()
    wb
    return
if __name__ == "__main__":
    app.run()
"""


class Host:
    """A server that shows a notebook with one workbench, and is asked for nothing but its page.

    Args:
        folder: everything that it reads and writes lies there.
        speed: the lessons' pace.

    Attributes:
        background: the colour of its pages.
        remembers: whether a page finds again what it kept before it was loaded anew.
    """

    background = "rgb(255, 255, 255)"
    remembers = True

    def __init__(self, folder: Path, speed: float) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.log = folder / "host.log"
        config = json.loads((REPOSITORY / "config.json").read_text(encoding="utf-8"))
        config |= {"projects_dir": str(folder / "projects"), "logs_dir": str(folder / "logs")}
        config |= {"require_venv": False, "lessons": {"speed": speed}, "tests": {"enabled": False}}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        env = {
            **os.environ,
            **{name: str(folder / name.lower()) for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME")},
            **{f"JUPYTER_{part}_DIR": str(folder / part.lower()) for part in ("CONFIG", "DATA", "RUNTIME")},
            "IPYTHONDIR": str(folder / "ipython"),
            "AIFLOW_CONFIG": str(folder / "config.json"),
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "widgets")]),
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.command()],
                cwd=folder,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def command(self) -> list[str]:
        """Write the notebook; return the module that shows it, and its arguments."""
        raise NotImplementedError

    def open(self, page: Page) -> None:
        """Show the notebook; that begins a kernel and runs it."""
        page.goto(self.url)

    def workbench(self, page: Page) -> Locator:
        """The notebook's workbench."""
        return page.locator(WORKBENCH)

    def wait(self) -> None:
        """Return when the server answers."""
        wait_for(self._process, self._ask, self.log)

    def _ask(self) -> None:
        try:
            # Not the page: each look at that would begin a kernel.
            urllib.request.urlopen(f"{self.url}static/none", timeout=PATIENCE_S).close()
        except urllib.error.HTTPError:
            return  # an answer, too

    def stop(self) -> None:
        """End the server and its kernels."""
        end(self._process)


class Marimo(Host):
    """No Jupyter at all: its own kernel, its own front end, the widget in a shadow tree."""

    def command(self) -> list[str]:
        """As a teacher shows a notebook to a class."""
        (self.folder / "notebook.py").write_text(MARIMO, encoding="utf-8")
        return [
            "marimo",
            "run",
            "notebook.py",
            "--headless",
            "--no-token",
            "--host=127.0.0.1",
            f"--port={self.port}",
        ]


class Voila(Host):
    """A page of its own over a Jupyter kernel.

    It says that it has a Jupyter server, and that refuses our addresses.
    """

    def command(self) -> list[str]:
        """As a notebook is shown without its code."""
        cell = {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": CODE,
        }
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.folder / "notebook.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        return ["voila", "notebook.ipynb", "--no-browser", "--Voila.ip=127.0.0.1", f"--port={self.port}"]
