/** What the loader calls: one workbench into one element. */

import { render } from "preact";
import { Workbench } from "./components/Workbench";
import { Unavailable } from "./components/Unavailable";
import { Session, type Source } from "./state/session";
import { Hub } from "./transport/hub";
import { findServer } from "./transport/page";
import { RestTransport } from "./transport/rest";
import { isApiError, type ApiError, type Welcome } from "./transport/types";
import { asApiError } from "./state/session";
import styles from "./styles/index.css";

/** The part of anywidget's model that is used. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(name: string, handler: (...args: never[]) => void): void;
  off(name: string, handler?: (...args: never[]) => void): void;
  send(content: unknown): void;
}

export interface MountOptions {
  model: Model;
  el: HTMLElement;
}

let pageHub: Hub | null | undefined;
let mounted = 0;

/** The page's Jupyter server, one hub for all widgets; null where the page has none. */
function serverHub(): Hub | null {
  if (pageHub === undefined) {
    const server = findServer();
    pageHub = server ? new Hub(new RestTransport(server)) : null;
  }
  return pageHub;
}

/** Show a workbench; returns what takes it away again. */
export function mount({ model, el }: MountOptions): () => void {
  addStyles(el);
  const host = document.createElement("div");
  host.className = "af-host";
  el.append(host);
  const id = `af-${++mounted}`;
  let session: Session | null = null;
  let gone = false;

  const begin = async (): Promise<void> => {
    render(<Unavailable state="loading" />, host);
    const found = await connect();
    if (gone) return;
    if ("error" in found) {
      render(<Unavailable state="error" error={found.error} onRetry={() => void begin()} />, host);
      return;
    }
    session = openSession(model, found.hub, found.welcome);
    render(<Workbench session={session} id={id} />, host);
  };
  const onProject = (): void => session?.show(text(model.get("project_id")), sourceOf(model));
  model.on("change:project_id", onProject);
  void begin();

  return () => {
    gone = true;
    model.off("change:project_id", onProject);
    session?.leave();
    render(null, host);
    host.remove();
  };
}

async function connect(): Promise<{ hub: Hub; welcome: Welcome } | { error: ApiError | null }> {
  const hub = serverHub();
  if (!hub) return { error: null };
  try {
    return { hub, welcome: await hub.transport.welcome() };
  } catch (error) {
    return { error: isApiError(error) && error.status === 404 ? null : asApiError(error) };
  }
}

function openSession(model: Model, hub: Hub, welcome: Welcome): Session {
  const session = new Session({ page: hub, kernel: null }, welcome, {
    show: (projectId, source) => {
      if (text(model.get("project_id")) === projectId) return;
      model.set("project_id", projectId);
      model.set("_source", source);
      model.save_changes();
    },
  });
  session.prompt.value = text(model.get("prompt"));
  if (model.get("pause") === true) session.pauseEach.value = true;
  const projectId = text(model.get("project_id"));
  if (projectId) session.show(projectId, sourceOf(model));
  return session;
}

function sourceOf(model: Model): Source {
  return model.get("_source") === "kernel" ? "kernel" : "page";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Once for each root: a page, or the shadow tree that some hosts put a widget into. */
function addStyles(el: HTMLElement): void {
  const root = el.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  if (place.querySelector("style[data-aiflow]")) return;
  const style = document.createElement("style");
  style.dataset["aiflow"] = "";
  style.textContent = styles;
  place.append(style);
}
