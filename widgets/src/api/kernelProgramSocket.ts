/** A program's messages over the widget's (`aiflow_widgets/programs.py`), as if over a WebSocket. */

import { bytesOf, type KernelMessage, type Messages, newId, tell } from "./kernelMessages";
import type { ProgramMessage, ProgramSocket, ProgramSpec } from "./program";

/** No connection breaks when a page is closed: the kernel ends a program whose page has long said nothing. */
const HERE_MS = 20_000;
/** Stopped programs say so soon. */
const STOP_MS = 15_000;

export class KernelProgramSocket implements ProgramSocket {
  readyState: ProgramSocket["readyState"] = WebSocket.OPEN;
  binaryType: BinaryType = "arraybuffer";
  onmessage: ProgramSocket["onmessage"] = null;
  onclose: ProgramSocket["onclose"] = null;
  private readonly id = newId();
  private readonly here: ReturnType<typeof setInterval>;
  private patience: ReturnType<typeof setTimeout> | undefined;

  /** @param timeoutMs A kernel that says nothing for so long is gone. */
  constructor(
    private readonly model: Messages,
    { projectId, mode, args, session }: ProgramSpec,
    timeoutMs: number,
  ) {
    model.on("msg:custom", this.take);
    this.here = setInterval(() => this.send(JSON.stringify({ type: "here" })), HERE_MS);
    const body = { project_id: projectId, mode, args, session: session ?? null };
    // Whoever opens it listens from the next moment on, as with a WebSocket.
    this.wait(tell(model, { id: this.id, kind: "program", body }) ? timeoutMs : 0);
  }

  send(text: string): void {
    const body = JSON.parse(text) as { type: string };
    if (body.type === "stop") this.wait(STOP_MS);
    if (!tell(this.model, { id: this.id, kind: "say", body })) this.lose();
  }

  close(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.end();
    tell(this.model, { id: this.id, kind: "abort" });
  }

  private readonly take = (message: KernelMessage, buffers: DataView[]): void => {
    if (message?.id !== this.id) return;
    clearTimeout(this.patience);
    if (message.kind === "program") {
      const [picture] = buffers ?? [];
      this.hand(picture ? bytesOf(picture).buffer : (message.text ?? "{}"));
      return;
    }
    if (message.kind === "error" && message.error) {
      const { message: said, reason } = message.error;
      this.hand(JSON.stringify({ type: "error", message: said, reason } satisfies ProgramMessage));
    }
    this.lose();
  };

  private hand(data: string | ArrayBuffer): void {
    this.onmessage?.call(this as never, new MessageEvent("message", { data }));
  }

  private wait(ms: number): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.lose(), ms);
  }

  private lose(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.end();
    this.onclose?.call(this as never, new CloseEvent("close"));
  }

  private end(): void {
    this.readyState = WebSocket.CLOSED;
    clearTimeout(this.patience);
    clearInterval(this.here);
    this.model.off("msg:custom", this.take);
  }
}
