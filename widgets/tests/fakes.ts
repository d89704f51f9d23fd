/** A transport in the test's hands: what was asked is noted, what comes back is decided. */

import type { NamedFile } from "../src/browser/droppedFiles";
import type { ProgramSocket, ProgramSpec } from "../src/api/program";
import type { ImportOptions, StreamOptions, Transport } from "../src/api/transport";
import type {
  DirectoryTree,
  FileBody,
  Imported,
  Mutants,
  ProjectSummary,
  PromptRecord,
  RequestInfo,
  Saved,
  Welcome,
} from "../src/model/entities";
import type { EngineCheck, EngineChoice, EngineList, EngineRow } from "../src/model/engines";
import { ApiError } from "../src/model/errors";
import type { PhaseInfo } from "../src/model/phases";
import type { Answer, AnswerValue, Spec } from "../src/model/types";
import type { Trace } from "../src/model/trace";
import type { ComparedFile, Hunk, Version, VersionList } from "../src/model/versions";

/** The phase table as `aiflow/model/phases.py` serves it. */
export const PHASES: PhaseInfo[] = [
  {
    phase: "specify",
    sequence_order: 1,
    title: "需求说明",
    title_en: "Specification",
    educational_message: "先想清楚要做什么：把一句话变成看得懂的需求，写明有哪些功能、怎么操作。",
    educational_message_en: "First decide what to make: one sentence becomes a clear specification.",
    artifact: "spec",
    may_pause: true,
  },
  {
    phase: "plan",
    sequence_order: 2,
    title: "方案设计",
    title_en: "Plan",
    educational_message: "再决定怎么做：分成哪些文件，每个文件负责什么，需要用到哪些库。",
    educational_message_en: "Then decide how: which files there are, and what each is for.",
    artifact: "plan",
    may_pause: true,
  },
  {
    phase: "implement",
    sequence_order: 3,
    title: "编写代码",
    title_en: "Code",
    educational_message: "照着方案一个文件一个文件写，写完一个就能看一个，最后再检查一遍。",
    educational_message_en: "Written file by file, as planned; read each one as soon as it is done.",
    artifact: null,
    may_pause: false,
  },
];

export const WELCOME: Welcome = {
  templates: [
    {
      id: "snake",
      title: "贪吃蛇",
      title_en: "Snake",
      summary: "",
      kind: "written",
      example: "帮我写个贪吃蛇",
    },
  ],
  phases: PHASES,
  capabilities: { run: false, play: false },
  ask: "never",
};

export interface OpenStream extends StreamOptions {
  projectId: string;
  end(): void;
  fail(error: unknown): void;
}

export class FakeTransport implements Transport {
  readonly kind = "rest";
  readonly calls: unknown[][] = [];
  readonly streams: OpenStream[] = [];
  files: Record<string, { text: string; etag: string }> = {};
  /** Texts that differ from `files` in one project, by its id. */
  filesOf: Record<string, Record<string, string>> = {};
  specs: Record<string, Spec> = {};
  nextId = "11111111-1111-4111-8111-111111111111";
  prompts: PromptRecord[] = [];
  programInfo: NonNullable<RequestInfo["program"]> | null = null;
  ideas: string[] = [];
  known: ProjectSummary[] = [];
  changes: ComparedFile[] = [];
  family: Version[] = [];
  edited: string[] = [];
  /** The project that a save goes to, where that is another one. */
  savedTo: string | null = null;
  engineList: EngineList | null = null;
  engineCheck: EngineCheck = { ok: true, message: "能用。", models: [], reason: null };
  /** Answers the import that is going on. */
  finishImport: (answer: Imported | Error) => void = () => undefined;
  traced: Trace = { features: [], origins: {} };
  refusal: ApiError | null = null;

  /** The streams that are held now. */
  get open(): OpenStream[] {
    return this.streams.filter((stream) => !stream.signal.aborted && !this.ended.has(stream));
  }
  private readonly ended = new Set<OpenStream>();

  private note(...call: unknown[]): void {
    this.calls.push(call);
    if (this.refusal) throw this.refusal;
  }

  async welcome(): Promise<Welcome> {
    this.note("welcome");
    return WELCOME;
  }
  async change(id: string, request: unknown): Promise<string> {
    this.note("change", id, request);
    return this.nextId;
  }
  async generate(request: unknown): Promise<string> {
    this.note("generate", request);
    return this.nextId;
  }
  stream(projectId: string, options: StreamOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream: OpenStream = Object.assign(options, {
        projectId,
        end: () => {
          this.ended.add(stream);
          resolve();
        },
        fail: (error: unknown) => {
          this.ended.add(stream);
          reject(error);
        },
      });
      options.signal.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
      this.streams.push(stream);
    });
  }
  program(spec: ProgramSpec): ProgramSocket {
    this.note("program", spec);
    return {
      readyState: WebSocket.OPEN,
      binaryType: "blob",
      send: () => undefined,
      close: () => undefined,
      onmessage: null,
      onclose: null,
    };
  }
  async projects(): Promise<ProjectSummary[]> {
    this.note("projects");
    return this.known;
  }
  async request(id = ""): Promise<RequestInfo> {
    const { prompts, programInfo: program, ideas } = this;
    return { user_input: "做一个猜数字的小游戏", prompts, program, ideas, spec: this.specs[id] ?? null };
  }
  async tree(projectId: string): Promise<DirectoryTree> {
    throw new ApiError("", 404, `not_found ${projectId}`, false);
  }
  async file(projectId: string, path: string): Promise<FileBody> {
    const own = this.filesOf[projectId]?.[path];
    const found = own === undefined ? this.files[path] : { text: own, etag: '"own"' };
    if (!found) throw new ApiError("没有这个文件。", 404, "not_found", false);
    return { bytes: new TextEncoder().encode(found.text), contentType: "text/plain", etag: found.etag };
  }
  async save(projectId: string, path: string, text: string, etag: string | null): Promise<Saved> {
    this.note("save", path, text, etag);
    if ((this.files[path]?.etag ?? null) !== etag) throw new ApiError("改过了。", 412, "changed", false);
    const saved = { text, etag: `${etag}+` };
    this.files[path] = saved;
    return { etag: saved.etag, projectId: this.savedTo ?? projectId };
  }
  async download(): Promise<{ blob: Blob; name: string }> {
    this.note("download");
    return { blob: new Blob(["zip"]), name: "project.zip" };
  }
  async retry(id: string): Promise<void> {
    this.note("retry", id);
  }
  async cancel(id: string): Promise<void> {
    this.note("cancel", id);
  }
  async resume(id: string, artifact?: unknown): Promise<void> {
    this.note("continue", id, artifact);
  }
  async engines(): Promise<EngineList> {
    this.note("engines");
    if (!this.engineList) throw new ApiError("", 404, "not_found", false);
    return this.engineList;
  }
  async chooseEngine(choice: EngineChoice): Promise<EngineRow> {
    this.note("engine", choice);
    const row = this.engineList!.engines.find(({ name }) => name === (choice.name ?? "service"))!;
    this.engineList = { ...this.engineList!, engine: row.name };
    return { ...row, model: choice.model ?? row.model, message: `已经改用 ${row.label}。` };
  }
  async checkEngine(choice: EngineChoice): Promise<EngineCheck> {
    this.note("check_engine", choice);
    return this.engineCheck;
  }
  async answer(id: string, questionId: string, value: AnswerValue): Promise<Answer> {
    this.note("answer", id, questionId, value);
    const attempt = this.calls.filter((call) => call[0] === "answer" && call[2] === questionId).length;
    const outcome = value === null ? "skipped" : "accepted";
    return { question_id: questionId, attempt, value, outcome, feedback: "", by: "student" };
  }
  async remove(id: string, family = false): Promise<void> {
    this.note("delete", id, ...(family ? ["family"] : []));
  }
  async rename(id: string, title: string): Promise<string> {
    this.note("rename", id, title);
    return title.trim();
  }
  async thumbnail(id: string): Promise<Blob> {
    this.note("thumbnail", id);
    return new Blob(["png"], { type: "image/png" });
  }
  async label(id: string, label: string): Promise<void> {
    this.note("label", id, label);
    this.family = this.family.map((one) => (one.project_id === id ? { ...one, label: label || null } : one));
  }
  async versions(): Promise<VersionList> {
    return {
      family_id: this.family[0]?.parent_id ?? this.family[0]?.project_id ?? "",
      versions: this.family,
      edited: this.edited,
    };
  }
  import(files: readonly NamedFile[], { signal, onProgress }: ImportOptions): Promise<Imported> {
    this.note("import", ...files.map(({ name }) => name));
    onProgress(0.5);
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
      this.finishImport = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
    });
  }
  async compare(before: string, after: string): Promise<ComparedFile[]> {
    this.note("compare", before, after);
    return this.changes;
  }
  async apply(newestId: string, fromId: string, path: string, hunk: Hunk | null): Promise<string> {
    this.note("apply", newestId, fromId, path, hunk);
    return "token";
  }
  async undo(newestId: string, undo: string): Promise<void> {
    this.note("undo", newestId, undo);
  }
  async runTests(id: string): Promise<void> {
    this.note("runTests", id);
  }
  async decideTest(id: string, test: string, decision: string): Promise<string> {
    this.note("decideTest", id, test, decision);
    return this.savedTo ?? id;
  }
  async repairTests(id: string): Promise<string> {
    this.note("repairTests", id);
    return this.nextId;
  }
  async mutants(id: string): Promise<Mutants> {
    this.note("mutants", id);
    return { caught: 8, total: 10 };
  }
  async trace(id: string): Promise<Trace> {
    this.note("trace", id);
    return this.traced;
  }
  async restore(id: string, path?: string): Promise<string> {
    this.note("restore", id, path);
    this.edited = path ? this.edited.filter((one) => one !== path) : [];
    return id;
  }
}

/** Wait until `check` holds, a turn of the loop at a time. */
export async function until(check: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`never: ${what}`);
}
