/** The tests of the shown project: the panel that lists them, their next run, and what a person decides. */

import { batch, effect, signal } from "@preact/signals";
import type { Mutants, TestDecision } from "../model/entities";
import type { ApiError } from "../model/errors";
import { isFinal } from "../model/fold";
import type { AIFlowEvent } from "../model/types";
import { attempt } from "./attempt";
import { perSession } from "./perSession";
import type { Session } from "./session";
import { versionsOf } from "./versions";

/** No event says that a run of the tests ended: after this long without a result it has. */
export const QUIET_MS = 60_000;

export class Tests {
  readonly isOpen = signal(false);
  readonly failure = signal<ApiError | null>(null);
  /** The tests whose next result is awaited; empty while they do not run. */
  readonly awaited = signal<ReadonlySet<string>>(new Set());
  /** Whether a decision or a request is on its way. */
  readonly isBusy = signal(false);
  /** How many deliberate errors the tests found. */
  readonly mutants = signal<Mutants | null>(null);
  readonly isMutating = signal(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: Session) {
    let stopListening = (): void => undefined;
    const stop = effect(() => {
      const store = session.store.value;
      stopListening();
      stopListening = store?.onEvent((event) => this.hear(event)) ?? (() => undefined);
      this.reset();
    });
    session.whenClosed(() => {
      stop();
      stopListening();
      clearTimeout(this.timer);
    });
  }

  /** Whether results are being made, by the run at work or because the tests run again. */
  get areRunning(): boolean {
    return this.awaited.value.size > 0;
  }

  open(open: boolean): void {
    batch(() => {
      this.isOpen.value = open;
      if (open) this.session.openPhase.value = null;
    });
  }

  /** Run all tests again. */
  async run(): Promise<void> {
    const store = this.session.store.value;
    if (!store || this.areRunning) return;
    this.expect(new Set(Object.keys(store.snapshot.tests)));
    const accepted = await this.act((id) => this.session.transport.runTests(id));
    if (!accepted) this.expect(new Set());
  }

  /** Remove a test that is wrong, or keep it and have the program changed. */
  async decide(test: string, decision: TestDecision): Promise<void> {
    await this.act(async (id) => {
      const decidedId = await this.session.transport.decideTest(id, test, decision);
      // A version that others were made from stays as it is.
      if (decidedId !== id) versionsOf(this.session).movedTo(decidedId, null);
    });
  }

  /** Have the program changed so that the failing tests pass: a new version. */
  async repair(): Promise<void> {
    await this.act(async (id) => this.session.show(await this.session.transport.repairTests(id)));
  }

  /** Have errors put into copies of the program, and see how many of them the tests find. */
  async mutate(): Promise<void> {
    const store = this.session.store.value;
    this.isMutating.value = true;
    await this.act(async (id) => {
      const found = await this.session.transport.mutants(id);
      if (this.session.store.value === store) this.mutants.value = found;
    });
    this.isMutating.value = false;
  }

  private async act(action: (projectId: string) => Promise<void>): Promise<boolean> {
    const id = this.session.store.value?.projectId;
    if (!id || this.isBusy.value) return false;
    this.isBusy.value = true;
    const done = await attempt(this.failure, () => action(id));
    this.isBusy.value = false;
    this.session.hub.revive(id);
    return done;
  }

  private hear(event: AIFlowEvent): void {
    if (event.event_type === "status" && !isFinal(event.status)) this.expect(new Set());
    if (event.event_type === "saved") this.mutants.value = null;
    if (event.event_type !== "test" || !this.awaited.value.has(event.test)) return;
    const left = new Set(this.awaited.value);
    left.delete(event.test);
    this.expect(left);
  }

  private expect(tests: ReadonlySet<string>): void {
    clearTimeout(this.timer);
    this.awaited.value = tests;
    if (tests.size > 0) this.timer = setTimeout(() => this.expect(new Set()), QUIET_MS);
  }

  private reset(): void {
    batch(() => {
      this.expect(new Set());
      this.failure.value = null;
      this.mutants.value = null;
    });
  }
}

export const testsOf = perSession((session) => new Tests(session));
