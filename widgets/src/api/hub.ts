/**
 * One hub per page and transport: the widgets of a project share its store and its stream.
 *
 * A browser opens six connections to one host. So at most two streams are open, and only for runs at work;
 * the page polls its other runs, and finished projects too, whose files may change. A page in the background
 * has no stream and does not poll finished projects.
 */

import { isAbort, isApiError } from "../model/errors";
import type { PhaseOrder } from "../model/fold";
import { ProjectStore } from "../model/store";
import type { Transport } from "./transport";

export interface HubOptions {
  streams?: number;
  pollMs?: number;
  pausedPollMs?: number;
  endedPollMs?: number;
  hiddenPollMs?: number;
  backoffMs?: (attempt: number) => number;
}

const DEFAULTS: Required<HubOptions> = {
  // Of the six connections four are left for JupyterLab itself: its kernels need one each.
  streams: 2,
  pollMs: 1500,
  pausedPollMs: 2500,
  endedPollMs: 800,
  hiddenPollMs: 5000,
  // With a random part: a class of thirty pages must not come back in one moment after a restart.
  backoffMs: (attempt) => Math.min(500 * 2 ** attempt, 15_000) * (0.75 + Math.random() / 2),
};
/** After retry or continue the first new event may be a moment late: so many polls follow at once. */
const QUICK_POLLS = 8;
const QUICK_POLL_MS = 150;

export class Hub {
  private readonly feeds = new Map<string, Feed>();
  private readonly streaming = new Set<Feed>();
  private readonly options: Required<HubOptions>;
  private readonly closed = new AbortController();

  constructor(
    readonly transport: Transport,
    options: HubOptions = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
    const { signal } = this.closed;
    document.addEventListener("visibilitychange", () => this.wakeAll(), { signal });
    // A laptop that was closed would otherwise wait for the rest of its backoff.
    globalThis.addEventListener?.("online", () => this.wakeAll(), { signal });
  }

  /** End all feeds and stop listening to the page. */
  close(): void {
    this.closed.abort();
    for (const feed of this.feeds.values()) feed.stop();
    this.feeds.clear();
  }

  /** Share a project's feed; call the result's `release` when done with it. */
  open(projectId: string, phases: PhaseOrder): { store: ProjectStore; release: () => void } {
    let feed = this.feeds.get(projectId);
    if (!feed) {
      feed = new Feed(this, new ProjectStore(projectId, phases), this.options);
      this.feeds.set(projectId, feed);
      feed.start();
    }
    const shared = feed;
    shared.users++;
    let released = false;
    const release = (): void => {
      // A component may be removed twice while its widget is redrawn; another widget still uses the feed.
      if (released) return;
      released = true;
      if (--shared.users > 0) return;
      shared.stop();
      this.feeds.delete(projectId);
    };
    return { store: shared.store, release };
  }

  /** Read the events of a project now: an action made its run continue. */
  revive(projectId: string): void {
    this.feeds.get(projectId)?.revive();
  }

  /** The number of open streams. */
  get streamCount(): number {
    return this.streaming.size;
  }

  acquireStream(feed: Feed): boolean {
    if (document.hidden || this.streaming.size >= this.options.streams) return false;
    this.streaming.add(feed);
    return true;
  }

  releaseStream(feed: Feed): void {
    if (!this.streaming.delete(feed)) return;
    for (const other of this.feeds.values()) if (other.wantsStream) other.wake();
  }

  private wakeAll(): void {
    for (const feed of this.feeds.values()) feed.onPageChange();
  }
}

class Feed {
  users = 0;
  wantsStream = false;
  private readonly stopped = new AbortController();
  private current: AbortController | null = null;
  private running = false;
  private quickPolls = 0;
  private attempt = 0;
  private wakeUp: (() => void) | null = null;

  constructor(
    private readonly hub: Hub,
    readonly store: ProjectStore,
    private readonly options: Required<HubOptions>,
  ) {}

  start(): void {
    if (this.running || this.stopped.signal.aborted) return;
    this.running = true;
    this.store.error.value = null;
    void this.run().finally(() => {
      this.running = false;
      this.hub.releaseStream(this);
    });
  }

  stop(): void {
    this.stopped.abort();
    this.current?.abort();
    this.wake();
  }

  revive(): void {
    this.quickPolls = QUICK_POLLS;
    this.attempt = 0;
    if (this.running) this.wake();
    else this.start();
  }

  wake(): void {
    this.wakeUp?.();
  }

  onPageChange(): void {
    // A page in the background gives its stream to the pages that are looked at.
    if (document.hidden) this.current?.abort();
    this.wake();
  }

  private async run(): Promise<void> {
    // The first request ends by itself: a finished project, by far the commonest, needs no stream.
    let follow = false;
    while (!this.stopped.signal.aborted) {
      const before = this.store.snapshot.seq;
      try {
        await this.read(follow);
        this.attempt = 0;
        if (this.store.snapshot.seq > before) this.quickPolls = 0;
        if (this.store.isFinal && this.quickPolls-- <= 0) this.store.connection.value = "ended";
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        if (!isAbort(error) && !(await this.recover(error))) return;
      }
      follow = await this.nextRead(follow);
    }
  }

  /** Wait until a stream may be opened or the next poll is due; return whether it is a stream. */
  private async nextRead(streamed: boolean): Promise<boolean> {
    const { snapshot } = this.store;
    // The first request after a loss ends by itself, so it shows quickly whether the server is back.
    if (this.store.connection.value === "lost") return false;
    const live = !this.store.isFinal && snapshot.status !== "paused";
    this.wantsStream = live;
    if (live && this.hub.acquireStream(this)) {
      // A stream that keeps ending at once must not become a tight loop.
      if (streamed) await this.wait(250);
      return true;
    }
    if (this.store.isFinal) await this.waitForPoll();
    else if (document.hidden) await this.wait(this.options.hiddenPollMs);
    else await this.wait(live ? this.options.pollMs : this.options.pausedPollMs);
    const free =
      !this.store.isFinal && this.store.snapshot.status !== "paused" && this.hub.acquireStream(this);
    this.wantsStream = false;
    return free;
  }

  /** Wait before a finished project is polled again: in a hidden page until it is shown. */
  private async waitForPoll(): Promise<void> {
    if (this.quickPolls > 0) await this.wait(QUICK_POLL_MS);
    else await this.wait(document.hidden ? null : this.options.endedPollMs);
  }

  private async read(follow: boolean): Promise<void> {
    const { store } = this;
    const controller = new AbortController();
    this.current = controller;
    store.resuming();
    try {
      await this.hub.transport.stream(store.projectId, {
        after: store.snapshot.seq,
        follow,
        signal: controller.signal,
        onAlive: () => {
          if (follow) store.connection.value = "live";
          else if (store.connection.value !== "ended") store.connection.value = "polling";
        },
        onEvent: (event) => {
          store.push(event);
          if (!store.isFinal && store.connection.value === "ended") store.connection.value = "polling";
          // A paused run may wait for an hour; a run at work gets its stream.
          if (follow && store.snapshot.status === "paused") controller.abort();
        },
      });
    } finally {
      this.current = null;
      if (follow) this.hub.releaseStream(this);
    }
  }

  /** Return whether to try again. */
  private async recover(error: unknown): Promise<boolean> {
    if (!isApiError(error)) throw error;
    // 429 and 408 ask for patience; any other refusal is the same at the next try.
    const hopeless =
      error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408;
    if (hopeless) {
      this.store.error.value = error;
      this.store.connection.value = "failed";
      return false;
    }
    // The view of a finished project is complete: it does not matter that the server is away.
    if (this.store.connection.value !== "ended") this.store.connection.value = "lost";
    await this.wait(this.options.backoffMs(this.attempt++));
    return true;
  }

  /** Wait; `wake` ends it early, and null waits for nothing else. */
  private wait(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wakeUp = null;
        resolve();
      };
      const timer = ms === null ? undefined : setTimeout(done, ms);
      this.wakeUp = done;
      if (this.stopped.signal.aborted) done();
    });
  }
}
