/**
 * What the workbench asks of the other side, whichever it is: the page's Jupyter server (REST and SSE) or the kernel
 * (the widget's own messages). Both send the same events, and answer errors in the same shape.
 */

import type { ProgramOrder, Wire } from "../program/connection";
import type { AIFlowEvent, Artifact, GeneratedProject, PhaseType, Plan, RequestStatus, Spec } from "../model/types";

export interface GenerateRequest {
  prompt: string;
  template?: string;
  engine?: string;
  pause_after?: PhaseType[];
}

/** A run that has ended, to be done again: from `plan` on with the specification, from `implement` on with the plan. */
export interface ReviseRequest {
  from_project: string;
  from_phase: "plan" | "implement";
  /** As it was edited; without it the one that is there. */
  artifact?: Artifact;
  pause_after?: PhaseType[];
}

export interface Template {
  id: string;
  title: string;
  title_en: string;
  summary: string;
  kind: string;
  example?: string;
}

export interface Capabilities {
  run: boolean;
  play: boolean;
}

export interface Welcome {
  templates: Template[];
  capabilities: Capabilities;
}

export interface ProjectSummary {
  project_id: string;
  project_name: string;
  status: string;
  created_at: string;
  file_count: number;
  size_bytes?: number;
  /** Whether there is a first picture of the program's window. */
  has_thumbnail?: boolean;
  title?: string | null;
  /** More exact than `status`: waiting for the reader, or ended by them. Null or absent where no record is left. */
  request_status?: RequestStatus | null;
}

/** A file that is not the same in two projects; a size is null where the file is not there. */
export interface FileChange {
  path: string;
  change: "added" | "removed" | "changed";
  before_bytes: number | null;
  after_bytes: number | null;
}

export interface TreeNode {
  type: "file" | "directory";
  name: string;
  path: string;
  size_bytes?: number;
  created_at?: string;
  children?: TreeNode[];
}

export interface DirectoryTree {
  project_id: string;
  root: TreeNode;
  total_files: number;
}

/** One exchange with the model, word for word: what was sent to it, and what it thought and said. */
export interface PromptRecord {
  phase: string;
  messages: { role: string; content: string }[];
  thinking?: string;
  content?: string;
}

/** The request behind a project; what a server does not know of it is absent. */
export interface RequestInfo {
  user_input: string;
  status?: RequestStatus;
  engine?: string | null;
  spec?: Spec | null;
  plan?: Plan | null;
  project?: GeneratedProject | null;
  /** The project whose next version this one is. */
  derived_from?: string | null;
  prompts?: PromptRecord[];
}

export interface FileBody {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
  etag: string | null;
}

export interface Download {
  blob: Blob;
  name: string;
}

export interface StreamOptions {
  /** The number of the last event that is known. */
  after: number;
  /** Wait for further events, or end with the last one that there is. */
  follow: boolean;
  signal: AbortSignal;
  onEvent(event: AIFlowEvent): void;
  /** Something came, if only a heartbeat. */
  onAlive(): void;
}

export interface Transport {
  readonly kind: "rest" | "kernel";
  welcome(): Promise<Welcome>;
  generate(request: GenerateRequest | ReviseRequest): Promise<string>;
  /** Resolves when the other side ended the stream. */
  stream(projectId: string, options: StreamOptions): Promise<void>;
  projects(): Promise<ProjectSummary[]>;
  request(projectId: string): Promise<RequestInfo>;
  /** The files as they are on disk, also of a project whose record is gone. */
  tree(projectId: string): Promise<DirectoryTree>;
  file(projectId: string, path: string, signal?: AbortSignal): Promise<FileBody>;
  /** Returns the new ETag. @throws ApiError with status 412 when the file has changed since `etag`. */
  save(projectId: string, path: string, text: string, etag: string | null): Promise<string | null>;
  download(projectId: string): Promise<Download>;
  retry(projectId: string): Promise<void>;
  cancel(projectId: string): Promise<void>;
  resume(projectId: string, artifact?: Artifact): Promise<void>;
  remove(projectId: string): Promise<void>;
  /** Give a project a title of the reader's own; returns it as it was kept. */
  rename(projectId: string, title: string): Promise<string>;
  /** The first picture of the program's window. @throws ApiError with status 404 where there is none. */
  thumbnail(projectId: string, signal?: AbortSignal): Promise<Blob>;
  /** Start a project's program, or come back to it; what it says comes over what is returned. */
  program(order: ProgramOrder): Wire;
  /** Which files differ from one project to another. */
  compare(before: string, after: string): Promise<FileChange[]>;
}

/** A refusal in the words of the other side. `status` is 0 where there was no answer at all. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

/** Whether a promise was given up on purpose. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
