/**
 * One widget's view of a project: the state of its controls, and their actions. The project's state is in the
 * store.
 */

import { batch, effect, signal } from "@preact/signals";
import type { Hub } from "../api/hub";
import type { Transport } from "../api/transport";
import { saveAs } from "../browser/saveAs";
import type { Ask, GenerateRequest, RequestInfo, ReviseRequest, Welcome } from "../model/entities";
import { asApiError, isApiError } from "../model/errors";
import { firstChangedFile, hasFailed } from "../model/change";
import { isFinal, withoutTexts } from "../model/fold";
import {
  artifactPhases,
  mainFile,
  pausesAfter,
  phaseOfKind,
  type PhaseTable,
  titleOf,
} from "../model/phases";
import type { ProjectStore } from "../model/store";
import type { Artifact, Snapshot } from "../model/types";
import { keepOpenProject, keepView, readSetting, readView, writeSetting } from "../storage/webStorage";
import { type Action, Actions } from "./actions";
import { askSetting } from "./askSetting";
import { ProjectList } from "./projectList";
import { PendingDeletions } from "./pendingDeletions";
import { requestInfo } from "./requestInfo";

export const PROMPT_LIMIT = 1000;
export const RETRY_LIMIT = 3;
/** After only heartbeats for this long the workbench offers to start again. */
export const SILENCE_MS = 120_000;

/** `file`, `run`, or the name of a phase: the tab of its artifact. */
export type Tab = string;
export type Source = "page" | "kernel";

/** Where a session stores which project it shows: the widget's traits. */
export interface Port {
  show(projectId: string, source: Source): void;
  /** The run ended or paused: stores the state that a notebook without a kernel shows. */
  idle(snapshot: Snapshot, prompt: string): void;
}

export class Session {
  readonly store = signal<ProjectStore | null>(null);
  readonly prompt = signal("");
  /** Whether the field for a new program is open although a program is shown. */
  readonly composing = signal(false);
  /** What to change next. */
  readonly next = signal("");
  /** Whether the record of a finished change is shown in place of what it changed and why. */
  readonly showsRecord = signal(false);
  readonly tab = signal<Tab>("");
  readonly path = signal<string | null>(null);
  /** The view follows the run, until the person opens something else. */
  readonly following = signal(true);
  readonly openPhase = signal<string | null>(null);
  readonly actions = new Actions();
  readonly failure = this.actions.failure;
  readonly pending = this.actions.pending;
  readonly pauseEach = signal(readSetting("pauseEach", "") === "yes");
  readonly drawer = signal(false);
  /** The edited artifact, while the run is paused or after its end; null while it is unchanged. */
  readonly draft = signal<Artifact | null>(null);
  /** The kind of artifact that is edited after the end, to run the later phases again. */
  readonly revising = signal<Artifact["kind"] | null>(null);
  /** The closed folders. */
  readonly closed = signal<ReadonlySet<string>>(new Set());

  readonly projectList = new ProjectList(() => this.transport);
  readonly deletions = new PendingDeletions(
    (projectId) => {
      if (this.store.value?.projectId === projectId) this.show("");
    },
    (error) => {
      this.failure.value = asApiError(error);
    },
  );

  source: Source;
  /** The project that was open before a reload. If it was deleted meanwhile, that is no error. */
  restoredId = "";
  /** The prompt that Python made the widget with. */
  initialPrompt = "";
  /** Focuses the request field; set by the mounted component. */
  focusPrompt: () => void = () => undefined;
  /** Called when the shown run ends or pauses. */
  onRest: (store: ProjectStore) => void = () => undefined;
  private release: (() => void) | null = null;
  private stopFollowing: (() => void) | null = null;
  private readonly onClose: (() => void)[] = [];

  constructor(
    private readonly hubs: { page: Hub | null; kernel: Hub | null },
    readonly welcome: Welcome,
    private readonly port: Port,
  ) {
    this.source = hubs.page ? "page" : "kernel";
    this.tab.value = this.firstTab;
  }

  get phases(): PhaseTable {
    return this.welcome.phases;
  }

  private get firstTab(): Tab {
    return artifactPhases(this.phases)[0]?.phase ?? "file";
  }

  get hub(): Hub {
    const hub = this.hubs[this.source];
    if (!hub) throw new Error(`no ${this.source} to talk to`);
    return hub;
  }

  get transport(): Transport {
    return this.hub.transport;
  }

  get snapshot(): Snapshot | null {
    return this.store.value?.snapshot ?? null;
  }

  /** What a request says of questions: nothing where none are asked. */
  get ask(): { ask?: Ask } {
    const ask = askSetting.over(this.welcome.ask);
    return ask === "never" ? {} : { ask };
  }

  /** Whether the shown project is being generated, or may be: before its first event that is unknown. */
  get isRunning(): boolean {
    const store = this.store.value;
    if (!store || store.connection.value === "failed") return false;
    const snapshot = store.current;
    if (snapshot.seq === 0) return store.connection.value !== "ended";
    return !isFinal(snapshot.status);
  }

  /** Show a project; the empty id shows none. */
  show(projectId: string, source: Source = this.source): void {
    if (projectId === (this.store.value?.projectId ?? "") && source === this.source) return;
    this.leaveProject();
    this.source = this.hubs[source] ? source : this.source;
    batch(() => {
      this.following.value = true;
      this.openPhase.value = null;
      this.path.value = null;
      this.tab.value = this.firstTab;
      this.composing.value = this.showsRecord.value = false;
      this.next.value = "";
      this.revise(null);
      this.projectList.comparing.value = null;
      this.failure.value = null;
      this.store.value = null;
      this.restoreView(projectId);
    });
    keepOpenProject(projectId, this.initialPrompt);
    if (projectId) {
      const { store, release } = this.hub.open(projectId, this.phases);
      this.release = release;
      this.store.value = store;
      let reported = "";
      this.stopFollowing = effect(() => {
        const snapshot = store.current;
        const lost = store.error.value;
        if (lost?.status === 404) void this.findElsewhere(store);
        this.followRun(snapshot);
        const mark = `${snapshot.status} ${snapshot.retry_count}`;
        if (mark !== reported && (isFinal(snapshot.status) || snapshot.status === "paused")) {
          reported = mark;
          this.onRest(store);
          this.port.idle(withoutTexts(snapshot), store.request.peek()?.user_input ?? this.prompt.peek());
        }
      });
      if (!store.request.value) void this.readRequest(store);
    }
    this.port.show(projectId, this.source);
  }

  /** The server does not know the run: only its files may be left, or the kernel may know it. */
  private async findElsewhere(store: ProjectStore): Promise<void> {
    try {
      store.fill(await this.transport.tree(store.projectId));
    } catch (error) {
      if (!isApiError(error)) throw error;
      const elsewhere = this.source === "page" && this.hubs.kernel !== null;
      if (this.store.peek() !== store) return;
      if (elsewhere) this.show(store.projectId, "kernel");
      else if (this.restoredId === store.projectId) this.show("");
    }
  }

  private leaveProject(): void {
    this.stopFollowing?.();
    this.release?.();
    this.stopFollowing = this.release = null;
  }

  /** End the session, so that nothing that outlives it refers to it. */
  close(): void {
    this.leaveProject();
    for (const end of this.onClose.splice(0)) end();
  }

  /** Register a function that is called when the session ends. */
  whenClosed(end: () => void): void {
    this.onClose.push(end);
  }

  async start(change: Partial<GenerateRequest> = {}): Promise<void> {
    const prompt = this.prompt.value.trim();
    const request: GenerateRequest = { prompt, ...this.ask, ...change };
    if (this.pauseEach.value) request.pause_after = pausesAfter(this.phases);
    await this.actions.attempt("start", async () =>
      this.begun(await this.transport.generate(request), { user_input: prompt }),
    );
  }

  /** Show a run that was just begun. */
  begun(projectId: string, info: RequestInfo): void {
    this.show(projectId);
    // The page knows what it asked for: the head shows it before the first event arrives.
    if (this.store.value) this.store.value.request.value = info;
  }

  /** Open the field for a new program, with this text in it. */
  compose(text: string): void {
    batch(() => {
      this.prompt.value = text;
      this.composing.value = this.store.value !== null;
    });
    this.focusPrompt();
  }

  cancel(): Promise<void> {
    return this.act("cancel", (id) => this.transport.cancel(id));
  }

  retry(): Promise<void> {
    this.following.value = true;
    this.openPhase.value = null;
    this.revise(null);
    return this.act("retry", (id) => this.transport.retry(id));
  }

  resume(): Promise<void> {
    const artifact = this.draft.value ?? undefined;
    return this.act("resume", async (id) => {
      await this.transport.resume(id, artifact);
      this.draft.value = null;
      this.following.value = true;
    });
  }

  /** Edit an artifact of a run that has ended; null ends the editing without a change. */
  revise(kind: Artifact["kind"] | null): void {
    batch(() => {
      this.revising.value = kind;
      // An edit from a pause that ended in a cancellation is continued.
      if (this.draft.value?.kind !== kind) this.draft.value = null;
    });
  }

  /** Run the phases after the edited artifact again, as a new project. */
  async regenerate(): Promise<void> {
    const earlier = this.store.value;
    const kind = this.revising.value;
    const revised = kind ? phaseOfKind(this.phases, kind) : undefined;
    const next = this.phases.find((info) => revised && info.sequence_order > revised.sequence_order);
    if (!earlier || !next) return;
    const request: ReviseRequest = { from_project: earlier.projectId, from_phase: next.phase };
    if (this.draft.value) request.artifact = this.draft.value;
    const pauses = pausesAfter(this.phases, revised);
    if (this.pauseEach.value && pauses.length > 0) request.pause_after = pauses;
    const prompt = earlier.request.value?.user_input ?? this.prompt.value;
    const info = { user_input: prompt, title: titleOf(earlier.snapshot) };
    await this.actions.attempt("regenerate", async () =>
      this.begun(await this.transport.generate(request), info),
    );
  }

  async download(): Promise<void> {
    await this.act("download", async (id) => {
      saveAs(await this.transport.download(id));
    });
  }

  /** Open the field for a new program with the request of the shown one. */
  composeAgain(): void {
    this.compose(this.store.value?.request.value?.user_input ?? this.prompt.value);
  }

  setPauseEach(on: boolean): void {
    this.pauseEach.value = on;
    writeSetting("pauseEach", on ? "yes" : "");
  }

  /** Restore how this project was viewed before; a run at work is followed all the same. */
  private restoreView(projectId: string): void {
    const view = projectId ? readView(projectId) : null;
    this.closed.value = new Set(view?.closed ?? []);
    if (!view || !(view.tab === "file" || this.phases.some((info) => info.phase === view.tab))) return;
    this.following.value = false;
    this.tab.value = view.tab;
    this.path.value = view.path;
  }

  private saveView(): void {
    const id = this.store.peek()?.projectId;
    if (id) keepView(id, { tab: this.tab.value, path: this.path.value, closed: [...this.closed.value] });
  }

  fold(path: string, shut: boolean): void {
    const next = new Set(this.closed.value);
    if (shut) next.add(path);
    else next.delete(path);
    this.closed.value = next;
    this.saveView();
  }

  /** Open a tab; the view stays there. */
  openTab(tab: Tab, path: string | null = this.path.value): void {
    batch(() => {
      this.following.value = false;
      this.tab.value = tab;
      this.path.value = path;
    });
    this.saveView();
  }

  follow(): void {
    batch(() => {
      this.following.value = true;
      this.openPhase.value = null;
      if (this.snapshot) this.followRun(this.snapshot);
    });
  }

  /** The phase whose record is shown: the opened one, else the active one, else the last that started. */
  get shownPhase(): string {
    if (this.openPhase.value) return this.openPhase.value;
    const phases = Object.values(this.store.value?.current.phases ?? {});
    const active = phases.find((phase) => phase.status === "active");
    const shown = active ?? phases.findLast((phase) => phase.status !== "pending");
    return shown?.phase ?? this.phases[0]?.phase ?? "";
  }

  private followRun(state: Snapshot): void {
    if (!this.following.peek()) return;
    const go = (tab: Tab, path: string | null = null): void => {
      this.tab.value = tab;
      if (path !== null) this.path.value = path;
    };
    const withTab = artifactPhases(this.phases).map((info) => info.phase);
    const active = withTab.find((name) => state.phases[name]?.status === "active");
    if (state.status === "paused") go(withTab.find((name) => name === state.paused_after) ?? this.tab.peek());
    else if (state.typing !== null) go("file", state.typing);
    else if (active) go(active);
    else if (state.status === "completed" || hasFailed(state)) {
      const shown = firstChangedFile(state) ?? mainFile(state);
      if (shown) go("file", shown);
    } else if (isFinal(state.status) && this.path.peek() === null) {
      go(withTab.findLast((name) => name in state.artifacts) ?? this.firstTab);
    }
  }

  private act(name: Action, action: (id: string) => Promise<void>): Promise<void> {
    return this.actions.attempt(name, async () => {
      const id = this.store.value?.projectId;
      if (!id) return;
      await action(id);
      this.hub.revive(id);
    });
  }

  private async readRequest(store: ProjectStore): Promise<void> {
    try {
      const info = await requestInfo(this.transport, store);
      store.request.value ??= info;
      const untouched = this.restoredId === store.projectId && this.prompt.value === this.initialPrompt;
      if (!this.prompt.value || untouched) this.prompt.value = info.user_input;
    } catch (error) {
      // The stream reports what is wrong with the project; here only the request field stays empty.
      if (!isApiError(error)) throw error;
    }
  }
}

/** Whether a text is a request: not empty, and not too long. */
export function isSendable(text: string): boolean {
  return text.trim() !== "" && countChars(text) <= PROMPT_LIMIT;
}

export function countChars(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
