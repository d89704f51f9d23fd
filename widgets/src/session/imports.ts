/** The import of a program: its progress, and what became of each file. */

import { batch, signal } from "@preact/signals";
import type { FoundFiles } from "../browser/droppedFiles";
import type { Imported } from "../model/entities";
import { type ApiError, asApiError, isAbort } from "../model/errors";
import { artifactPhases } from "../model/phases";
import { perSession } from "./perSession";
import type { Session } from "./session";

export interface ImportReport extends Imported {
  /** Folders that the page itself did not send. */
  skipped: string[];
}

export class Imports {
  /** The share of the files that is sent, from 0 to 1; null while nothing is imported. */
  readonly progress = signal<number | null>(null);
  readonly failure = signal<ApiError | null>(null);
  readonly report = signal<ImportReport | null>(null);
  private controller: AbortController | null = null;

  constructor(private readonly session: Session) {
    session.whenClosed(() => this.cancel());
  }

  /** Import these files as one program and show it; return whether that worked. */
  async add({ files, skipped }: FoundFiles): Promise<boolean> {
    if (files.length === 0 || this.progress.value !== null) return false;
    const controller = new AbortController();
    this.controller = controller;
    batch(() => {
      this.progress.value = 0;
      this.failure.value = null;
    });
    const { session } = this;
    try {
      const onProgress = (share: number): void => {
        this.progress.value = share;
      };
      const { signal } = controller;
      const imported = await session.transport.import(files, { signal, onProgress });
      session.prompt.value = "";
      session.show(imported.project_id);
      // What was read out of the files is what the person can judge best.
      const [first] = artifactPhases(session.phases);
      if (first) session.openTab(first.phase);
      this.report.value = { ...imported, skipped };
      return true;
    } catch (error) {
      if (!isAbort(error)) this.failure.value = asApiError(error);
      return false;
    } finally {
      this.progress.value = null;
    }
  }

  cancel(): void {
    this.controller?.abort();
  }
}

export const importsOf = perSession((session) => new Imports(session));
