/** One run of a program: its state, its output, its picture, and the input to it. */

import { batch, signal } from "@preact/signals";
import type {
  EndedMessage,
  Figure,
  Frame,
  OutputStream,
  PlayerEvent,
  ProgramMessage,
  ProgramMode,
  ProgramSocket,
  ProgramSpec,
} from "../api/program";
import { forgetProgram, keepProgram } from "../storage/webStorage";
import { Output } from "../terminal/output";
import { ProgramConnection } from "./connection";
import { Screen } from "./screen";

export type ProgramState = "starting" | "running" | "lost" | "ended" | "refused";

/** Shows the messages of one frame together. */
type Flush = (show: () => void) => void;

/** One run of a program, from the click to its end. */
export class ProgramRun {
  private static count = 0;
  /** Differs between runs: each has a terminal and a picture of its own. */
  readonly number = ++ProgramRun.count;
  readonly state = signal<ProgramState>("starting");
  readonly output = new Output();
  /** Changes at most once a frame, when the output has changed. */
  readonly revision = signal(0);
  readonly inputWanted = signal(false);
  /** The person's answers, which the arrow keys recall. */
  readonly answers: string[] = [];
  readonly ended = signal<EndedMessage | null>(null);
  /** Why it could not be started; null where no reason was given. */
  readonly refusal = signal<{ reason: string; message: string } | null>(null);
  /** The figures that it showed, in the order of their numbers. */
  readonly figures = signal<readonly Figure[]>([]);
  readonly screen: Screen;
  private readonly connection: ProgramConnection;
  private readonly flush: Flush;
  private pending: [OutputStream, string][] = [];
  private scheduled = false;

  constructor(
    connect: (spec: ProgramSpec) => ProgramSocket,
    readonly projectId: string,
    readonly mode: ProgramMode,
    readonly args: readonly string[],
    options: { session?: string | undefined; flush?: Flush } = {},
  ) {
    this.flush = options.flush ?? nextFrame;
    this.screen = new Screen(() => this.connection.send({ type: "frame" }));
    this.connection = new ProgramConnection(
      connect,
      { projectId, mode, args, session: options.session },
      this,
    );
  }

  get isAlive(): boolean {
    return this.state.value === "starting" || this.state.value === "running" || this.state.value === "lost";
  }

  /** Answer the program's `input()`; the answer is shown after the prompt. */
  answer(text: string): void {
    if (!this.connection.send({ type: "stdin", text: `${text}\n` })) return;
    this.inputWanted.value = false;
    this.print("stdin", `${text}\n`);
  }

  /** End the input, as Ctrl-D does in a terminal. */
  endInput(): void {
    if (this.connection.send({ type: "eof" })) this.inputWanted.value = false;
  }

  play(event: PlayerEvent): void {
    this.connection.send({ type: "input", event });
  }

  stop(): void {
    // Without a connection the program cannot be stopped; the server ends it when no page reconnects.
    if (!this.connection.send({ type: "stop" })) this.disconnect();
  }

  /** Close the connection; the program ends some seconds later unless a page reconnects. */
  disconnect(): void {
    this.connection.close();
    if (this.isAlive) this.finish("ended");
  }

  onMessage(message: ProgramMessage): void {
    switch (message.type) {
      case "started":
        // The output is sent again from its beginning.
        this.pending = [];
        this.output.clear();
        this.figures.value = [];
        keepProgram(this.projectId, { session: message.session, mode: this.mode, args: this.args });
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
        // While it runs an error is about one request (a picture that came too late), not about its end.
        if (this.state.value !== "running") this.finish("refused");
        break;
    }
  }

  onFrame(frame: Frame): void {
    void this.screen.receive(frame);
  }

  onFigure(figure: Figure): void {
    const others = this.figures.value.filter(({ number }) => number !== figure.number);
    this.figures.value = [...others, figure].sort((a, b) => a.number - b.number);
  }

  onLost(): void {
    this.state.value = "lost";
  }

  onUnreachable(): void {
    this.finish(this.state.value === "starting" ? "refused" : "ended");
  }

  private finish(state: ProgramState): void {
    batch(() => {
      this.state.value = state;
      this.inputWanted.value = false;
    });
    this.screen.end();
    forgetProgram(this.projectId);
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

/** Join neighbouring messages of one stream: a flood arrives in thousands of them. */
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
  // A page in the background gets no frames, yet its buffer must stay small.
  if (document.hidden) setTimeout(show, 200);
  else requestAnimationFrame(show);
}
