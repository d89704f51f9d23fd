/**
 * What the Jupyter extension does in VS Code's notebook frame: its own widget manager, over a kernel whose socket is a
 * stand-in: each message goes through the window. Bundled by `tests/browser/vscode.py`; the manager is the real one, and
 * so is the kernel.
 */
import { KernelMessage, ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";

const CODE = "from aiflow_widgets import Workbench\nwb = Workbench()\nwb";
const WIDGET = "application/vnd.jupyter.widget-view+json";
const { activate } = await import("./ipywidgets.js");
const container = document.getElementById("container");

/** The window holds the true socket. */
function connect({ id, name, clientId, protocol }) {
  let socket;
  class Socket {
    protocol = protocol;
    readyState = WebSocket.OPEN;
    constructor() {
      socket = this;
    }
    send(data) {
      parent.postMessage({ kind: "message", data }, "*");
    }
    close() {}
  }
  const kernel = new KernelConnection({
    serverSettings: ServerConnection.makeSettings({ WebSocket: Socket, wsUrl: "ws://window/" }),
    model: { id, name },
    clientId,
    handleComms: true,
  });
  addEventListener("message", ({ source, data }) => {
    if (source === parent && data.kind === "message") socket.onmessage({ data: data.data });
  });
  socket.onopen({});
  return kernel;
}

/** Scripts of widgets that the manager does not know are files beside it. */
function scripts() {
  const known = new Set();
  return {
    widgetsRegisteredInRequireJs: known,
    async loadWidgetScript(name) {
      requirejs.config({ paths: { [name]: new URL(`nbextensions/${name}/index`, location.href).href } });
      known.add(name);
    },
    successHandler() {},
    errorHandler(className, moduleName, _version, error) {
      throw new Error(`${moduleName}.${className} does not load: ${error}`);
    },
  };
}

/** Each output in an element of its own, as the notebook has it. */
async function show({ data }, manager) {
  const output = container.appendChild(document.createElement("div"));
  if (!data[WIDGET]) {
    output.innerHTML = data["text/html"];
    return;
  }
  output.className = "cell-output-ipywidget-background";
  const model = await manager.get_model(data[WIDGET].model_id);
  const view = await manager.create_view(model, { el: output });
  await manager.display_view(data, view, { node: output });
}

function run(options) {
  activate();
  window.vscIPyWidgets8.load();
  const kernel = connect(options);
  const manager = new window.vscIPyWidgets.WidgetManager(kernel, container, scripts(), () => {});
  kernel.requestExecute({ code: CODE }).onIOPub = (message) => {
    if (KernelMessage.isDisplayDataMsg(message)) return show(message.content, manager);
    if (KernelMessage.isErrorMsg(message)) container.textContent = message.content.traceback.join("\n");
  };
}

addEventListener("message", ({ source, data }) => {
  if (source === parent && data.kind === "kernel") run(data);
});
parent.postMessage({ kind: "ready" }, "*");
