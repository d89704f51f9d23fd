/**
 * The connection to a running program: reopened after a loss for as long as the program waits for its page.
 */

import type {
  Figure,
  Frame,
  ProgramMessage,
  ProgramRequest,
  ProgramSocket,
  ProgramSpec,
} from "../api/program";

export interface ProgramListener {
  onMessage(message: ProgramMessage): void;
  onFrame(frame: Frame): void;
  onFigure(figure: Figure): void;
  /** The connection was lost; it is being reopened. */
  onLost(): void;
  /** There is no connection, and none will be opened. */
  onUnreachable(): void;
}

/** The server ends a program whose page has been away for ten seconds. */
const RECONNECT_WITHIN_MS = 9500;
/** Most losses are a moment long (a proxy that restarts), and a game goes on meanwhile. */
const FIRST_RETRY_MS = 200;
/** The header of a picture: format, -, width, height, -, -, number (`programs.FRAME_HEADER`). */
const HEADER_BYTES = 12;
const MEDIA_TYPES = ["image/jpeg", "image/png"];
/** The format of a figure, which is a PNG that stays. */
const FIGURE_FORMAT = 2;

export class ProgramConnection {
  private socket: ProgramSocket | null = null;
  private session: string | undefined;
  private disconnectedAt: number | null = null;
  private retryDelay = FIRST_RETRY_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;
  /** Whether the program has started on this connection. */
  private hasStarted = false;

  constructor(
    private readonly connect: (spec: ProgramSpec) => ProgramSocket,
    private readonly spec: ProgramSpec,
    private readonly listener: ProgramListener,
  ) {
    this.session = spec.session;
    this.open();
  }

  /** Send a request; return whether there is a connection. */
  send(request: ProgramRequest): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(request));
    return true;
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  private open(): void {
    // With the session a new connection continues the same program instead of starting another one.
    const socket = this.connect({ ...this.spec, session: this.session });
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.hasStarted = false;
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      // A message of the connection before may still arrive; its pictures have numbers of their own.
      if (this.socket === socket) this.receive(data);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.handleClose();
    };
  }

  private receive(data: string | ArrayBuffer): void {
    if (data instanceof ArrayBuffer) {
      if (new DataView(data).getUint8(0) === FIGURE_FORMAT) this.listener.onFigure(readFigure(data));
      else this.listener.onFrame(readFrame(data));
      return;
    }
    const message = JSON.parse(data) as ProgramMessage;
    if (message.type === "started") {
      this.session = message.session;
      this.hasStarted = true;
      this.disconnectedAt = null;
      this.retryDelay = FIRST_RETRY_MS;
    }
    // The last message is the end, or an error before the program started.
    if (message.type === "ended" || (message.type === "error" && !this.hasStarted)) this.close();
    this.listener.onMessage(message);
  }

  private handleClose(): void {
    this.socket = null;
    if (this.isClosed) return;
    const now = Date.now();
    this.disconnectedAt ??= now;
    if (this.session === undefined || now - this.disconnectedAt > RECONNECT_WITHIN_MS) {
      this.isClosed = true;
      this.listener.onUnreachable();
      return;
    }
    this.listener.onLost();
    this.timer = setTimeout(() => this.open(), this.retryDelay);
    this.retryDelay = Math.min(this.retryDelay * 2, 2000);
  }
}

function readFigure(data: ArrayBuffer): Figure {
  const image = new Blob([new Uint8Array(data, HEADER_BYTES)], { type: "image/png" });
  return { number: new DataView(data).getUint32(8), image };
}

export function readFrame(data: ArrayBuffer): Frame {
  const view = new DataView(data);
  return {
    width: view.getUint16(2),
    height: view.getUint16(4),
    seq: view.getUint32(8),
    image: new Blob([new Uint8Array(data, HEADER_BYTES)], {
      type: MEDIA_TYPES[view.getUint8(0)] ?? "image/jpeg",
    }),
  };
}
