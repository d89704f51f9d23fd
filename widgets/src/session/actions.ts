/** The actions of a workbench's buttons: which are being performed, in which order, and how one failed. */

import { signal } from "@preact/signals";
import type { ApiError } from "../model/errors";
import { attempt } from "./attempt";

export type Action = "start" | "change" | "cancel" | "retry" | "resume" | "regenerate" | "download";

export class Actions {
  /** The actions that are being performed. */
  readonly pending = signal<ReadonlySet<Action>>(new Set());
  readonly failure = signal<ApiError | null>(null);
  private readonly running = new Map<Action, Promise<void>>();
  /** The end of the last action that changes the run: the next one waits for it. */
  private last: Promise<void> = Promise.resolve();

  /**
   * Perform the action of a button. A second click on the same button joins the first; another action that
   * changes the run is performed after it, and a download beside it. No click is dropped.
   */
  attempt(name: Action, action: () => Promise<void>): Promise<void> {
    const running = this.running.get(name);
    if (running) return running;
    const before = name === "download" ? Promise.resolve() : this.last;
    const done = before
      .then(() => attempt(this.failure, action))
      .then(() => {
        this.running.delete(name);
        this.pending.value = new Set(this.running.keys());
      });
    this.running.set(name, done);
    this.pending.value = new Set(this.running.keys());
    if (name !== "download") this.last = done;
    return done;
  }
}
