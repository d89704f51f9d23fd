/** A workbench in the document, over a fake transport. */

import { render } from "preact";
import { Hub } from "../src/api/hub";
import { Workbench } from "../src/components/Workbench";
import { setLanguage } from "../src/i18n";
import type { Welcome } from "../src/model/entities";
import type { AIFlowEvent, Snapshot } from "../src/model/types";
import { Session } from "../src/session/session";
import { FakeTransport, until, WELCOME } from "./fakes";

export const PROJECT = "3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e";

/** Wait until the page has drawn what is known. */
export const frame = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

export class MountedWorkbench {
  readonly transport = new FakeTransport();
  readonly session: Session;
  readonly root = document.createElement("div");
  /** The states that the widget was given to store. */
  readonly rested: Snapshot[] = [];

  constructor(welcome: Welcome = WELCOME) {
    setLanguage("zh");
    this.session = new Session({ page: new Hub(this.transport, { pollMs: 5 }), kernel: null }, welcome, {
      show: () => undefined,
      idle: (snapshot) => this.rested.push(snapshot),
    });
    this.root.dataset["testRoot"] = "";
    document.body.append(this.root);
    render(<Workbench session={this.session} id="w" />, this.root);
  }

  find<T extends Element = HTMLElement>(selector: string): T {
    const found = this.root.querySelector<T>(selector);
    if (!found) throw new Error(`no ${selector}`);
    return found;
  }

  all<T extends Element = HTMLElement>(selector: string): T[] {
    return [...this.root.querySelectorAll<T>(selector)];
  }

  button(name: string): HTMLButtonElement {
    const found = this.all<HTMLButtonElement>("button").find(
      (one) => (one.getAttribute("aria-label") ?? one.textContent).trim() === name,
    );
    if (!found) throw new Error(`no button ${name}`);
    return found;
  }

  /** Show a project whose events are these; the stream then ends. */
  async show(events: AIFlowEvent[], projectId = PROJECT): Promise<void> {
    const before = this.transport.streams.length;
    this.session.show(projectId);
    await until(() => this.transport.streams.length > before, "a request");
    const stream = this.transport.streams[before]!;
    for (const event of events) stream.onEvent(event);
    stream.end();
    await frame();
    await frame();
  }
}
