/**
 * Projects that are about to be deleted: for a few seconds the deletion can be undone, and nothing is sent.
 */

import { signal } from "@preact/signals";
import type { Transport } from "../api/transport";
import { isApiError } from "../model/errors";

/** How long a deletion can be undone. A page that is left meanwhile deletes nothing. */
export const UNDO_MS = 6000;

interface PendingDeletion {
  transport: Transport;
  /** All versions of the program, where all of them go. */
  family: readonly string[];
  timer: ReturnType<typeof setTimeout>;
}

export class PendingDeletions {
  /** The ids that wait for their deletion. */
  readonly waiting = signal<ReadonlySet<string>>(new Set());
  /** The deleted ids. */
  readonly deleted = signal<ReadonlySet<string>>(new Set());
  private readonly pending = new Map<string, PendingDeletion>();

  constructor(
    private readonly onDeleted: (projectId: string) => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** @param family The ids of all its versions, if they are to go with it. */
  schedule(transport: Transport, projectId: string, family: readonly string[] = []): void {
    if (this.pending.has(projectId)) return;
    this.pending.set(projectId, {
      transport,
      family,
      timer: setTimeout(() => void this.deleteNow(projectId), UNDO_MS),
    });
    this.publish();
  }

  /** Whether all versions of the program go with this one. */
  isFamily(projectId: string): boolean {
    return (this.pending.get(projectId)?.family.length ?? 0) > 0;
  }

  undo(projectId: string): void {
    this.unschedule(projectId);
    this.publish();
  }

  /** Delete a project without further delay. */
  async deleteNow(projectId: string): Promise<void> {
    const removal = this.unschedule(projectId);
    if (!removal) return;
    const { transport, family } = removal;
    try {
      await transport.remove(projectId, family.length > 0).catch((error: unknown) => {
        // Deleted elsewhere meanwhile: the result is the same.
        if (!isApiError(error) || error.status !== 404) throw error;
      });
      this.deleted.value = new Set([...this.deleted.value, projectId, ...family]);
      for (const id of new Set([projectId, ...family])) this.onDeleted(id);
    } catch (error) {
      this.onFailure(error);
    } finally {
      this.publish();
    }
  }

  private unschedule(projectId: string): PendingDeletion | undefined {
    const removal = this.pending.get(projectId);
    clearTimeout(removal?.timer);
    this.pending.delete(projectId);
    return removal;
  }

  private publish(): void {
    this.waiting.value = new Set(this.pending.keys());
  }
}
