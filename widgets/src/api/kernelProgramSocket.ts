/**
 * A program's messages inside the widget's (`aiflow_widgets/programs.py`), with the interface of a WebSocket.
 */

import { bytesOf, type KernelMessage, type Messages, newId, post } from "./kernelMessages";
import type { ProgramMessage, ProgramSocket, ProgramSpec } from "./program";

/** A closed page breaks no connection: the kernel ends a program whose page sends nothing for some time. */
const KEEP_ALIVE_MS = 20_000;
/** A program that is stopped reports its end within this time. */
const STOP_MS = 15_000;

export class KernelProgramSocket implements ProgramSocket {
  readyState: ProgramSocket["readyState"] = WebSocket.OPEN;
  binaryType: BinaryType = "arraybuffer";
  onmessage: ProgramSocket["onmessage"] = null;
  onclose: ProgramSocket["onclose"] = null;
  private readonly id = newId();
  private readonly keepAlive: ReturnType<typeof setInterval>;
  private timeout: ReturnType<typeof setTimeout> | undefined;

  /** @param timeoutMs A kernel that does not answer within this time is gone. */
  constructor(
    private readonly model: Messages,
    { projectId, mode, args, session }: ProgramSpec,
    timeoutMs: number,
  ) {
    model.on("msg:custom", this.onKernelMessage);
    this.keepAlive = setInterval(() => this.send(JSON.stringify({ type: "here" })), KEEP_ALIVE_MS);
    const body = { project_id: projectId, mode, args, session: session ?? null };
    // The caller sets its handlers after this, as with a WebSocket.
    this.expectMessage(post(model, { id: this.id, kind: "program", body }) ? timeoutMs : 0);
  }

  send(text: string): void {
    const body = JSON.parse(text) as { type: string };
    if (body.type === "stop") this.expectMessage(STOP_MS);
    if (!post(this.model, { id: this.id, kind: "say", body })) this.disconnect();
  }

  close(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.end();
    // Without it the kernel would go on sending pictures to a page that has left.
    post(this.model, { id: this.id, kind: "abort" });
  }

  private readonly onKernelMessage = (message: KernelMessage, buffers: DataView[]): void => {
    if (message?.id !== this.id) return;
    clearTimeout(this.timeout);
    if (message.kind === "program") {
      // As in a WebSocket: bytes are a picture, anything else is text.
      const [picture] = buffers ?? [];
      this.deliver(picture ? bytesOf(picture).buffer : (message.text ?? "{}"));
      return;
    }
    if (message.kind === "error" && message.error) {
      const { message: said, reason } = message.error;
      this.deliver(JSON.stringify({ type: "error", message: said, reason } satisfies ProgramMessage));
    }
    this.disconnect();
  };

  private deliver(data: string | ArrayBuffer): void {
    this.onmessage?.call(this as never, new MessageEvent("message", { data }));
  }

  private expectMessage(ms: number): void {
    clearTimeout(this.timeout);
    this.timeout = setTimeout(() => this.disconnect(), ms);
  }

  private disconnect(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.end();
    this.onclose?.call(this as never, new CloseEvent("close"));
  }

  private end(): void {
    this.readyState = WebSocket.CLOSED;
    clearTimeout(this.timeout);
    clearInterval(this.keepAlive);
    this.model.off("msg:custom", this.onKernelMessage);
  }
}
