/** The versions of the shown project: their list, the comparison of two, and what is done with them. */

import { batch, computed, effect, signal } from "@preact/signals";
import { type ApiError, isApiError } from "../model/errors";
import { isFinal } from "../model/fold";
import type { Hunk, Version, VersionList } from "../model/versions";
import { attempt } from "./attempt";
import { perSession } from "./perSession";
import type { Pair } from "./projectList";
import type { Session } from "./session";

/** A file or a hunk that was put into the newest version. */
export interface Applied {
  path: string;
  /** Of the version that it came from, and of the one that it was put into. */
  from: number;
  to: number;
  undo: string;
}

/** A save that went to a version of its own. */
export interface Moved {
  projectId: string;
  /** The number of the version that stayed as it was; null where it is not known. */
  from: number | null;
  path: string | null;
}

const NO_VERSIONS: VersionList = { family_id: "", versions: [], edited: [] };

export class Versions {
  /** The oldest first; empty until it is known. */
  readonly list = signal<readonly Version[]>([]);
  /** The files of the shown version that can be restored. */
  readonly edited = signal<readonly string[]>([]);
  readonly failure = signal<ApiError | null>(null);
  /** Whether the list is unfolded. */
  readonly isOpen = signal(false);
  readonly applied = signal<Applied | null>(null);
  readonly moved = signal<Moved | null>(null);
  /** Counts what changed on the disk by this page: a comparison is read again. */
  readonly revision = signal(0);
  readonly newest = computed(() => this.list.value.at(-1) ?? null);
  /** The two that are compared; until the person chooses, the shown one and the one that it was made from. */
  readonly pair = computed<Pair | null>(() => {
    const chosen = this.chosen.value;
    if (chosen && this.find(chosen.before) && this.find(chosen.after)) return chosen;
    const { value: list } = this.list;
    const shown = this.find(this.shownId) ?? list.at(-1);
    const parent = this.find(shown?.parent_id);
    if (shown && parent) return { before: parent.project_id, after: shown.project_id };
    return list.length > 1 ? { before: list[0]!.project_id, after: list.at(-1)!.project_id } : null;
  });
  private readonly chosen = signal<Pair | null>(null);
  private latest = 0;
  private familyId = "";

  constructor(private readonly session: Session) {
    const stop = effect(() => {
      const store = session.store.value;
      const snapshot = store?.current;
      // A row shows each of them; a version event says that there is a row more.
      const { status, title, label, version } = snapshot ?? {};
      // A save after the end changes which files are not as they were generated.
      const files = status && isFinal(status) ? store?.filesRevision.value : 0;
      this.reload(store?.projectId ?? "", JSON.stringify([status, title, label, version, files]));
    });
    session.whenClosed(stop);
  }

  find(id: string | null | undefined): Version | undefined {
    return this.list.value.find((version) => version.project_id === id);
  }

  /** Whether a version can be changed in place: it is the newest, and its run has ended. */
  get newestIsIdle(): boolean {
    const newest = this.newest.value;
    return newest !== null && newest.status !== "generating";
  }

  private get shownId(): string {
    return this.session.store.value?.projectId ?? "";
  }

  private known = "";

  private reload(id: string, state: string): void {
    const key = `${id} ${state}`;
    if (key === this.known) return;
    this.known = key;
    if (id) void this.load(id);
    else this.accept(NO_VERSIONS);
  }

  /** The strip stays while a person goes from one version of a family to another. */
  private accept(found: VersionList): void {
    batch(() => {
      if (found.family_id !== this.familyId) this.unfold(false);
      this.familyId = found.family_id;
      this.list.value = found.versions;
      this.edited.value = found.edited;
    });
  }

  async load(id = this.shownId): Promise<void> {
    const asked = ++this.latest;
    try {
      const found = await this.session.transport.versions(id);
      // A later request may be answered first.
      if (asked === this.latest) this.accept(found);
    } catch (error) {
      // The strip is missing then; what is wrong with the project is said by its stream.
      if (!isApiError(error)) throw error;
      if (asked === this.latest) this.accept(NO_VERSIONS);
    }
  }

  /** Open a version: that is how one goes back. */
  open(id: string): void {
    this.session.show(id);
  }

  unfold(open: boolean): void {
    batch(() => {
      this.isOpen.value = open;
      this.chosen.value = null;
      this.applied.value = null;
      this.failure.value = null;
    });
  }

  compare(pair: Pair): void {
    batch(() => {
      this.chosen.value = pair;
      this.applied.value = null;
    });
  }

  /** Compare a version with the one that was chosen last, the older one first. */
  pick(id: string): void {
    const other = this.pair.value?.after;
    if (!other || other === id) return;
    const numbers = [id, other].sort((a, b) => this.numberOf(a) - this.numberOf(b));
    this.compare({ before: numbers[0]!, after: numbers[1]! });
  }

  numberOf(id: string): number {
    return this.find(id)?.version ?? 0;
  }

  async relabel(id: string, label: string): Promise<boolean> {
    return attempt(this.failure, async () => {
      await this.session.transport.label(id, label);
      await this.load();
    });
  }

  /**
   * Put a file of another version into the newest one, or one hunk of it.
   * @param hunk From the newest version to the other one; without it the whole file.
   */
  async apply(from: Version, path: string, hunk: Hunk | null): Promise<boolean> {
    const newest = this.newest.value;
    if (!newest) return false;
    return attempt(this.failure, async () => {
      const undo = await this.session.transport.apply(newest.project_id, from.project_id, path, hunk);
      this.applied.value = { path, from: from.version, to: newest.version, undo };
      this.revision.value++;
    });
  }

  async undo(): Promise<boolean> {
    const { applied, newest } = { applied: this.applied.value, newest: this.newest.value };
    if (!applied || !newest) return false;
    return attempt(this.failure, async () => {
      await this.session.transport.undo(newest.project_id, applied.undo);
      this.applied.value = null;
      this.revision.value++;
    });
  }

  /** A file, or all of them, as they were generated. */
  async restore(path?: string): Promise<boolean> {
    const store = this.session.store.value;
    if (!store) return false;
    return attempt(this.failure, async () => {
      const restoredId = await this.session.transport.restore(store.projectId, path);
      this.revision.value++;
      // A version that others were made from stays as it is.
      if (restoredId !== store.projectId) this.movedTo(restoredId, path ?? null);
      else await this.load();
    });
  }

  /** A save in a version that others were made from went to a version of its own: go there. */
  movedTo(id: string, path: string | null): void {
    const from = this.find(this.shownId)?.version ?? null;
    batch(() => {
      this.session.show(id);
      if (path !== null) this.session.openTab("file", path);
      this.moved.value = { projectId: id, from, path };
    });
  }
}

export const versionsOf = perSession((session) => new Versions(session));
