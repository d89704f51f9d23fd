/** The entry point that the loader calls: it renders one workbench into one element. */

import { render } from "preact";
import styles from "./styles/index.css";
import { Hub } from "./api/hub";
import { findServer } from "./api/page";
import { RestTransport } from "./api/rest";
import { Unavailable } from "./components/Unavailable";
import { Workbench } from "./components/Workbench";
import { programsOf } from "./program/programs";
import { Session } from "./session/session";
import { type Model, text, Widget } from "./session/widget";

interface MountOptions {
  model: Model;
  el: HTMLElement;
}

let pageHub: Hub | null | undefined;
let mounted = 0;
/** By the widget's key: a widget that has two views, or is redrawn, keeps its session. */
const widgets = new Map<string, Widget>();

/** The page's Jupyter server, one hub for all widgets; null where the page has none. */
function serverHub(): Hub | null {
  if (pageHub === undefined) {
    const server = findServer();
    pageHub = server ? new Hub(new RestTransport(server)) : null;
  }
  return pageHub;
}

/** Show a workbench; return the function that removes it. */
export function mount({ model, el }: MountOptions): () => void {
  addStyles(el);
  el.classList.add("af-outer");
  const host = document.createElement("div");
  host.className = "af-host";
  el.append(host);
  const id = `af-${++mounted}`;
  const key = text(model.get("_key"));
  const widget = widgets.get(key) ?? new Widget(() => widgets.delete(key));
  widgets.set(key, widget);
  widget.models.add(model);
  let gone = false; // a host may remove the view before its first answer has come

  const start = async (): Promise<void> => {
    render(<Unavailable state="loading" />, host);
    const found = await widget.connect(serverHub());
    if (gone) return;
    if (found instanceof Session && model.get("play") === true) {
      // Once: a reloaded page or a second view starts no game by itself.
      model.set("play", false);
      model.save_changes();
      programsOf(found).playWhenReady();
    }
    if (found instanceof Session) render(<Workbench session={found} id={id} />, host);
    else render(<Unavailable state="error" error={found} onRetry={() => void start()} />, host);
  };
  void start();

  return () => {
    gone = true;
    render(null, host);
    host.remove();
    widget.removeView(model);
  };
}

/** Add the stylesheet once to each root: the page, or the shadow tree that some hosts put a widget into. */
function addStyles(el: HTMLElement): void {
  const root = el.getRootNode();
  const location = root instanceof ShadowRoot ? root : document.head;
  if (location.querySelector("style[data-aiflow]")) return;
  const style = document.createElement("style");
  style.dataset["aiflow"] = "";
  style.textContent = styles;
  location.append(style);
}
