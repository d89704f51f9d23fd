/** The state of one project, shared by all widgets of a page that show it. */

import { batch, signal } from "@preact/signals";
import type { DirectoryTree, RequestInfo, TreeNode } from "./entities";
import type { ApiError } from "./errors";
import { apply, emptySnapshot, fileAt, isFinal, type PhaseOrder } from "./fold";
import { Story } from "./story";
import { Sequencer } from "./sequencer";
import type { AIFlowEvent, Snapshot } from "./types";

/**
 * `loading` until the first answer; `live` with a stream, `polling` without, `lost` while reconnecting, then
 * `ended`.
 */
export type Connection = "loading" | "live" | "polling" | "lost" | "ended" | "failed";

/** The events that change the tree; a retry, which empties it, is a status, and a plan announces files. */
const FILE_EVENTS: ReadonlySet<AIFlowEvent["event_type"]> = new Set([
  "file_written",
  "change",
  "saved",
  "status",
  "artifact",
]);

export class ProjectStore {
  readonly snapshot: Snapshot;
  readonly story = new Story();
  /**
   * Changes at most once a frame, however many events came; components that show the snapshot subscribe to
   * it.
   */
  readonly tick = signal(0);
  /** Changes (with `tick`) when a file was added, deleted or changed its state. */
  readonly filesRevision = signal(0);
  readonly connection = signal<Connection>("loading");
  readonly error = signal<ApiError | null>(null);
  readonly request = signal<RequestInfo | null>(null);
  /** What could be changed next, once that is known. */
  readonly ideas = signal<readonly string[]>([]);
  /** When the last event arrived, by the page's clock; a heartbeat is no event. */
  lastEventAt = Date.now();
  /** Time and size of the latest pieces of text, for the rate that the footer shows. */
  readonly pace: { at: number; chars: number }[] = [];

  private readonly sequencer = new Sequencer();
  private scheduled = false;
  private filesChanged = false;
  private typing: string | null = null;
  private readonly listeners = new Set<(event: AIFlowEvent) => void>();

  constructor(
    readonly projectId: string,
    phases: PhaseOrder,
  ) {
    this.snapshot = emptySnapshot(phases);
  }

  /** The snapshot, for a component, which is drawn again when it has changed. */
  get current(): Snapshot {
    this.tick.value;
    return this.snapshot;
  }

  get isFinal(): boolean {
    return isFinal(this.snapshot.status);
  }

  push(event: AIFlowEvent): void {
    for (const next of this.sequencer.accept(event)) {
      apply(this.snapshot, next);
      this.story.apply(next);
      this.lastEventAt = Date.now();
      if (next.event_type === "chunk") this.measure(next.text.length);
      if (FILE_EVENTS.has(next.event_type) || this.snapshot.typing !== this.typing) {
        this.filesChanged = true;
        this.typing = this.snapshot.typing;
      }
      for (const listener of this.listeners) listener(next);
    }
    this.schedule();
  }

  /** Fill in a project whose record is gone: only its files are known. */
  fill(tree: DirectoryTree): void {
    const { snapshot } = this;
    const add = (node: TreeNode): void => {
      for (const child of node.children ?? []) {
        const { path, size_bytes = 0, created_at: written_at = null } = child;
        if (child.type === "directory") add(child);
        else snapshot.files[path] = fileAt(path, { size_bytes, written_at });
      }
    };
    add(tree.root);
    snapshot.project_id = this.projectId;
    snapshot.status = "completed";
    snapshot.project_status = "completed";
    this.error.value = null;
    this.connection.value = "ended";
    this.filesChanged = true;
    this.schedule();
  }

  /**
   * Prepare for a reader that resumes after the last folded event: events that waited for a gap arrive again.
   */
  resuming(): void {
    this.sequencer.clear();
  }

  onEvent(listener: (event: AIFlowEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Characters a second over the last five seconds. */
  rate(now = Date.now()): number {
    let chars = 0;
    for (let at = this.pace.length - 1; at >= 0 && now - this.pace[at]!.at < 5000; at--)
      chars += this.pace[at]!.chars;
    return chars / 5;
  }

  private measure(chars: number): void {
    this.pace.push({ at: Date.now(), chars });
    if (this.pace.length > 1000) this.pace.splice(0, 500);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    const show = (): void => {
      this.scheduled = false;
      batch(() => {
        this.tick.value++;
        if (this.filesChanged) this.filesRevision.value++;
      });
      this.filesChanged = false;
    };
    // A page in the background gets no frames, yet its state must be right when it is shown again.
    if (document.hidden) setTimeout(show, 200);
    else requestAnimationFrame(show);
  }
}
