/** Projects that are about to be deleted: a few seconds to change one's mind, in which nothing is sent. */

import { signal } from "@preact/signals";
import type { Transport } from "../api/transport";
import { isApiError } from "../model/errors";

/** How long one may change one's mind. Whoever leaves the page meanwhile keeps the project. */
export const UNDO_MS = 6000;

interface Removal {
  transport: Transport;
  timer: ReturnType<typeof setTimeout>;
}

export class Removals {
  /** The ids that wait. */
  readonly waiting = signal<ReadonlySet<string>>(new Set());
  /** The ids that are deleted. */
  readonly gone = signal<ReadonlySet<string>>(new Set());
  private readonly removals = new Map<string, Removal>();

  constructor(
    private readonly onGone: (projectId: string) => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  ask(transport: Transport, projectId: string): void {
    if (this.removals.has(projectId)) return;
    this.removals.set(projectId, { transport, timer: setTimeout(() => void this.now(projectId), UNDO_MS) });
    this.tell();
  }

  undo(projectId: string): void {
    this.take(projectId);
    this.tell();
  }

  /** Delete it without further waiting. */
  async now(projectId: string): Promise<void> {
    const removal = this.take(projectId);
    if (!removal) return;
    try {
      await removal.transport.remove(projectId).catch((error: unknown) => {
        // Deleted elsewhere meanwhile: that is what was asked for.
        if (!isApiError(error) || error.status !== 404) throw error;
      });
      this.gone.value = new Set([...this.gone.value, projectId]);
      this.onGone(projectId);
    } catch (error) {
      this.onFailure(error);
    } finally {
      this.tell();
    }
  }

  private take(projectId: string): Removal | undefined {
    const removal = this.removals.get(projectId);
    clearTimeout(removal?.timer);
    this.removals.delete(projectId);
    return removal;
  }

  private tell(): void {
    this.waiting.value = new Set(this.removals.keys());
  }
}
