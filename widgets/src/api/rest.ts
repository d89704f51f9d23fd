/**
 * The page's Jupyter server: REST for requests, SSE by fetch (it sends headers and ends cleanly) for events.
 */

import { createParser } from "eventsource-parser";
import type { NamedFile } from "../browser/droppedFiles";
import type { Imported } from "../model/entities";
import { ApiError, isAbort } from "../model/errors";
import type { AIFlowEvent } from "../model/types";
import { authHeaders, type PageServer } from "./page";
import { type ProgramSocket, type ProgramSpec, programUrl } from "./program";
import {
  type Answer,
  type Body,
  type CallOptions,
  Calls,
  type ImportOptions,
  type StreamOptions,
} from "./transport";

/** The server sends a comment at least every 30 s; a connection silent for longer than this is dead. */
const DEAD_AFTER_MS = 45_000;

/** Where each call goes. A field that the address names leaves the body; the others are its JSON. */
const ROUTES: Record<string, [method: string, address: string]> = {
  welcome: ["GET", "api/templates"],
  generate: ["POST", "api/generate"],
  projects: ["GET", "api/projects"],
  tree: ["GET", "api/projects/{project_id}"],
  rename: ["PATCH", "api/projects/{project_id}"],
  delete: ["DELETE", "api/projects/{project_id}?family={family}"],
  request: ["GET", "api/projects/{project_id}/request"],
  file: ["GET", "api/projects/{project_id}/files/{path}"],
  save: ["PUT", "api/projects/{project_id}/files/{path}"],
  download: ["GET", "api/projects/{project_id}/download"],
  thumbnail: ["GET", "api/projects/{project_id}/thumbnail"],
  versions: ["GET", "api/projects/{project_id}/versions"],
  compare: ["GET", "api/projects/{project_id}/compare?to={to}"],
  change: ["POST", "api/projects/{project_id}/change"],
  apply: ["POST", "api/projects/{project_id}/apply"],
  undo: ["POST", "api/projects/{project_id}/undo"],
  restore: ["POST", "api/projects/{project_id}/restore"],
  tests: ["POST", "api/projects/{project_id}/tests"],
  decide: ["POST", "api/projects/{project_id}/tests/decide"],
  repair: ["POST", "api/projects/{project_id}/tests/repair"],
  mutants: ["POST", "api/projects/{project_id}/tests/mutants"],
  trace: ["GET", "api/projects/{project_id}/trace"],
  retry: ["POST", "api/projects/{project_id}/retry"],
  cancel: ["POST", "api/projects/{project_id}/cancel"],
  continue: ["POST", "api/projects/{project_id}/continue"],
  engines: ["GET", "api/engines"],
  engine: ["PUT", "api/engine"],
  check_engine: ["POST", "api/engine/check"],
  answers: ["POST", "api/projects/{project_id}/answers"],
};
/** The calls whose answer is a file: one called `data.json` is not to be parsed. */
const FILES: ReadonlySet<string> = new Set(["file", "download", "thumbnail"]);

export class RestTransport extends Calls {
  readonly kind = "rest";

  constructor(
    private readonly server: PageServer,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {
    super();
  }

  protected async call(name: string, fields: object = {}, options: CallOptions = {}): Promise<Answer> {
    const { address, init } = requestOf(name, { ...fields }, options);
    const response = await this.send(address, init);
    const { headers } = response;
    const etag = headers.get("ETag");
    if (response.ok && FILES.has(name)) {
      // The plain name: the encoded one beside it is read by browsers that save the answer themselves.
      const [, filename] = /filename="?([^";]+)"?/.exec(headers.get("Content-Disposition") ?? "") ?? [];
      const body = { content_type: headers.get("Content-Type") ?? undefined, etag, name: filename };
      return { body, bytes: new Uint8Array(await response.arrayBuffer()) };
    }
    const body = await readJson(response);
    if (name === "welcome" && isForeign(response, body)) throw new ApiError("", 404, "no_extension", false);
    if (!response.ok) throw refusal(body, response.status);
    return { body: { ...body, etag }, bytes: new Uint8Array() };
  }

  program(spec: ProgramSpec): ProgramSocket {
    return new WebSocket(programUrl(this.server, spec));
  }

  async stream(projectId: string, options: StreamOptions): Promise<void> {
    const query = new URLSearchParams();
    if (options.after > 0) query.set("last_event_id", String(options.after));
    if (!options.follow) query.set("follow", "false");
    const watchdog = new Watchdog(options.signal, DEAD_AFTER_MS);
    try {
      const response = await this.send(`api/stream/${projectId}?${query}`, {
        signal: watchdog.signal,
        headers: { Accept: "text/event-stream" },
      });
      if (!response.ok) throw refusal(await readJson(response), response.status);
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

  /** Not by fetch, which cannot say how much of a body is sent. */
  import(files: readonly NamedFile[], { signal, onProgress }: ImportOptions): Promise<Imported> {
    const form = new FormData();
    for (const { name, blob } of files) form.append("files", blob, name);
    const request = new XMLHttpRequest();
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      signal.addEventListener("abort", () => request.abort());
      request.open("POST", `${this.server.baseUrl}api/import`);
      for (const [name, value] of Object.entries(authHeaders(this.server)))
        request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
      request.upload.onload = () => onProgress(1);
      request.onabort = () => reject(new DOMException("given up", "AbortError"));
      request.onerror = () => reject(lostConnection());
      request.onload = () => {
        const body = parseObject(request.responseText);
        if (request.status === 201) resolve(body as unknown as Imported);
        else reject(refusal(body, request.status));
      };
      request.send(form);
    });
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

  private async send(address: string, init: RequestInit): Promise<Response> {
    const headers = { ...authHeaders(this.server), ...(init.headers as Record<string, string>) };
    try {
      // Nothing is kept by the browser: a file may change at any time, and another person may sit here next.
      const common: RequestInit = { credentials: "same-origin", cache: "no-store" };
      return await this.fetcher(this.server.baseUrl + address, { ...common, ...init, headers });
    } catch (error) {
      throw isAbort(error) ? error : lostConnection();
    }
  }
}

/** Build the HTTP request of a call. */
function requestOf(name: string, body: Body, options: CallOptions): { address: string; init: RequestInit } {
  const [method, template] = ROUTES[name]!;
  const address = template.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(body[field]);
    delete body[field];
    return value.split("/").map(encodeURIComponent).join("/");
  });
  const init: RequestInit = { method, signal: options.signal ?? null };
  // A picture is cached, and revalidated by its entity tag.
  if (name === "thumbnail") init.cache = "no-cache";
  if (options.bytes) {
    const etag = body["etag"] as string | null;
    init.body = options.bytes;
    init.headers = { "Content-Type": "text/plain; charset=utf-8", ...(etag && { "If-Match": etag }) };
  } else if (Object.keys(body).length > 0) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  return { address, init };
}

/** Return an answer's JSON object; an empty one where it is no JSON (a proxy's page, a login form). */
async function readJson(response: Response): Promise<Record<string, unknown>> {
  return parseObject(
    await response.text().catch((error: unknown) => {
      throw isAbort(error) ? error : lostConnection();
    }),
  );
}

function parseObject(text: string): Record<string, unknown> {
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
