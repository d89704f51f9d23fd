/** The chosen feature with its lines, and the line whose origin is shown. */

import { batch, computed, effect, signal } from "@preact/signals";
import { type ApiError, asApiError, isApiError } from "../model/errors";
import { isFinal } from "../model/fold";
import {
  type AskedLine,
  type LineNote,
  type Lines,
  type Place,
  placesOf,
  type Trace,
  type TracedFeature,
} from "../model/trace";
import { lineNote } from "./lineNote";
import { perSession } from "./perSession";
import type { Session } from "./session";

export class Traces {
  readonly found = signal<Trace | null>(null);
  readonly failure = signal<ApiError | null>(null);
  /** The id of the chosen feature. */
  readonly featureId = signal<string | null>(null);
  readonly asked = signal<AskedLine | null>(null);
  /** Which of the feature's places is shown. */
  readonly at = signal(0);
  readonly feature = computed<TracedFeature | undefined>(() =>
    this.found.value?.features.find(({ id }) => id === this.featureId.value),
  );
  readonly places = computed<Place[]>(() => placesOf(this.feature.value));
  /** What is said about the line that was asked about. */
  readonly note = computed<LineNote | null>(
    () => this.asked.value && lineNote(this.asked.value, this.found.value, this.failure.value),
  );
  private readonly isWanted = signal(false);
  private known = "";

  constructor(private readonly session: Session) {
    let projectId = "";
    const stop = effect(() => {
      const store = session.store.value;
      if (store?.projectId !== projectId) {
        projectId = store?.projectId ?? "";
        this.forget();
      }
      // Every change of a file moves lines.
      const revision = store?.filesRevision.value;
      if (store && this.isWanted.value && isFinal(store.snapshot.status))
        void this.load(projectId, `${projectId} ${revision}`);
    });
    session.whenClosed(stop);
  }

  /** The lines of the chosen feature in a file. */
  linesIn(path: string): readonly Lines[] {
    return this.feature.value?.lines[path] ?? NO_LINES;
  }

  /** The line to scroll to in a file: the first one of the shown place. */
  lineIn(path: string): number | null {
    const place = this.places.value[this.at.value];
    return place?.path === path ? place.lines[0] : null;
  }

  /** Read the lines: a panel needs to know the features without any. */
  want(): void {
    this.isWanted.value = true;
  }

  /** Light the lines of a feature; null leaves it. */
  choose(id: string | null): void {
    batch(() => {
      this.featureId.value = id;
      this.at.value = 0;
      this.asked.value = null;
      if (id !== null) this.want();
    });
    this.openPlace();
  }

  /** Go to the next place of the feature. */
  next(): void {
    this.at.value = (this.at.value + 1) % Math.max(1, this.places.value.length);
    this.openPlace();
  }

  /** Show where a line comes from; null hides it. */
  ask(line: AskedLine | null): void {
    batch(() => {
      this.asked.value = line;
      if (line) this.want();
    });
  }

  /** Hide what is shown, the latest first; return whether there was something. */
  leave(): boolean {
    if (this.asked.value) this.ask(null);
    else if (this.featureId.value !== null) this.choose(null);
    else return false;
    return true;
  }

  private openPlace(): void {
    const place = this.places.value[this.at.value];
    if (place) this.session.openTab("file", place.path);
  }

  private async load(projectId: string, key: string): Promise<void> {
    if (key === this.known) return;
    this.known = key;
    const { session } = this;
    const wasEmpty = this.found.peek() === null;
    try {
      const found = await session.transport.trace(projectId);
      // A later request may be answered first.
      if (this.known !== key) return;
      batch(() => {
        this.found.value = found;
        this.failure.value = null;
      });
      if (wasEmpty && this.featureId.value !== null) this.openPlace();
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (this.known === key) this.failure.value = asApiError(error);
    }
  }

  private forget(): void {
    batch(() => {
      this.known = "";
      this.isWanted.value = false;
      this.found.value = null;
      this.failure.value = null;
      this.featureId.value = null;
      this.asked.value = null;
    });
  }
}

const NO_LINES: readonly Lines[] = [];

export const tracesOf = perSession((session) => new Traces(session));
