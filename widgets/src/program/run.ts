/** The program of a workbench: started, watched, typed to, played and stopped; one at a time. */

import { batch, effect, signal, untracked } from "@preact/signals";
import {
  ProgramConnection,
  type EndedMessage,
  type Frame,
  type OutputStream,
  type PlayerEvent,
  type ProgramMessage,
  type ProgramMode,
  type ProgramOrder,
  type Wire,
} from "./connection";
import { Output } from "../terminal/output";
import { remembered } from "../storage/programMemory";
import { Screen } from "./screen";
import { mainFile, type Session } from "../session/session";

export type ProgramState = "starting" | "running" | "lost" | "ended" | "refused";

/** Messages that come within one frame are shown in one go. */
type Flush = (show: () => void) => void;

/** One run of a program, from the click to its end. */
export class ProgramRun {
  readonly state = signal<ProgramState>("starting");
  readonly output = new Output();
  /** Changes once a frame at most, when the output has. */
  readonly revision = signal(0);
  readonly inputWanted = signal(false);
  readonly ended = signal<EndedMessage | null>(null);
  /** Why it could not be started; null also where nobody said why. */
  readonly refusal = signal<{ reason: string; message: string } | null>(null);
  readonly screen: Screen;
  private readonly connection: ProgramConnection;
  private readonly flush: Flush;
  private pending: [OutputStream, string][] = [];
  private scheduled = false;

  constructor(
    connect: (order: ProgramOrder) => Wire,
    readonly projectId: string,
    readonly mode: ProgramMode,
    readonly args: readonly string[],
    options: { session?: string | undefined; flush?: Flush } = {},
  ) {
    this.flush = options.flush ?? nextFrame;
    this.screen = new Screen(() => this.connection.send({ type: "frame" }));
    this.connection = new ProgramConnection(connect, { projectId, mode, args, session: options.session }, this);
  }

  get isAlive(): boolean {
    return this.state.value === "starting" || this.state.value === "running" || this.state.value === "lost";
  }

  /** Answer the program's `input()`; it is shown where the program asked. */
  answer(text: string): void {
    if (!this.connection.send({ type: "stdin", text: `${text}\n` })) return;
    this.inputWanted.value = false;
    this.print("stdin", `${text}\n`);
  }

  /** There is no more input: what Ctrl-D does in a terminal. */
  endInput(): void {
    if (this.connection.send({ type: "eof" })) this.inputWanted.value = false;
  }

  play(event: PlayerEvent): void {
    this.connection.send({ type: "input", event });
  }

  stop(): void {
    // What cannot be reached cannot be told; the server ends it by itself when nobody comes back.
    if (!this.connection.send({ type: "stop" })) this.leave();
  }

  /** Watch no longer; the program ends some seconds later unless somebody comes back for it. */
  leave(): void {
    this.connection.close();
    if (this.isAlive) this.finish("ended");
  }

  onMessage(message: ProgramMessage): void {
    switch (message.type) {
      case "started":
        // What was printed comes again, from the beginning.
        this.pending = [];
        this.output.clear();
        remembered.keep(this.projectId, { session: message.session, mode: this.mode, args: this.args });
        this.state.value = "running";
        this.screen.reconnected();
        break;
      case "output":
        if (message.stream === "stdin") this.inputWanted.value = false;
        this.print(message.stream, message.text);
        break;
      case "input_wanted":
        this.inputWanted.value = true;
        break;
      case "ended":
        this.ended.value = message;
        this.finish("ended");
        break;
      case "error":
        this.refusal.value = message;
        if (this.state.value !== "running") this.finish("refused");
        break;
    }
  }

  onFrame(frame: Frame): void {
    void this.screen.take(frame);
  }

  onLost(): void {
    this.state.value = "lost";
  }

  onGone(): void {
    this.finish(this.state.value === "starting" ? "refused" : "ended");
  }

  private finish(state: ProgramState): void {
    batch(() => {
      this.state.value = state;
      this.inputWanted.value = false;
    });
    this.screen.end();
    remembered.forget(this.projectId);
  }

  private print(stream: OutputStream, text: string): void {
    this.pending.push([stream, text]);
    if (this.scheduled) return;
    this.scheduled = true;
    this.flush(() => {
      this.scheduled = false;
      const { pending } = this;
      this.pending = [];
      for (const [from, texts] of joined(pending)) this.output.push(from, texts);
      this.revision.value++;
    });
  }
}

/** A flood comes in thousands of messages: neighbours of one stream are read as one text. */
function joined(pieces: [OutputStream, string][]): [OutputStream, string][] {
  const groups: [OutputStream, string[]][] = [];
  for (const [stream, text] of pieces) {
    const last = groups.at(-1);
    if (last?.[0] === stream) last[1].push(text);
    else groups.push([stream, [text]]);
  }
  return groups.map(([stream, texts]) => [stream, texts.join("")]);
}

function nextFrame(show: () => void): void {
  // A page in the background gets no frames, yet what it keeps should stay small.
  if (document.hidden) setTimeout(show, 200);
  else requestAnimationFrame(show);
}

/** What a workbench can do with its program. */
export class Programs {
  readonly current = signal<ProgramRun | null>(null);
  /** The project has a program to run, and there is somebody who runs it. */
  readonly canRun = signal(false);
  /** It opens a window. */
  readonly canPlay = signal(false);
  /** Where it could not be run although there is one: the other side runs none. */
  readonly isElsewhere = signal(false);
  readonly args = signal("");
  /** A line to be looked at. */
  readonly place = signal<{ path: string; line: number } | null>(null);
  private projectId = "";
  private readonly looked = new Map<string, boolean>();
  private isPlayDue = false;

  constructor(private readonly session: Session) {
    effect(() => this.follow());
  }

  start(mode: ProgramMode): void {
    if (!this.canRun.peek()) return;
    this.current.peek()?.stop();
    this.current.value = new ProgramRun(this.connect(), this.projectId, mode, splitArgs(this.args.peek()));
    this.session.look("run");
  }

  stop(): void {
    this.current.value?.stop();
  }

  /** Play as soon as the project is there: what `project.play()` in a cell asks for. */
  playSoon(): void {
    this.isPlayDue = true;
    this.follow();
  }

  /** Open a file at a line. */
  show(path: string, line: number): void {
    this.place.value = { path, line };
    this.session.look("file", path);
  }

  leave(): void {
    const session = remembered.peek(this.projectId);
    this.current.peek()?.leave();
    // The widget may be drawn anew, as a notebook does with an output that changes; the program waits for it.
    if (session) remembered.keep(this.projectId, session);
    this.current.value = null;
    this.projectId = "";
  }

  /** By the project's own side, also for what comes back to it later. */
  private connect(): (order: ProgramOrder) => Wire {
    const { transport } = this.session;
    return (order) => transport.program(order);
  }

  private follow(): void {
    const store = this.session.store.value;
    const snapshot = store?.current;
    const main = snapshot?.status === "completed" ? mainFile(snapshot) : null;
    const { capabilities } = this.session.welcome;
    const projectId = store?.projectId ?? "";
    if (projectId !== this.projectId) {
      this.current.peek()?.stop();
      this.current.value = null;
      this.projectId = projectId;
      untracked(() => this.resume());
    }
    batch(() => {
      this.isElsewhere.value = main !== null && !capabilities.run;
      this.canRun.value = main !== null && capabilities.run;
      const windows = snapshot !== undefined && main !== null && capabilities.play;
      this.canPlay.value = windows && (usesPygame(snapshot.project?.dependencies ?? []) || this.looked.get(projectId) === true);
      if (this.isPlayDue && this.canRun.value) {
        this.isPlayDue = false;
        untracked(() => this.start("play"));
      }
      if (windows && !this.canPlay.value && !this.looked.has(projectId)) void this.lookForWindows(projectId, Object.keys(snapshot.files));
    });
  }

  /** The page was loaded again within ten seconds: the program goes on. */
  private resume(): void {
    const found = remembered.take(this.projectId);
    if (!found || !this.session.welcome.capabilities.run) return;
    const run = new ProgramRun(this.connect(), this.projectId, found.mode, found.args, { session: found.session });
    const stop = effect(() => {
      const state = run.state.value;
      if (state === "starting") return;
      // One that has ended in the meantime is no news.
      if (state === "running") {
        this.current.value = run;
        untracked(() => this.session.look("run"));
      }
      queueMicrotask(() => stop());
    });
  }

  /** tkinter and turtle come with Python and are no dependency; only the sources say that they are used. */
  private async lookForWindows(projectId: string, paths: string[]): Promise<void> {
    this.looked.set(projectId, false);
    for (const path of paths.filter((name) => name.endsWith(".py")).slice(0, MAX_FILES)) {
      try {
        const { bytes } = await this.session.transport.file(projectId, path);
        if (WINDOWS.test(new TextDecoder().decode(bytes.subarray(0, MAX_BYTES)))) {
          this.looked.set(projectId, true);
          this.follow();
          return;
        }
      } catch (error) {
        // It is only a question of one button; the viewer says what is wrong with the file.
        console.warn(`${path} could not be read`, error);
      }
    }
  }
}

const MAX_FILES = 40;
const MAX_BYTES = 300_000;
const WINDOWS = /^[ \t]*(?:import|from)[ \t]+(?:pygame|tkinter|turtle|customtkinter|ttkbootstrap|easygui)\b/m;

function usesPygame(dependencies: readonly string[]): boolean {
  return dependencies.some((name) => /^pygame(?:-ce)?(?![\w-])/i.test(name.trim()));
}

/** Words, as a shell takes them: quotes keep blanks together. */
export function splitArgs(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:"([^"]*)"|'([^']*)'|[^\s"'])+/g)) {
    words.push(match[0].replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""));
  }
  return words;
}

const all = new WeakMap<Session, Programs>();

/** The programs of a session: one object for each. */
export function programsOf(session: Session): Programs {
  let found = all.get(session);
  if (!found) {
    found = new Programs(session);
    all.set(session, found);
  }
  return found;
}
