/** The connection to a running program: reopened after a loss for as long as the program waits for its page. */

import type { Frame, ProgramMessage, ProgramRequest, ProgramSocket, ProgramSpec } from "../api/program";

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
  private socket: ProgramSocket | null = null;
  private session: string | undefined;
  private lostAt: number | null = null;
  private pause = FIRST_PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;
  /** Whether this connection has its program. */
  private begun = false;

  constructor(
    private readonly connect: (order: ProgramSpec) => ProgramSocket,
    private readonly order: ProgramSpec,
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

export function readFrame(data: ArrayBuffer): Frame {
  const view = new DataView(data);
  return {
    width: view.getUint16(2),
    height: view.getUint16(4),
    seq: view.getUint32(8),
    image: new Blob([new Uint8Array(data, HEADER_BYTES)], { type: MEDIA_TYPES[view.getUint8(0)] ?? "image/jpeg" }),
  };
}
