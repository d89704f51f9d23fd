/**
 * The kernel, over the widget's own messages: `{id, kind, body}` out, `{id, kind: "reply" | "error" |
 * "events"}` back (`aiflow_widgets/kernel_transport.py`).
 */

import type {
  DirectoryTree,
  Download,
  FileBody,
  FileChange,
  GenerateRequest,
  ProjectSummary,
  RequestInfo,
  ReviseRequest,
  Welcome,
} from "../model/entities";
import { ApiError } from "../model/errors";
import type { AIFlowEvent, Artifact } from "../model/types";
import { bytesOf, type KernelMessage, type Messages, newId, post } from "./kernelMessages";
import { KernelProgramSocket } from "./kernelProgramSocket";
import type { ProgramSocket, ProgramSpec } from "./program";
import { readWelcome, type StreamOptions, type Transport } from "./transport";

/** Long, because a kernel that computes something answers late. */
const TIMEOUT_MS = 60_000;

interface Answer {
  body: Record<string, unknown>;
  buffers: DataView[];
}

interface CallOptions {
  buffers?: ArrayBuffer[];
  signal?: AbortSignal;
  timeoutMs?: number | null;
  onEvents?: (events: string[]) => void;
}

export class KernelTransport implements Transport {
  readonly kind = "kernel";

  constructor(
    private readonly model: Messages,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  async welcome(): Promise<Welcome> {
    const { body } = await this.call("welcome");
    return readWelcome(body);
  }

  async generate(request: GenerateRequest | ReviseRequest): Promise<string> {
    return (await this.call("generate", { ...request })).body["project_id"] as string;
  }

  async stream(projectId: string, options: StreamOptions): Promise<void> {
    const body = { project_id: projectId, after: options.after, follow: options.follow };
    await this.call("stream", body, {
      signal: options.signal,
      timeoutMs: null,
      onEvents: (events) => {
        options.onAlive();
        for (const event of events) options.onEvent(JSON.parse(event) as AIFlowEvent);
      },
    });
    options.onAlive();
  }

  async projects(): Promise<ProjectSummary[]> {
    return (await this.call("projects")).body["projects"] as ProjectSummary[];
  }

  async request(projectId: string): Promise<RequestInfo> {
    return (await this.about("request", projectId)).body as unknown as RequestInfo;
  }

  async tree(projectId: string): Promise<DirectoryTree> {
    return (await this.about("tree", projectId)).body as unknown as DirectoryTree;
  }

  async file(projectId: string, path: string, signal?: AbortSignal): Promise<FileBody> {
    const { body, buffers } = await this.call(
      "file",
      { project_id: projectId, path },
      signal ? { signal } : {},
    );
    return {
      bytes: bytesOf(buffers[0]),
      contentType: (body["content_type"] as string) ?? "application/octet-stream",
      etag: (body["etag"] as string) ?? null,
    };
  }

  async save(projectId: string, path: string, text: string, etag: string | null): Promise<string | null> {
    const data = new TextEncoder().encode(text);
    const { body } = await this.call(
      "save",
      { project_id: projectId, path, etag },
      { buffers: [data.buffer] },
    );
    return (body["etag"] as string) ?? null;
  }

  async download(projectId: string): Promise<Download> {
    const { body, buffers } = await this.about("download", projectId);
    return {
      blob: new Blob([bytesOf(buffers[0])], { type: "application/zip" }),
      name: body["name"] as string,
    };
  }

  async retry(projectId: string): Promise<void> {
    await this.about("retry", projectId);
  }

  async cancel(projectId: string): Promise<void> {
    await this.about("cancel", projectId);
  }

  async resume(projectId: string, artifact?: Artifact): Promise<void> {
    await this.call("continue", { project_id: projectId, artifact: artifact ?? null });
  }

  async remove(projectId: string): Promise<void> {
    await this.about("delete", projectId);
  }

  async rename(projectId: string, title: string): Promise<string> {
    return (await this.call("rename", { project_id: projectId, title })).body["title"] as string;
  }

  async thumbnail(projectId: string, signal?: AbortSignal): Promise<Blob> {
    const { buffers } = await this.call("thumbnail", { project_id: projectId }, signal ? { signal } : {});
    return new Blob([bytesOf(buffers[0])], { type: "image/png" });
  }

  program(spec: ProgramSpec): ProgramSocket {
    return new KernelProgramSocket(this.model, spec, this.timeoutMs);
  }

  async compare(before: string, after: string): Promise<FileChange[]> {
    return (await this.call("compare", { project_id: before, to: after })).body["files"] as FileChange[];
  }

  private about(kind: string, projectId: string): Promise<Answer> {
    return this.call(kind, { project_id: projectId });
  }

  private call(kind: string, body: Record<string, unknown> = {}, options: CallOptions = {}): Promise<Answer> {
    const id = newId();
    const { signal, onEvents } = options;
    const limit = options.timeoutMs === undefined ? this.timeoutMs : options.timeoutMs;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        this.model.off("msg:custom", onMessage);
        signal?.removeEventListener("abort", onAbort);
      };
      const onMessage = (message: KernelMessage, buffers: DataView[]): void => {
        if (message?.id !== id) return;
        if (message.kind === "events") {
          onEvents?.(message.events ?? []);
          return;
        }
        finish();
        if (message.kind === "reply") resolve({ body: message.body ?? {}, buffers: buffers ?? [] });
        else reject(refusal(message.error));
      };
      const onAbort = (): void => {
        finish();
        post(this.model, { id, kind: "abort" });
        reject(new DOMException("given up", "AbortError"));
      };
      if (signal?.aborted) {
        reject(new DOMException("given up", "AbortError"));
        return;
      }
      this.model.on("msg:custom", onMessage);
      signal?.addEventListener("abort", onAbort);
      if (limit !== null) {
        timer = setTimeout(() => {
          finish();
          post(this.model, { id, kind: "abort" });
          reject(new ApiError("", 0, "kernel_gone", true));
        }, limit);
      }
      if (post(this.model, { id, kind, body }, options.buffers)) return;
      finish();
      reject(new ApiError("", 0, "kernel_gone", true));
    });
  }
}

function refusal(error: KernelMessage["error"]): ApiError {
  if (!error) return new ApiError("", 500, "internal_error", false);
  return new ApiError(error.message, error.status, error.reason, error.retryable);
}
