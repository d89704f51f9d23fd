/**
 * The calls that the workbench makes, over REST and SSE (the page's Jupyter server, `rest.ts`) or over the
 * widget's messages (the kernel, `kernel.ts`). Both deliver the same events, answers and errors.
 */

import type { NamedFile } from "../browser/droppedFiles";
import type {
  Ask,
  ChangeRequest,
  DirectoryTree,
  Download,
  FileBody,
  GenerateRequest,
  Imported,
  Mutants,
  ProjectSummary,
  RequestInfo,
  ReviseRequest,
  Saved,
  Template,
  TestDecision,
  Welcome,
} from "../model/entities";
import type { EngineCheck, EngineChoice, EngineList, EngineRow } from "../model/engines";
import type { PhaseInfo } from "../model/phases";
import type { AIFlowEvent, AnswerValue, Artifact, Answer as GivenAnswer } from "../model/types";
import type { Trace } from "../model/trace";
import type { ComparedFile, Hunk, VersionList } from "../model/versions";
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

/** The fields of a call, as the kernel gets them; REST puts some of them into the address and the header. */
export type Body = Record<string, unknown>;

export interface Answer {
  /** The fields of the answer; with a file also its `content_type`, `etag` and `name`. */
  body: Body;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface CallOptions {
  /** What is sent beside the fields: the content of a file. */
  bytes?: Uint8Array<ArrayBuffer>;
  signal?: AbortSignal | undefined;
}

export interface ImportOptions {
  signal: AbortSignal;
  /** Called with the share that is sent, from 0 to 1. */
  onProgress(share: number): void;
}

export abstract class Calls {
  abstract readonly kind: "rest" | "kernel";
  private welcomed: Promise<Welcome> | null = null;

  /** Make a call by its name, which is the kind of a widget's message. */
  protected abstract call(name: string, body?: object, options?: CallOptions): Promise<Answer>;
  /** Resolves when the server or the kernel ended the stream. */
  abstract stream(projectId: string, options: StreamOptions): Promise<void>;
  /** Make a project of files from elsewhere: of one zip, or of a program's own files. */
  abstract import(files: readonly NamedFile[], options: ImportOptions): Promise<Imported>;
  /** Start a project's program, or reconnect to it. */
  abstract program(spec: ProgramSpec): ProgramSocket;

  /**
   * Requested once per page, as many widgets may need it; again only after a failure.
   * @throws ApiError with status 404 where the page's server has no extension.
   */
  welcome(): Promise<Welcome> {
    this.welcomed ??= this.call("welcome").then(readWelcome, (error: unknown) => {
      this.welcomed = null;
      throw error;
    });
    return this.welcomed;
  }

  async generate(request: GenerateRequest | ReviseRequest): Promise<string> {
    return this.field("project_id", "generate", request);
  }

  /** Make a new version of a project; return its id. */
  change(projectId: string, request: ChangeRequest): Promise<string> {
    return this.field("project_id", "change", { project_id: projectId, ...request });
  }

  projects(): Promise<ProjectSummary[]> {
    return this.field("projects", "projects");
  }

  async request(projectId: string): Promise<RequestInfo> {
    return (await this.call("request", { project_id: projectId })).body as unknown as RequestInfo;
  }

  /** The files on disk, also of a project whose record is gone. */
  async tree(projectId: string): Promise<DirectoryTree> {
    return (await this.call("tree", { project_id: projectId })).body as unknown as DirectoryTree;
  }

  async file(projectId: string, path: string, signal?: AbortSignal): Promise<FileBody> {
    const { body, bytes } = await this.call("file", { project_id: projectId, path }, { signal });
    const contentType = (body["content_type"] as string | undefined) ?? "application/octet-stream";
    return { bytes, contentType, etag: (body["etag"] as string | undefined) ?? null };
  }

  /** @throws ApiError with status 412 when the file has changed since `etag`. */
  async save(projectId: string, path: string, text: string, etag: string | null): Promise<Saved> {
    const bytes = new TextEncoder().encode(text);
    const { body } = await this.call("save", { project_id: projectId, path, etag }, { bytes });
    const id = body["project_id"] as string | undefined;
    return { etag: (body["etag"] as string | undefined) ?? null, projectId: id ?? projectId };
  }

  async download(projectId: string): Promise<Download> {
    const { body, bytes } = await this.call("download", { project_id: projectId });
    const name = (body["name"] as string | undefined) ?? `${projectId}.zip`;
    return { blob: new Blob([bytes], { type: "application/zip" }), name };
  }

  async retry(projectId: string): Promise<void> {
    await this.call("retry", { project_id: projectId });
  }

  async cancel(projectId: string): Promise<void> {
    await this.call("cancel", { project_id: projectId });
  }

  async resume(projectId: string, artifact?: Artifact): Promise<void> {
    await this.call("continue", { project_id: projectId, artifact: artifact ?? null });
  }

  /** Who can write programs for this person. */
  async engines(): Promise<EngineList> {
    return (await this.call("engines")).body as unknown as EngineList;
  }

  /** Have the next runs use this engine. @throws ApiError with status 409 where the class decides. */
  async chooseEngine(choice: EngineChoice): Promise<EngineRow> {
    return (await this.call("engine", choice)).body as unknown as EngineRow;
  }

  /** Try an engine; nothing of the choice is stored. */
  async checkEngine(choice: EngineChoice): Promise<EngineCheck> {
    return (await this.call("check_engine", choice)).body as unknown as EngineCheck;
  }

  /**
   * Answer a question; null skips it.
   * @throws ApiError with status 409 where the run does not wait for it any more.
   */
  answer(projectId: string, questionId: string, value: AnswerValue): Promise<GivenAnswer> {
    return this.field("answer", "answers", { project_id: projectId, question_id: questionId, value });
  }

  /** @param family All versions of the program, not this one alone. */
  async remove(projectId: string, family = false): Promise<void> {
    await this.call("delete", { project_id: projectId, family });
  }

  /** Give a project another title; returns the title as it was stored. */
  rename(projectId: string, title: string): Promise<string> {
    return this.field("title", "rename", { project_id: projectId, title });
  }

  /** The first picture of the program's window. @throws ApiError with status 404 where there is none. */
  async thumbnail(projectId: string, signal?: AbortSignal): Promise<Blob> {
    const { bytes } = await this.call("thumbnail", { project_id: projectId }, { signal });
    return new Blob([bytes], { type: "image/png" });
  }

  /** Label a version; the empty text removes the label. */
  async label(projectId: string, label: string): Promise<void> {
    await this.call("rename", { project_id: projectId, label });
  }

  async versions(projectId: string): Promise<VersionList> {
    return (await this.call("versions", { project_id: projectId })).body as unknown as VersionList;
  }

  /** Which files differ from one project to another, and where. */
  compare(before: string, after: string): Promise<ComparedFile[]> {
    return this.field("files", "compare", { project_id: before, to: after });
  }

  /**
   * Make a file of the newest version, or one hunk of it, as in another version; returns what undoes it.
   * @throws ApiError with status 409 where the hunk does not fit any more.
   */
  apply(newestId: string, fromId: string, path: string, hunk: Hunk | null): Promise<string> {
    const body = { project_id: newestId, from_project: fromId, path, ...(hunk && { hunk }) };
    return this.field("undo", "apply", body);
  }

  async undo(newestId: string, undo: string): Promise<void> {
    await this.call("undo", { project_id: newestId, undo });
  }

  /** Write a file as it was generated, without a path all of them; returns the version that has them now. */
  restore(projectId: string, path?: string): Promise<string> {
    return this.field("project_id", "restore", { project_id: projectId, ...(path && { path }) });
  }

  /** Run all tests again; their results come as events. */
  async runTests(projectId: string): Promise<void> {
    await this.call("tests", { project_id: projectId });
  }

  /** Decide about a test that may be wrong; returns the version that has the decision. */
  decideTest(projectId: string, test: string, decision: TestDecision): Promise<string> {
    return this.field("project_id", "decide", { project_id: projectId, test, decision });
  }

  /** Have the program changed so that its failing tests pass; returns the new version's id. */
  repairTests(projectId: string): Promise<string> {
    return this.field("project_id", "repair", { project_id: projectId });
  }

  async mutants(projectId: string): Promise<Mutants> {
    return (await this.call("mutants", { project_id: projectId })).body as unknown as Mutants;
  }

  /** Which lines implement each feature, and the request that each line comes from. */
  async trace(projectId: string): Promise<Trace> {
    return (await this.call("trace", { project_id: projectId })).body as unknown as Trace;
  }

  private async field<T>(name: string, call: string, body?: object): Promise<T> {
    return (await this.call(call, body)).body[name] as T;
  }
}

/** Only the public calls: so that a test can have a transport of its own. */
export type Transport = Pick<Calls, keyof Calls>;

function readWelcome({ body }: Answer): Welcome {
  const offered = new Set((body["capabilities"] as string[] | undefined) ?? []);
  return {
    templates: (body["templates"] as Template[] | undefined) ?? [],
    phases: (body["phases"] as PhaseInfo[] | undefined) ?? [],
    capabilities: { run: offered.has("run"), play: offered.has("play") },
    ask: (body["ask"] as Ask | undefined) ?? "never",
  };
}
