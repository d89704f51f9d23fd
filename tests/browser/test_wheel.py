"""`aiflow lab` of the built wheel, in an empty folder and without the repository, generates a program."""

import json
import os
import socket
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.lab import REPOSITORY, SHOW, TOKEN, Lab, Notebook, ask, new_context, reaches
from tests.servers import free_port

# The token and the handle that the tests need; the rest is `aiflow lab` as a person types it.
SERVER_CONFIG = {
    "ServerApp": {"allow_root": True},
    "IdentityProvider": {"token": TOKEN},
    "LabApp": {"expose_app_in_browser": True},
}


class InstalledLab(Lab):
    """`aiflow lab` of an installed wheel, in a folder without a configuration."""

    def __init__(self, root: Path, python: Path) -> None:
        self.folder, self.notebooks = root, root / "空 文件夹"
        self.projects = self.notebooks / "projects"
        self.log = root / "jupyter.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        for name in ("config", "data", "runtime", "ipython"):
            (root / name).mkdir()
        self.notebooks.mkdir()
        (root / "config" / "jupyter_server_config.json").write_text(json.dumps(SERVER_CONFIG), "utf-8")
        (root / "config" / "jupyter_lab_config.json").write_text(json.dumps(SERVER_CONFIG), "utf-8")
        self._extension = True
        self._python = python
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIFLOW_", "JUPYTER")) and name not in {"PYTHONPATH", "VIRTUAL_ENV"}
        }
        share = Path(sysconfig.get_path("data"), "share", "jupyter")
        env |= {
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            # JupyterLab's own files belong to the environment whose packages are borrowed.
            "JUPYTER_PATH": str(share),
            "JUPYTERLAB_DIR": str(share / "lab"),
        }
        command = self._python.with_name("aiflow.exe" if os.name == "nt" else "aiflow")
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [str(command), "lab", "--no-browser", "--port", str(self.port)],
                cwd=self.notebooks, env=env, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has our wheel, and everybody else's packages by a path only."""
    root = tmp_path_factory.mktemp("wheel")
    venv.create(root / "venv", with_pip=False, symlinks=os.name != "nt")
    python = root / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    [packages] = (root / "venv").glob("**/site-packages")
    # A path in a .pth file is searched, but its own .pth files are not read: no editable install is found.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    # pip builds the wheel with the borrowed hatchling and installs it.
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "--python", str(python)]
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed"]
    subprocess.run([*pip, "install", *options, str(REPOSITORY)], check=True, timeout=120)
    return python


@pytest.mark.browser
def test_the_wheel_in_an_empty_folder_generates_a_lesson(
    browser: Browser, tmp_path: Path, python: Path
) -> None:
    lab = InstalledLab(tmp_path, python)
    try:
        lab.wait()
        opened = Notebook(lab, new_context(browser), [SHOW])
        workbench = opened.open()
        where = opened.run_code("import aiflow, aiflow_widgets; print(aiflow.__file__)")
        assert Path(where.strip()).is_relative_to(python.parents[1])
        ask(workbench, "猜数字")
        reaches(workbench, "completed")
        [project] = [path for path in lab.projects.iterdir() if not path.name.startswith(".")]
        assert (project / "main.py").is_file()
        assert not (lab.notebooks / "config.json").exists()
        assert opened.errors == []
    finally:
        lab.stop()
    # The command was ended by its id, and JupyterLab with it.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", lab.port), 5)
