/**
 * A program that runs on the other side, the page's Jupyter server or the kernel: what it prints and shows comes, what is
 * typed and played goes. The messages are those of `aiflow.workspace.program_sessions`.
 */

import { xsrfToken, type PageServer } from "../api/page";

export type ProgramMode = "run" | "play";

/** An error, as `aiflow.sandbox.runner` explains it to a beginner. */
export interface Explained {
  error: string;
  original: string;
  meaning: string;
  advice: string;
  path: string | null;
  line: number | null;
  code: string | null;
}

export interface EndedMessage {
  type: "ended";
  exit_code: number | null;
  reason: string;
  message: string;
  traceback: Explained | null;
}

export type OutputStream = "stdout" | "stderr" | "stdin";

export type ProgramMessage =
  | { type: "started"; session: string; mode: ProgramMode }
  | { type: "output"; stream: OutputStream; text: string }
  | { type: "input_wanted" }
  | EndedMessage
  | { type: "error"; message: string; reason: string };

/** A picture of the program's window. */
export interface Frame {
  seq: number;
  width: number;
  height: number;
  image: Blob;
}

/** What a player does, in the words of `aiflow.sandbox.player`. */
export type PlayerEvent =
  | { type: "key_down" | "key_up"; code: string; key: string; repeat?: boolean }
  | { type: "pointer_move" | "pointer_down" | "pointer_up"; x: number; y: number; button: number }
  | { type: "wheel"; dx: number; dy: number }
  | { type: "text"; text: string }
  | { type: "focus" }
  | { type: "blur" };

export type ProgramRequest =
  | { type: "stdin"; text: string }
  | { type: "eof" }
  | { type: "stop" }
  | { type: "frame" }
  | { type: "input"; event: PlayerEvent };

export interface ProgramOrder {
  projectId: string;
  mode: ProgramMode;
  args: readonly string[];
  /** A program that goes on from before the page was loaded again. */
  session?: string | undefined;
}

/** What carries the messages: a WebSocket, or what does as one. */
export type Wire = Pick<WebSocket, "readyState" | "binaryType" | "send" | "close" | "onmessage" | "onclose">;

export interface ProgramListener {
  onMessage(message: ProgramMessage): void;
  onFrame(frame: Frame): void;
  /** The connection is away; it is being made anew. */
  onLost(): void;
  /** There is none, and there will be none. */
  onGone(): void;
}

/** The other side ends a program whose page has been away for ten seconds. */
const COME_BACK_MS = 9500;
const FIRST_PAUSE_MS = 200;
/** The header of a picture: format, -, width, height, -, -, number (`programs.FRAME_HEADER`). */
const HEADER_BYTES = 12;
const MEDIA_TYPES = ["image/jpeg", "image/png"];

export class ProgramConnection {
  private socket: Wire | null = null;
  private session: string | undefined;
  private lostAt: number | null = null;
  private pause = FIRST_PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;
  /** Whether this connection has its program. */
  private begun = false;

  constructor(
    private readonly connect: (order: ProgramOrder) => Wire,
    private readonly order: ProgramOrder,
    private readonly listener: ProgramListener,
  ) {
    this.session = order.session;
    this.open();
  }

  /** Say something; returns whether there is a connection to say it over. */
  send(request: ProgramRequest): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(request));
    return true;
  }

  close(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  private open(): void {
    const socket = this.connect({ ...this.order, session: this.session });
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.begun = false;
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (this.socket === socket) this.take(data);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private take(data: string | ArrayBuffer): void {
    if (data instanceof ArrayBuffer) {
      this.listener.onFrame(readFrame(data));
      return;
    }
    const message = JSON.parse(data) as ProgramMessage;
    if (message.type === "started") {
      this.session = message.session;
      this.begun = true;
      this.lostAt = null;
      this.pause = FIRST_PAUSE_MS;
    }
    // The end is the last word, and so is a refusal: an error before anything has begun.
    if (message.type === "ended" || (message.type === "error" && !this.begun)) this.close();
    this.listener.onMessage(message);
  }

  private lose(): void {
    this.socket = null;
    if (this.over) return;
    const now = Date.now();
    this.lostAt ??= now;
    if (this.session === undefined || now - this.lostAt > COME_BACK_MS) {
      this.over = true;
      this.listener.onGone();
      return;
    }
    this.listener.onLost();
    this.timer = setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(this.pause * 2, 2000);
  }
}

/** The address of a program; a browser's WebSocket carries no headers, so all is in the query. */
export function programUrl(server: PageServer, order: ProgramOrder, doc: Document = document): string {
  const url = new URL(`${server.baseUrl}api/projects/${encodeURIComponent(order.projectId)}/program`, doc.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const query = url.searchParams;
  query.set("mode", order.mode);
  query.set("tell", "1");
  for (const arg of order.args) query.append("arg", arg);
  if (order.session !== undefined) query.set("session", order.session);
  const xsrf = xsrfToken(doc);
  if (xsrf) query.set("_xsrf", xsrf);
  else if (server.token) query.set("token", server.token);
  return url.href;
}

export function readFrame(data: ArrayBuffer): Frame {
  const view = new DataView(data);
  return {
    width: view.getUint16(2),
    height: view.getUint16(4),
    seq: view.getUint32(8),
    image: new Blob([new Uint8Array(data, HEADER_BYTES)], { type: MEDIA_TYPES[view.getUint8(0)] ?? "image/jpeg" }),
  };
}
