"""A real JupyterLab with the extension, and a notebook in a real browser."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from tests.patience import PATIENCE_S
from tests.servers import end, end_of, free_port, wait_for

REPOSITORY = Path(__file__).parents[2]
ARTIFACTS = REPOSITORY / "artifacts"
TOKEN = "a-token-for-tests"
BASE_URL = "/class/b"
RUN_ALL = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  await jupyterapp.commands.execute('notebook:run-all-cells');
}"""
WORKBENCH = "[data-aiflow-workbench]"
SHOW = "from aiflow_widgets import Workbench\nWorkbench()"

# Real servers and programs, on machines that may be busy.
expect.set_options(timeout=PATIENCE_S * 1000)


class Lab:
    """One server for all tests.

    Args:
        folder: everything that it reads and writes lies there.
        speed: the lessons' pace; the snake lesson takes about 30 s divided by it.
        extension: whether the server loads ours.
        packages: a folder of further distributions that the server and its kernels see.
    """

    def __init__(
        self, folder: Path, speed: float, *, extension: bool = True, packages: Path | None = None
    ) -> None:
        self.folder = folder
        self._packages = [] if packages is None else [str(packages)]
        self._extension = extension
        self.projects = folder / "projects"
        self.notebooks = folder / "notebooks"
        self.log = folder / "jupyter.log"
        self.port = free_port()
        # Under a prefix, as behind a hub: whoever forgets the base URL finds nothing.
        self.url = f"http://127.0.0.1:{self.port}{BASE_URL}"
        for made in (self.projects, self.notebooks, folder / "config" / "labconfig"):
            made.mkdir(parents=True)
        (folder / "config" / "labconfig" / "page_config.json").write_text(
            json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}),
            encoding="utf-8",
        )
        config = json.loads((REPOSITORY / "config.json").read_text(encoding="utf-8"))
        config |= {
            "projects_dir": str(self.projects),
            "logs_dir": str(folder / "logs"),
            "require_venv": False,
        }
        config |= {"lessons": {"speed": speed}, "tests": {"enabled": False}}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        env = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "AIFLOW_CONFIG": str(self.folder / "config.json"),
            "PYTHONPATH": os.pathsep.join(
                [str(REPOSITORY / part) for part in (".", "widgets", "server_extension")] + self._packages
            ),
        }
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [
                    sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1",
                    f"--port={self.port}", f"--ServerApp.base_url={BASE_URL}/", "--ServerApp.port_retries=0",
                    f"--IdentityProvider.token={TOKEN}", "--allow-root",
                    f"--ServerApp.root_dir={self.notebooks}", "--LabApp.expose_app_in_browser=True",
                    "--JupyterNotebookApp.expose_app_in_browser=True",
                    f"--ServerApp.jpserver_extensions={{'aiflow_server': {self._extension}}}",
                ],
                env=env, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def wait(self) -> None:
        """Return when the server answers."""
        wait_for(self._process, self._ask, self.log)

    def _ask(self) -> None:
        try:
            self.get("api/templates" if self._extension else "api/status")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"the extension does not answer ({error}):\n{end_of(self.log)}") from error

    def get(self, path: str) -> Any:
        """Ask the server as a program with its token does."""
        request = urllib.request.Request(f"{self.url}/{path}", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def post(self, path: str, body: object) -> Any:
        """The same, with a body."""
        request = urllib.request.Request(
            f"{self.url}/{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def stop_kernels(self) -> None:
        """End every kernel, as overnight."""
        for kernel in self.get("api/kernels"):
            request = urllib.request.Request(
                f"{self.url}/api/kernels/{kernel['id']}",
                method="DELETE",
                headers={"Authorization": f"token {TOKEN}"},
            )
            with urllib.request.urlopen(request, timeout=PATIENCE_S):
                continue

    def stop(self) -> None:
        """End the server and its kernels."""
        end(self._process)


class Notebook:
    """A notebook that is open in a page of its own."""

    def __init__(self, lab: Lab, context: BrowserContext, code: list[str]) -> None:
        self.lab = lab
        self.path = f"{uuid4().hex[:8]}.ipynb"
        cells = [
            {
                "cell_type": "code",
                "id": f"c{n}",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": text,
            }
            for n, text in enumerate(code)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        self.file = lab.notebooks / self.path
        self.file.write_text(json.dumps(notebook), encoding="utf-8")
        self.page: Page = context.new_page()
        self.errors = errors_of_ours(self.page)

    def open(self, *, run: bool = True, address: str = "lab/tree") -> Locator:
        """Go to the notebook, run its cells, and return its first workbench."""
        self.go(address)
        if run:
            self.run()
        return self.workbench()

    def go(self, address: str = "lab/tree") -> None:
        """Go to the notebook and run nothing."""
        self.page.goto(f"{self.lab.url}/{address}/{self.path}?reset&token={TOKEN}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        self.page.evaluate("() => globalThis.jupyterapp?.shell.collapseLeft?.()")

    def run(self) -> None:
        """Run all cells."""
        self.page.evaluate(RUN_ALL)

    def begin(self) -> None:
        """Run all cells, and do not wait for their end."""
        self.page.evaluate(RUN_ALL.replace("await jupyterapp.commands", "void jupyterapp.commands"))

    def reload(self) -> None:
        """Load the page anew, as a person does."""
        self.page.reload()
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell")

    def workbench(self, number: int = 0) -> Locator:
        """A workbench that is ready."""
        found = self.page.locator(WORKBENCH).nth(number)
        expect(found).not_to_have_attribute("data-status", "loading")
        return found

    def theme(self, name: str) -> None:
        """Switch JupyterLab's theme."""
        self.page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        light = "false" if "Dark" in name else "true"
        self.page.wait_for_selector(
            f"body[data-jp-theme-light='{light}'][data-jp-theme-name='{name}']", state="attached"
        )

    def run_code(self, code: str) -> str:
        """Execute code in the notebook's kernel and return what it printed."""
        return str(
            self.page.evaluate(
                """async (code) => {
                  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
                  const future = kernel.requestExecute({ code });
                  let text = '';
                  future.onIOPub = ({ content }) => {
                    text += content.text ?? (content.traceback ?? []).join('\\n');
                  };
                  await future.done;
                  return text;
                }""",
                code,
            )
        )

    def save(self) -> dict[str, Any]:
        """Save the notebook; return it as it is on disk."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
        return dict(json.loads(self.file.read_text(encoding="utf-8")))

    def shot(self, name: str) -> Path:
        """Keep a picture of the workbench."""
        return shot(self.page.locator(WORKBENCH).first, name)


def shot(workbench: Locator, name: str) -> Path:
    """Keep a picture."""
    ARTIFACTS.mkdir(exist_ok=True)
    path = ARTIFACTS / f"{name}.png"
    workbench.screenshot(path=path, animations="disabled")
    return path


def ask(workbench: Locator, prompt: str) -> None:
    """Type a request and start it."""
    workbench.get_by_role("textbox").first.fill(prompt)
    button(workbench, "开始").click()


def button(workbench: Locator, name: str) -> Locator:
    """A button by its accessible name."""
    return workbench.get_by_role("button", name=name)


def reaches(workbench: Locator, status: str, timeout_s: float = PATIENCE_S) -> None:
    """Wait until the whole has this status."""
    expect(workbench).to_have_attribute(
        "data-status", re.compile(f"^(?:{status})$"), timeout=timeout_s * 1000
    )


def phase(workbench: Locator, name: str, status: str) -> Locator:
    """A phase in a status."""
    return workbench.locator(f"[data-phase={name}][data-status={status}]")


def new_context(browser: Browser, *, width: int = 1280, height: int = 1000, **options: Any) -> BrowserContext:
    """A person of their own: cookies, localStorage, window."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, accept_downloads=True, **options
    )
    context.set_default_timeout(PATIENCE_S * 1000)
    return context


def faults(element: Locator) -> list[str]:
    """Return the serious findings of the accessibility checker, which its page (or frame) has loaded."""
    found: list[str] = element.evaluate(
        """async (element) => {
          const { violations } = await axe.run(element, { resultTypes: ['violations'] });
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .flatMap(({ id, nodes }) => nodes.map(
              (node) => `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`));
        }"""
    )
    return found


@contextmanager
def new_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page of a person of their own, for as long as one wants; no script of ours may fail in it."""
    context = new_context(browser, **options)
    page = context.new_page()
    errors = errors_of_ours(page)
    yield page
    context.close()
    assert errors == []


def errors_of_ours(page: Page) -> list[str]:
    """Return a list to which errors of our scripts are added from now on."""
    errors: list[str] = []

    def note(error: Error) -> None:
        # The workbench is loaded from a blob (or from data); what goes wrong in the host's own scripts is not
        # ours.
        if "blob:" in (error.stack or "") or "data:" in (error.stack or ""):
            errors.append(f"{error.message}\n{error.stack}")

    page.on("pageerror", note)
    return errors
