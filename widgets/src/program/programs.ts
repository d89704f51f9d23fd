/** The buttons Run and Play of one session: whether they are offered, and the program that they started. */

import { batch, effect, signal, untracked } from "@preact/signals";
import type { ProgramMode, ProgramSocket, ProgramSpec } from "../api/program";
import { isApiError } from "../model/errors";
import { mainFile } from "../model/phases";
import type { ProjectStore } from "../model/store";
import { perSession } from "../session/perSession";
import { requestInfo } from "../session/requestInfo";
import type { Session } from "../session/session";
import { claimProgram, keepProgram, readProgram } from "../storage/webStorage";
import { ProgramRun } from "./run";

/** The program of a workbench; one at a time. */
export class Programs {
  readonly current = signal<ProgramRun | null>(null);
  /** The project has a program, and the server or the kernel can run it. */
  readonly canRun = signal(false);
  /** The program opens a window. */
  readonly canPlay = signal(false);
  /** The project has a program, but neither server nor kernel can run it. */
  readonly isElsewhere = signal(false);
  readonly args = signal("");
  /** The line of a file to scroll to. */
  readonly location = signal<{ path: string; line: number } | null>(null);
  private projectId = "";
  /** By project; false until the answer arrives. */
  private readonly opensWindow = new Map<string, boolean>();
  private isPlayDue = false;

  constructor(private readonly session: Session) {
    const stop = effect(() => this.follow());
    session.whenClosed(() => {
      stop();
      this.disconnect();
    });
  }

  start(mode: ProgramMode): void {
    if (!this.canRun.peek()) return;
    this.current.peek()?.stop();
    this.current.value = new ProgramRun(this.connect(), this.projectId, mode, splitArgs(this.args.peek()));
    this.session.openTab("run");
  }

  stop(): void {
    this.current.value?.stop();
  }

  /** Play as soon as the project is loaded, for `project.play()` in a cell. */
  playWhenReady(): void {
    this.isPlayDue = true;
    this.follow();
  }

  /** Open a file at a line. */
  show(path: string, line: number): void {
    this.location.value = { path, line };
    this.session.openTab("file", path);
  }

  disconnect(): void {
    const session = readProgram(this.projectId);
    this.current.peek()?.disconnect();
    // The widget may be redrawn, as a notebook does with a changed output; the program waits for it.
    if (session) keepProgram(this.projectId, session);
    this.current.value = null;
    this.projectId = "";
  }

  /** Connect over the transport of the project, also when reconnecting later. */
  private connect(): (spec: ProgramSpec) => ProgramSocket {
    const { transport } = this.session;
    return (spec) => transport.program(spec);
  }

  private follow(): void {
    const store = this.session.store.value;
    const snapshot = store?.current;
    const hasProgram = snapshot?.status === "completed" && (!snapshot.project || mainFile(snapshot) !== null);
    const { capabilities } = this.session.welcome;
    const projectId = store?.projectId ?? "";
    if (projectId !== this.projectId) {
      // Of another project nothing is shown any more that could stop this program.
      this.current.peek()?.stop();
      this.current.value = null;
      this.projectId = projectId;
      untracked(() => this.resume());
    }
    batch(() => {
      this.isElsewhere.value = hasProgram && !capabilities.run;
      this.canRun.value = hasProgram && capabilities.run;
      this.canPlay.value = hasProgram && capabilities.play && this.opensWindow.get(projectId) === true;
      if (this.isPlayDue && this.canRun.value) {
        this.isPlayDue = false;
        untracked(() => this.start("play"));
      }
      const isUnknown = hasProgram && capabilities.play && !this.opensWindow.has(projectId);
      if (isUnknown) void this.askForWindow(store!);
    });
  }

  /** Reconnect to a program that runs since before the page was reloaded. */
  private resume(): void {
    const found = claimProgram(this.projectId);
    if (!found || !this.session.welcome.capabilities.run) return;
    const run = new ProgramRun(this.connect(), this.projectId, found.mode, found.args, {
      session: found.session,
    });
    const stop = effect(() => {
      const state = run.state.value;
      if (state === "starting") return;
      // A program that has ended meanwhile is not shown.
      if (state === "running") {
        this.current.value = run;
        untracked(() => this.session.openTab("run"));
      }
      queueMicrotask(() => stop()); // the effect runs at once, before `stop` has its value
    });
  }

  /** Ask the server or the kernel, which knows the language, whether the program opens a window. */
  private async askForWindow(store: ProjectStore): Promise<void> {
    const { projectId } = store;
    this.opensWindow.set(projectId, false); // also says that the question is out, so it is asked once
    try {
      const { program } = await requestInfo(this.session.transport, store);
      this.opensWindow.set(projectId, program?.opens_window === true);
    } catch (error) {
      if (!isApiError(error)) throw error;
      // A project without a record is known by its files only: the person decides how to start it.
      this.opensWindow.set(projectId, error.status === 404);
    }
    this.follow();
  }
}

/** Split into words as a shell does: quotes keep blanks together. */
export function splitArgs(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:"([^"]*)"|'([^']*)'|[^\s"'])+/g)) {
    words.push(
      match[0].replace(
        /"([^"]*)"|'([^']*)'/g,
        (_, double?: string, single?: string) => double ?? single ?? "",
      ),
    );
  }
  return words;
}

/** The programs of a session: one object for each. */
export const programsOf = perSession((session) => new Programs(session));
