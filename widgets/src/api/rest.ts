/**
 * The page's Jupyter server: REST for requests, SSE by fetch (it sends headers and ends cleanly) for events.
 */

import { createParser } from "eventsource-parser";
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
import { ApiError, isAbort } from "../model/errors";
import type { AIFlowEvent, Artifact } from "../model/types";
import { authHeaders, type PageServer } from "./page";
import { type ProgramSocket, type ProgramSpec, programUrl } from "./program";
import { readWelcome, type StreamOptions, type Transport } from "./transport";

/** The server sends a comment at least every 30 s; a connection silent for longer than this is dead. */
const DEAD_AFTER_MS = 45_000;

export class RestTransport implements Transport {
  readonly kind = "rest";
  private welcomed: Promise<Welcome> | null = null;

  constructor(
    private readonly server: PageServer,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  /**
   * Requested once per page; the answer also shows whether there is a server extension.
   * @throws ApiError with status 404 where there is none.
   */
  welcome(): Promise<Welcome> {
    this.welcomed ??= this.askForWelcome().catch((error: unknown) => {
      this.welcomed = null;
      throw error;
    });
    return this.welcomed;
  }

  private async askForWelcome(): Promise<Welcome> {
    const response = await this.send("GET", "api/templates");
    const body = await readJson(response);
    if (isForeign(response, body)) throw new ApiError("", 404, "no_extension", false);
    if (!response.ok) throw refusal(body, response.status);
    return readWelcome(body);
  }

  async generate(request: GenerateRequest | ReviseRequest): Promise<string> {
    return (await this.json<{ project_id: string }>("POST", "api/generate", request)).project_id;
  }

  async stream(projectId: string, options: StreamOptions): Promise<void> {
    const query = new URLSearchParams();
    if (options.after > 0) query.set("last_event_id", String(options.after));
    if (!options.follow) query.set("follow", "false");
    const watchdog = new Watchdog(options.signal, DEAD_AFTER_MS);
    try {
      const response = await this.call("GET", `api/stream/${projectId}?${query}`, {
        signal: watchdog.signal,
        headers: { Accept: "text/event-stream" },
      });
      options.onAlive();
      if (response.status === 204 || !response.body) return;
      await this.readEvents(response.body, options, watchdog);
    } catch (error) {
      if (isAbort(error) && !options.signal.aborted) throw lostConnection();
      throw error;
    } finally {
      watchdog.stop();
    }
  }

  private async readEvents(
    body: ReadableStream<Uint8Array>,
    options: StreamOptions,
    watchdog: Watchdog,
  ): Promise<void> {
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event === "error") throw refusal(JSON.parse(data) as Record<string, unknown>, 500);
        options.onEvent(JSON.parse(data) as AIFlowEvent);
      },
    });
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw isAbort(error) ? error : lostConnection();
      });
      if (done) return;
      watchdog.touch();
      options.onAlive();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  }

  async projects(): Promise<ProjectSummary[]> {
    return (await this.json<{ projects: ProjectSummary[] }>("GET", "api/projects")).projects;
  }

  request(projectId: string): Promise<RequestInfo> {
    return this.json("GET", `api/projects/${projectId}/request`);
  }

  tree(projectId: string): Promise<DirectoryTree> {
    return this.json("GET", `api/projects/${projectId}`);
  }

  async file(projectId: string, path: string, signal?: AbortSignal): Promise<FileBody> {
    const response = await this.call("GET", fileUrl(projectId, path), signal ? { signal } : {});
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      contentType: response.headers.get("Content-Type") ?? "application/octet-stream",
      etag: response.headers.get("ETag"),
    };
  }

  async save(projectId: string, path: string, text: string, etag: string | null): Promise<string | null> {
    const headers: Record<string, string> = { "Content-Type": "text/plain; charset=utf-8" };
    if (etag) headers["If-Match"] = etag;
    const response = await this.call("PUT", fileUrl(projectId, path), { body: text, headers });
    return response.headers.get("ETag");
  }

  async download(projectId: string): Promise<Download> {
    const response = await this.call("GET", `api/projects/${projectId}/download`);
    const disposition = response.headers.get("Content-Disposition") ?? "";
    const name = /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? `${projectId}.zip`;
    return { blob: await response.blob(), name };
  }

  async retry(projectId: string): Promise<void> {
    await this.call("POST", `api/projects/${projectId}/retry`);
  }

  async cancel(projectId: string): Promise<void> {
    await this.call("POST", `api/projects/${projectId}/cancel`);
  }

  async resume(projectId: string, artifact?: Artifact): Promise<void> {
    await this.json("POST", `api/projects/${projectId}/continue`, artifact ? { artifact } : {});
  }

  async remove(projectId: string): Promise<void> {
    await this.call("DELETE", `api/projects/${projectId}`);
  }

  async rename(projectId: string, title: string): Promise<string> {
    return (await this.json<{ title: string }>("PATCH", `api/projects/${projectId}`, { title })).title;
  }

  async thumbnail(projectId: string, signal?: AbortSignal): Promise<Blob> {
    // The browser caches it, and revalidates it by its entity tag.
    const init: RequestInit = signal ? { cache: "no-cache", signal } : { cache: "no-cache" };
    return (await this.call("GET", `api/projects/${projectId}/thumbnail`, init)).blob();
  }

  program(spec: ProgramSpec): ProgramSocket {
    return new WebSocket(programUrl(this.server, spec));
  }

  async compare(before: string, after: string): Promise<FileChange[]> {
    return (await this.json<{ files: FileChange[] }>("GET", `api/projects/${before}/compare?to=${after}`))
      .files;
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init: RequestInit =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    const response = await this.call(method, path, init);
    return (await response.json()) as T;
  }

  private async call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.send(method, path, init);
    if (!response.ok) throw refusal(await readJson(response), response.status);
    return response;
  }

  private async send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...authHeaders(this.server), ...(init.headers as Record<string, string>) };
    try {
      return await this.fetcher(this.server.baseUrl + path, {
        credentials: "same-origin",
        cache: "no-store",
        ...init,
        method,
        headers,
      });
    } catch (error) {
      throw isAbort(error) ? error : lostConnection();
    }
  }
}

/** Return an answer's JSON object; an empty one where it is no JSON (a proxy's page, a login form). */
async function readJson(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text().catch((error: unknown) => {
    throw isAbort(error) ? error : lostConnection();
  });
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * Whether another program answered: with a page for all addresses (a host that routes in the browser), or
 * with a refusal in another form (voila serves allowed files only, and answers 403). Our errors have the
 * field `retryable`.
 */
function isForeign({ ok, status }: Response, body: Record<string, unknown>): boolean {
  if (ok) return !Array.isArray(body["templates"]);
  if (status === 404 || status === 405) return true;
  return (status === 401 || status === 403) && typeof body["retryable"] !== "boolean";
}

export function fileUrl(projectId: string, path: string): string {
  return `api/projects/${projectId}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
}

function lostConnection(): ApiError {
  return new ApiError("", 0, "connection_lost", true);
}

/** Build the error of a failed request; an answer in another form is known by its status only. */
function refusal(said: Record<string, unknown>, status: number): ApiError {
  const message = typeof said["message"] === "string" ? said["message"] : "";
  const reason = typeof said["reason"] === "string" ? said["reason"] : `http_${status}`;
  const retryable = typeof said["retryable"] === "boolean" ? said["retryable"] : status >= 500;
  return new ApiError(message, status, reason, retryable);
}

/** Aborts when the caller does, or when nothing arrived for too long. */
class Watchdog {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly forward = (): void => this.controller.abort();

  constructor(
    private readonly outer: AbortSignal,
    private readonly limit: number,
  ) {
    if (outer.aborted) this.forward();
    outer.addEventListener("abort", this.forward);
    this.touch();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  touch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.forward, this.limit);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener("abort", this.forward);
  }
}
