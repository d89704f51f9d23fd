/** The widget's own messages (`aiflow_widgets/kernel_transport.py`). */

export interface Messages {
  on(name: "msg:custom", handler: (content: KernelMessage, buffers: DataView[]) => void): void;
  off(name: "msg:custom", handler: (content: KernelMessage, buffers: DataView[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

export interface KernelMessage {
  id?: string;
  kind?: "reply" | "error" | "events" | "program";
  body?: Record<string, unknown>;
  events?: string[];
  /** A program's message; its pictures come as buffers. */
  text?: string;
  error?: { status: number; message: string; reason: string; retryable: boolean };
}

let counter = 0;

/** Return an id that no other request of this widget has, also none from before a reload of the page. */
export function newId(): string {
  return `${Date.now().toString(36)}-${++counter}`;
}

/** Send a message; return false if the kernel is gone, as the host's widget then throws. */
export function post(model: Messages, content: unknown, buffers?: ArrayBuffer[]): boolean {
  try {
    model.send(content, undefined, buffers);
    return true;
  } catch (error) {
    console.info("aiflow: the kernel cannot be told:", error);
    return false;
  }
}

export function bytesOf(view: DataView | undefined): Uint8Array<ArrayBuffer> {
  if (!view) return new Uint8Array();
  // A copy: the view lies in the buffer of the whole message, which it would keep in memory.
  return new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer);
}
