"""VS Code's notebook frame.

The widget manager of its Jupyter extension, in a sandboxed frame of another origin.

The extension itself is in no package registry; its widget manager is. What lies around that here behaves as
https://github.com/microsoft/vscode-jupyter (``src/webviews/webview-side/ipywidgets``) and VS Code's notebook
editor (``backLayerWebView.ts``) do: the window holds the kernel's socket, the frame gets its messages only,
and its page says that a Jupyter server is where none answers it.
"""

import subprocess
from pathlib import Path
from urllib.parse import urlencode

import anywidget
from playwright.sync_api import Locator, Page, Route

from tests.browser.hosts import Host
from tests.browser.lab import REPOSITORY, WORKBENCH
from tests.servers import free_port

FOLDER = Path(__file__).with_name("vscode")
WIDGETS = REPOSITORY / "widgets"
PACKAGES = WIDGETS / "node_modules"
MANAGER = PACKAGES / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js"
TOKEN = "a-token-for-tests"
DARK = {
    "editor-background": "#1f1f1f",
    "editor-foreground": "#cccccc",
    "input-background": "#313131",
    "textLink-foreground": "#4daafb",
}
LIGHT = {
    "editor-background": "#ffffff",
    "editor-foreground": "#3b3b3b",
    "input-background": "#ffffff",
    "textLink-foreground": "#005fb8",
}
FONTS = {"font-family": "system-ui, sans-serif", "editor-font-family": "Consolas, monospace"}
BUNDLE = """
import { build } from "esbuild";
const [entry, outfile, modules] = process.argv.slice(1);
await build({
  entryPoints: [entry], outfile, nodePaths: [modules], bundle: true, format: "esm", target: "es2022",
  external: ["./ipywidgets.js"], logLevel: "warning",
});
"""


class VSCode(Host):
    """The desktop's frame: it has an origin of its own, and no policy."""

    background = "rgb(31, 31, 31)"
    colours, kind = DARK, "vscode-dark"
    sandbox = "allow-scripts allow-same-origin allow-forms allow-pointer-lock allow-downloads"
    policy = ""

    def command(self) -> list[str]:
        """A Jupyter server without our extension; the notebook is the page itself."""
        # No server listens there: the test gives the answers. Another port is another origin, and no third
        # party's.
        self.frame = f"http://127.0.0.1:{free_port()}/"
        self.frame_script = self.folder / "frame.js"
        subprocess.run(
            ["node", "--input-type=module", "--eval", BUNDLE, "--",
             str(FOLDER / "frame.js"), str(self.frame_script), str(PACKAGES)],
            cwd=WIDGETS,
            check=True,
        )  # fmt: skip
        return [
            "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={self.port}",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
            "--ServerApp.jpserver_extensions={'aiflow_server': False}",
            f"--ServerApp.extra_static_paths={[str(FOLDER)]}",
        ]  # fmt: skip

    @property
    def base_url(self) -> str:
        """Where the page says a Jupyter server is.

        The folder that the extension has put the widgets' scripts into.
        """
        return "file:///home/student/.vscode/extensions/ms-toolsai.jupyter/temp/scripts/0a1b/jupyter/"

    def open(self, page: Page) -> None:
        """Show the window; its frame begins a kernel and runs the cell."""
        page.route(f"{self.frame}**", self._serve)
        wanted = {"token": TOKEN, "sandbox": self.sandbox, "frame": f"{self.frame}frame.html"}
        page.goto(f"{self.url}static/window.html?{urlencode(wanted)}")

    def workbench(self, page: Page) -> Locator:
        """It is in the frame."""
        return page.frame_locator("iframe").locator(WORKBENCH)

    def _serve(self, route: Route) -> None:
        name = route.request.url.removeprefix(self.frame)
        if name == "frame.html":
            headers = {"content-type": "text/html"}
            if self.policy:
                headers["content-security-policy"] = self.policy.replace("FRAME", self.frame)
            route.fulfill(headers=headers, body=self._page())
            return
        files = {
            "frame.js": self.frame_script,
            "ipywidgets.js": MANAGER,
            "require.js": PACKAGES / "requirejs" / "require.js",
            "nbextensions/anywidget/index.js": Path(anywidget.__file__).parent / "nbextension" / "index.js",
        }
        if name in files:
            headers = {"content-type": "text/javascript", "access-control-allow-origin": "*"}
            route.fulfill(path=files[name], headers=headers)
        else:
            route.fulfill(status=404)

    def _page(self) -> str:
        theme = "; ".join(f"--vscode-{name}: {value}" for name, value in (self.colours | FONTS).items())
        text = (FOLDER / "frame.html").read_text(encoding="utf-8")
        return text.replace("THEME", theme).replace("KIND", self.kind).replace("BASE_URL", self.base_url)


class VSCodeStrict(VSCode):
    """A frame that has nothing: no origin, so no storage; and VS Code's policy.

    The kernel is a Jupyter server's elsewhere.

    VS Code has the policy as an experiment (``notebook.experimental.enableCsp``). ``blob:`` is added to it
    here: without that no anywidget loads, ours or another's.
    """

    background = "rgb(255, 255, 255)"
    colours, kind = LIGHT, "vscode-light"
    remembers = False
    sandbox = "allow-scripts allow-forms allow-pointer-lock allow-downloads"
    # FRAME stands for the frame's origin.
    policy = (
        "default-src 'none'; script-src FRAME blob: 'unsafe-inline' 'unsafe-eval'; style-src FRAME "
        "'unsafe-inline'; "
        "img-src FRAME https: http: data:; font-src FRAME https:; connect-src https:; child-src https: data:"
    )

    @property
    def base_url(self) -> str:
        """The Jupyter server's own address."""
        return self.url
