/** The panel of models: who can write, which one the next run uses, and whether it works. */

import { batch, signal } from "@preact/signals";
import { hasFailed } from "../model/change";
import {
  currentRow,
  type EngineCheck,
  type EngineChoice,
  type EngineKind,
  type EngineList,
  type EngineRow,
} from "../model/engines";
import { type ApiError, asApiError } from "../model/errors";
import { attempt } from "./attempt";
import { sendChange } from "./nextChange";
import { perSession } from "./perSession";
import type { Session } from "./session";

/** Of one column: null while it is going on. */
export type CheckState = EngineCheck | ApiError | null;

export class Engines {
  readonly isOpen = signal(false);
  /** Null until it was read. */
  readonly list = signal<EngineList | null>(null);
  readonly isReading = signal(false);
  /** Why the list could not be read, or why the last selection was refused. */
  readonly failure = signal<ApiError | null>(null);
  readonly isChoosing = signal(false);
  /** The row that the person selected last. */
  readonly chosen = signal<EngineRow | null>(null);
  readonly checks = signal<ReadonlyMap<EngineKind, CheckState>>(new Map());
  /** Of each column, which check is the latest: an answer to an earlier one is dropped. */
  private readonly latest = new Map<EngineKind, object>();

  constructor(private readonly session: Session) {}

  get current(): EngineRow | undefined {
    return this.list.value ? currentRow(this.list.value) : undefined;
  }

  open(): void {
    batch(() => {
      this.isOpen.value = true;
      this.session.drawer.value = false;
      this.chosen.value = null;
      this.checks.value = new Map();
    });
    void this.read();
  }

  close(): void {
    this.isOpen.value = false;
  }

  /** Read the list; the server looks for model servers on its machine each time. */
  async read(): Promise<void> {
    if (this.isReading.value) return;
    this.isReading.value = true;
    await attempt(this.failure, async () => {
      this.list.value = await this.session.transport.engines();
    });
    this.isReading.value = false;
  }

  /** Have the next runs use this one; return whether that is so now. */
  async choose(choice: EngineChoice): Promise<boolean> {
    if (this.isChoosing.value) return false;
    this.isChoosing.value = true;
    const done = await attempt(this.failure, async () => {
      this.chosen.value = await this.session.transport.chooseEngine(choice);
      this.list.value = await this.session.transport.engines();
    });
    this.isChoosing.value = false;
    return done;
  }

  async check(kind: EngineKind, choice: EngineChoice): Promise<void> {
    const token = {};
    this.latest.set(kind, token);
    this.report(kind, null);
    const result = await this.session.transport.checkEngine(choice).catch(asApiError);
    if (this.latest.get(kind) === token) this.report(kind, result);
  }

  /** The person changed what was checked. */
  forgetCheck(kind: EngineKind): void {
    this.latest.delete(kind);
    const left = new Map(this.checks.value);
    if (left.delete(kind)) this.checks.value = left;
  }

  /** Whether a request waits that failed, and that the selected engine could answer. */
  get canTryAgain(): boolean {
    return this.session.store.value?.current.status === "failed";
  }

  /** Send the failed request again, as a new run. */
  async tryAgain(): Promise<void> {
    const { session } = this;
    const state = session.store.value?.current;
    this.close();
    if (!state) return;
    if (!hasFailed(state)) return session.start();
    session.next.value = state.version?.request ?? session.next.value;
    await sendChange(session);
  }

  private report(kind: EngineKind, state: CheckState): void {
    this.checks.value = new Map([...this.checks.value, [kind, state]]);
  }
}

export const enginesOf = perSession((session) => new Engines(session));
