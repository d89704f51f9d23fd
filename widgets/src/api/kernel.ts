/**
 * The kernel, over the widget's own messages: `{id, kind, body}` out, `{id, kind: "reply" | "error" |
 * "events"}` back (`aiflow_widgets/kernel_transport.py`).
 */

import type { NamedFile } from "../browser/droppedFiles";
import type { Imported } from "../model/entities";
import { ApiError } from "../model/errors";
import type { AIFlowEvent } from "../model/types";
import { bytesOf, type KernelMessage, type Messages, newId, post } from "./kernelMessages";
import { KernelProgramSocket } from "./kernelProgramSocket";
import type { ProgramSocket, ProgramSpec } from "./program";
import { type Answer, type CallOptions, Calls, type ImportOptions, type StreamOptions } from "./transport";

/** Long, because a kernel that computes something answers late. */
const TIMEOUT_MS = 60_000;

interface Exchange extends CallOptions {
  buffers?: ArrayBuffer[];
  timeoutMs?: number | null;
  onEvents?: (events: string[]) => void;
}

export class KernelTransport extends Calls {
  readonly kind = "kernel";

  constructor(
    private readonly model: Messages,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    super();
  }

  async stream(projectId: string, options: StreamOptions): Promise<void> {
    const body = { project_id: projectId, after: options.after, follow: options.follow };
    await this.call("stream", body, {
      signal: options.signal,
      timeoutMs: null, // a run may think for long: silence is for the person to judge
      onEvents: (events) => {
        options.onAlive();
        for (const event of events) options.onEvent(JSON.parse(event) as AIFlowEvent);
      },
    });
    options.onAlive();
  }

  async import(files: readonly NamedFile[], { signal, onProgress }: ImportOptions): Promise<Imported> {
    const buffers = await Promise.all(files.map(({ blob }) => blob.arrayBuffer()));
    // One message carries all of it, and says nothing on its way.
    onProgress(1);
    const { body } = await this.call("import", { names: files.map(({ name }) => name) }, { signal, buffers });
    return body as unknown as Imported;
  }

  program(spec: ProgramSpec): ProgramSocket {
    return new KernelProgramSocket(this.model, spec, this.timeoutMs);
  }

  protected call(kind: string, body: object = {}, options: Exchange = {}): Promise<Answer> {
    const id = newId();
    const { bytes, signal, onEvents, timeoutMs: limit = this.timeoutMs } = options;
    const buffers = bytes ? [bytes.buffer] : options.buffers;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const finish = (): void => {
        clearTimeout(timer);
        this.model.off("msg:custom", onMessage);
        signal?.removeEventListener("abort", onAbort);
      };
      const giveUp = (error: Error): void => {
        finish();
        post(this.model, { id, kind: "abort" });
        reject(error);
      };
      const onMessage = (message: KernelMessage, buffers: DataView[]): void => {
        if (message?.id !== id) return;
        if (message.kind === "events") return onEvents?.(message.events ?? []);
        finish();
        if (message.kind === "reply") resolve({ body: message.body ?? {}, bytes: bytesOf(buffers?.[0]) });
        else reject(refusal(message.error));
      };
      const onAbort = (): void => giveUp(new DOMException("given up", "AbortError"));
      const kernelGone = new ApiError("", 0, "kernel_gone", true);
      const timer = limit === null ? undefined : setTimeout(() => giveUp(kernelGone), limit);
      this.model.on("msg:custom", onMessage);
      signal?.addEventListener("abort", onAbort);
      if (!post(this.model, { id, kind, body }, buffers)) giveUp(kernelGone);
    });
  }
}

function refusal(error: KernelMessage["error"]): ApiError {
  if (!error) return new ApiError("", 500, "internal_error", false);
  return new ApiError(error.message, error.status, error.reason, error.retryable);
}
