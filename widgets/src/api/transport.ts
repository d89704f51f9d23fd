/**
 * The calls that the workbench makes, implemented over REST and SSE (the page's Jupyter server) and over the
 * widget's messages (the kernel). Both deliver the same events and the same errors.
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
  Template,
  Welcome,
} from "../model/entities";
import type { PhaseInfo } from "../model/phases";
import type { AIFlowEvent, Artifact } from "../model/types";
import type { ProgramSocket, ProgramSpec } from "./program";

export interface StreamOptions {
  /** The number of the last known event. */
  after: number;
  /** Wait for further events, or end after the last one there is. */
  follow: boolean;
  signal: AbortSignal;
  onEvent(event: AIFlowEvent): void;
  /** Called for all data that arrives, heartbeats included. */
  onAlive(): void;
}

export interface Transport {
  readonly kind: "rest" | "kernel";
  welcome(): Promise<Welcome>;
  generate(request: GenerateRequest | ReviseRequest): Promise<string>;
  /** Resolves when the server or the kernel ended the stream. */
  stream(projectId: string, options: StreamOptions): Promise<void>;
  projects(): Promise<ProjectSummary[]>;
  request(projectId: string): Promise<RequestInfo>;
  /** The files on disk, also of a project whose record is gone. */
  tree(projectId: string): Promise<DirectoryTree>;
  file(projectId: string, path: string, signal?: AbortSignal): Promise<FileBody>;
  /** Returns the new ETag. @throws ApiError with status 412 when the file has changed since `etag`. */
  save(projectId: string, path: string, text: string, etag: string | null): Promise<string | null>;
  download(projectId: string): Promise<Download>;
  retry(projectId: string): Promise<void>;
  cancel(projectId: string): Promise<void>;
  resume(projectId: string, artifact?: Artifact): Promise<void>;
  remove(projectId: string): Promise<void>;
  /** Give a project another title; returns the title as it was stored. */
  rename(projectId: string, title: string): Promise<string>;
  /** The first picture of the program's window. @throws ApiError with status 404 where there is none. */
  thumbnail(projectId: string, signal?: AbortSignal): Promise<Blob>;
  /** Start a project's program, or reconnect to it. */
  program(spec: ProgramSpec): ProgramSocket;
  /** Which files differ from one project to another. */
  compare(before: string, after: string): Promise<FileChange[]>;
}

/** Read the answer to the first request: the same over REST and over the widget's messages. */
export function readWelcome(body: Record<string, unknown>): Welcome {
  const offered = new Set((body["capabilities"] as string[] | undefined) ?? []);
  return {
    templates: (body["templates"] as Template[] | undefined) ?? [],
    phases: (body["phases"] as PhaseInfo[] | undefined) ?? [],
    capabilities: { run: offered.has("run"), play: offered.has("play") },
  };
}
