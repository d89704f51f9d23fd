/** One widget of the kernel: its session, and its traits and messages through any one of its views. */

import { Hub } from "../api/hub";
import { KernelTransport } from "../api/kernel";
import { type KernelMessage, type Messages, post } from "../api/kernelMessages";
import type { Welcome } from "../model/entities";
import { ApiError, asApiError, isApiError } from "../model/errors";
import { claimOpenProject } from "../storage/webStorage";
import { Session, type Source } from "./session";

/**
 * The part of anywidget's model that is used. Each view has one of its own, whose handlers end with the view.
 */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(name: string, handler: (...args: never[]) => void): void;
  off(name: string, handler: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

/** A redrawn output is removed first and comes back at once; its session waits this long for it. */
const GRACE_MS = 2000;

export class Widget {
  readonly models = new ModelSwitch();
  private readonly kernel = new Hub(new KernelTransport(this.models), { streams: Infinity });
  private session: Session | null = null;
  private isClosed = false;

  constructor(private readonly onGone: () => void) {}

  /** The session, or why there is none. */
  async connect(page: Hub | null): Promise<Session | ApiError> {
    if (this.session) return this.session;
    let welcome: Welcome | null = null;
    let hub = page;
    try {
      welcome = (await page?.transport.welcome()) ?? null;
    } catch (error) {
      // Without the extension the kernel is used; any other error is shown.
      if (!isApiError(error) || error.status !== 404) return asApiError(error);
      hub = null;
    }
    try {
      welcome ??= await this.kernel.transport.welcome();
    } catch (error) {
      return asApiError(error);
    }
    // The last view may have been removed meanwhile, and two views may connect at once.
    if (this.isClosed) return new ApiError("", 0, "cancelled", false);
    this.session ??= this.open(hub, welcome);
    return this.session;
  }

  private open(page: Hub | null, welcome: Welcome): Session {
    const { kernel, models } = this;
    const session = new Session({ page, kernel }, welcome, {
      show: (projectId, source) => {
        if (text(models.get("project_id")) === projectId && models.get("_source") === source) return;
        models.set("_source", source);
        models.set("project_id", projectId);
        models.save_changes();
      },
      idle: (snapshot, prompt) => void post(models, { kind: "shown", snapshot, prompt }),
    });
    session.source = page ? this.source() : "kernel";
    session.initialPrompt = session.prompt.value = text(models.get("prompt"));
    if (models.get("pause") === true) session.pauseEach.value = true;
    const own = text(models.get("project_id"));
    if (!own) session.restoredId = claimOpenProject(session.initialPrompt);
    const projectId = own || session.restoredId;
    if (projectId) session.show(projectId, session.source);
    models.on("change:project_id", () => session.show(text(models.get("project_id")), this.source()));
    models.on("change:prompt", () => {
      session.prompt.value = text(models.get("prompt"));
    });
    return session;
  }

  private source(): Source {
    return this.models.get("_source") === "kernel" ? "kernel" : "page";
  }

  removeView(model: Model): void {
    this.models.remove(model);
    setTimeout(() => {
      if (this.models.isEmpty) this.close();
    }, GRACE_MS);
  }

  private close(): void {
    this.isClosed = true;
    this.session?.close();
    this.session = null;
    this.kernel.close();
    this.onGone();
  }
}

type Handler = (...args: never[]) => void;

/** The models of a widget's views as one: when a view ends, the listeners move to another one. */
class ModelSwitch implements Messages {
  private readonly views: Model[] = [];
  private readonly handlers = new Map<string, Set<Handler>>();

  get isEmpty(): boolean {
    return this.views.length === 0;
  }

  add(model: Model): void {
    this.views.push(model);
    if (this.views.length === 1) this.attach();
  }

  remove(model: Model): void {
    const first = this.views[0] === model;
    this.views.splice(this.views.indexOf(model), 1);
    if (!first) return;
    for (const [name, handlers] of this.handlers) for (const handler of handlers) model.off(name, handler);
    this.attach();
  }

  get(name: string): unknown {
    return this.views[0]?.get(name);
  }

  set(name: string, value: unknown): void {
    this.views[0]?.set(name, value);
  }

  save_changes(): void {
    this.views[0]?.save_changes();
  }

  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void {
    this.views[0]?.send(content, callbacks, buffers);
  }

  on(name: "msg:custom", handler: (content: KernelMessage, buffers: DataView[]) => void): void;
  on(name: string, handler: () => void): void;
  on(name: string, handler: Handler): void {
    let known = this.handlers.get(name);
    if (!known) {
      known = new Set();
      this.handlers.set(name, known);
    }
    known.add(handler);
    this.views[0]?.on(name, handler);
  }

  off(name: string, handler: Handler): void {
    this.handlers.get(name)?.delete(handler);
    this.views[0]?.off(name, handler);
  }

  private attach(): void {
    for (const [name, handlers] of this.handlers)
      for (const handler of handlers) this.views[0]?.on(name, handler);
  }
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
