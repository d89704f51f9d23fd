/**
 * The kernel, over the widget's own messages: `{id, kind, body}` out, `{id, kind: "reply" | "error" |
 * "events"}` back (`aiflow_widgets/kernel_transport.py`).
 */

import { ApiError } from "../model/errors";
import type { AIFlowEvent } from "../model/types";
import { bytesOf, type KernelMessage, type Messages, newId, post } from "./kernelMessages";
import { KernelProgramSocket } from "./kernelProgramSocket";
import type { ProgramSocket, ProgramSpec } from "./program";
import { type Answer, type CallOptions, Calls, type StreamOptions } from "./transport";

/** Long, because a kernel that computes something answers late. */
const TIMEOUT_MS = 60_000;

interface Exchange extends CallOptions {
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

  program(spec: ProgramSpec): ProgramSocket {
    return new KernelProgramSocket(this.model, spec, this.timeoutMs);
  }

  protected call(kind: string, body: object = {}, options: Exchange = {}): Promise<Answer> {
    const id = newId();
    const { bytes, signal, onEvents, timeoutMs: limit = this.timeoutMs } = options;
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
      if (!post(this.model, { id, kind, body }, bytes && [bytes.buffer])) giveUp(kernelGone);
    });
  }
}

function refusal(error: KernelMessage["error"]): ApiError {
  if (!error) return new ApiError("", 500, "internal_error", false);
  return new ApiError(error.message, error.status, error.reason, error.retryable);
}
