/**
 * The fold of a project's events into its state: the same as `aiflow/model/snapshot.py`, tested by the same
 * golden journals.
 *
 * The snapshot is changed in place, as a run has tens of thousands of events; the store's signals announce
 * the change. `files`, `changes`, `tests`, `questions` and `answers` have no prototype: a file may be called
 * `constructor` or `__proto__`.
 */

import type {
  AIFlowEvent,
  AnswerEvent,
  Artifact,
  ChangeEvent,
  ChunkEvent,
  FileSnapshot,
  FileWrittenEvent,
  PhaseEvent,
  PhaseSnapshot,
  QuestionEvent,
  RequestStatus,
  SavedEvent,
  Snapshot,
  StatusEvent,
  TestEvent,
  TextTail,
  UsageEvent,
  VersionEvent,
} from "./types";

export const NO_PROJECT = "00000000-0000-0000-0000-000000000000";
/** As in Python: a snapshot keeps the latest pieces of a long text. */
export const CHUNKS_KEPT = 4000;

const FINAL: ReadonlySet<RequestStatus> = new Set(["completed", "failed", "cancelled"]);

export function isFinal(status: RequestStatus): boolean {
  return FINAL.has(status);
}

export function emptyTail(): TextTail {
  return { chunks: [], dropped: false };
}

export function tailText(tail: TextTail): string {
  return tail.chunks.join("");
}

/** Return the state without the model's texts, which are too long for a notebook. */
export function withoutTexts(state: Snapshot): Snapshot {
  const phases = { ...state.phases };
  for (const phase of Object.values(state.phases)) {
    phases[phase.phase] = { ...phase, thinking: emptyTail(), content: emptyTail() };
  }
  return { ...state, phases, typed: emptyTail(), files: { ...state.files } };
}

/** The part of the phase table that the fold needs. */
export type PhaseOrder = readonly Pick<PhaseSnapshot, "phase" | "sequence_order">[];

export function emptySnapshot(phases: PhaseOrder): Snapshot {
  return {
    project_id: NO_PROJECT,
    seq: 0,
    status: "pending",
    project_status: "generating",
    retry_count: 0,
    paused_after: null,
    waiting_for: null,
    message: null,
    reason: null,
    retryable: null,
    updated_at: null,
    engine: null,
    model: null,
    title: null,
    label: null,
    version: null,
    changes: Object.create(null) as Snapshot["changes"],
    phases: emptyPhases(phases),
    artifacts: {},
    typing: null,
    typed: emptyTail(),
    files: Object.create(null) as Snapshot["files"],
    diagnostics: [],
    tests: Object.create(null) as Snapshot["tests"],
    prompt_tokens: 0,
    completion_tokens: 0,
    project: null,
    syntax_validated: null,
    findings: null,
    questions: Object.create(null) as Snapshot["questions"],
    answers: Object.create(null) as Snapshot["answers"],
  };
}

/** Apply one event; true if it was new. Events must come in the order of `seq` (see `Sequencer`). */
export function apply(state: Snapshot, event: AIFlowEvent): boolean {
  if (event.seq <= state.seq) return false;
  state.seq = event.seq;
  state.project_id = event.project_id;
  state.updated_at = event.timestamp;
  switch (event.event_type) {
    case "status":
      foldStatus(state, event);
      break;
    case "phase":
      foldPhase(state, event);
      break;
    case "chunk":
      foldChunk(state, event);
      break;
    case "artifact":
      if (isArtifact(event.artifact) && Object.hasOwn(state.phases, event.phase))
        state.artifacts[event.phase] = event.artifact;
      break;
    case "file_written":
      foldFile(state, event);
      break;
    case "diagnostic":
      state.diagnostics.push({
        path: event.path ?? null,
        line: event.line ?? null,
        rule: event.rule,
        message: event.message,
        severity: event.severity ?? "error",
        diff: event.diff ?? null,
      });
      break;
    case "usage":
      foldUsage(state, event);
      break;
    case "project":
      state.project = event.project;
      state.syntax_validated = event.project.syntax_validated;
      break;
    case "version":
      foldVersion(state, event);
      break;
    case "change":
      foldChange(state, event);
      break;
    case "saved":
      foldSaved(state, event);
      break;
    case "named":
      state.title = event.title ?? null;
      state.label = event.label ?? null;
      break;
    case "checked":
      state.syntax_validated = event.syntax_validated;
      state.findings = { error: 0, warning: 0, info: 0, ...event.findings };
      break;
    case "test":
      foldTest(state, event);
      break;
    case "question":
      foldQuestion(state, event);
      break;
    case "answer":
      foldAnswer(state, event);
      break;
    default:
      // A type of a later version: it counts in the sequence, and its content is ignored.
      break;
  }
  return true;
}

function emptyPhases(order: PhaseOrder): Record<string, PhaseSnapshot> {
  const made = order.map(({ phase, sequence_order }): [string, PhaseSnapshot] => [
    phase,
    {
      phase,
      status: "pending",
      sequence_order,
      educational_message: "",
      started_at: null,
      completed_at: null,
      thinking: emptyTail(),
      content: emptyTail(),
      prompt_tokens: 0,
      completion_tokens: 0,
    },
  ]);
  return Object.fromEntries(made);
}

function isArtifact(value: unknown): value is Artifact {
  if (typeof value !== "object" || value === null) return false;
  const { kind, markdown } = value as Partial<Artifact>;
  return typeof kind === "string" && typeof markdown === "string";
}

function append(tail: TextTail, text: string): void {
  tail.chunks.push(text ?? "");
  if (tail.chunks.length > CHUNKS_KEPT) {
    tail.chunks.splice(0, CHUNKS_KEPT / 4);
    tail.dropped = true;
  }
}

function foldStatus(state: Snapshot, event: StatusEvent): void {
  state.status = event.status;
  state.project_status = event.project_status;
  state.retry_count = event.retry_count ?? 0;
  state.message = event.message ?? null;
  state.reason = event.reason ?? null;
  state.retryable = event.retryable ?? null;
  const isPaused = event.status === "paused";
  // A journal of version 0.1 does not name the phase: it was the last one that is completed.
  state.paused_after = isPaused ? (event.paused_after ?? lastCompleted(state)) : null;
  state.waiting_for = isPaused ? (event.waiting_for ?? "review") : null;
  if (event.status === "retrying") reset(state);
  if (isFinal(event.status)) stopTyping(state);
}

function lastCompleted(state: Snapshot): string | null {
  return Object.values(state.phases).findLast((phase) => phase.status === "completed")?.phase ?? null;
}

function reset(state: Snapshot): void {
  const old = Object.values(state.phases);
  state.phases = emptyPhases(old);
  for (const { phase, educational_message } of old)
    state.phases[phase]!.educational_message = educational_message;
  state.artifacts = {};
  state.project = null;
  state.syntax_validated = null;
  state.findings = null;
  state.files = Object.create(null) as Snapshot["files"];
  state.changes = Object.create(null) as Snapshot["changes"];
  state.diagnostics = [];
  state.tests = Object.create(null) as Snapshot["tests"];
  stopTyping(state);
}

function stopTyping(state: Snapshot): void {
  if (state.typing !== null) {
    const shown = state.files[state.typing];
    if (shown?.status === "typing") {
      if (shown.writes > 0) shown.status = "created";
      else delete state.files[state.typing];
    }
  }
  state.typing = null;
  state.typed = emptyTail();
}

function foldPhase(state: Snapshot, event: PhaseEvent): void {
  const phase = state.phases[event.phase];
  if (!phase) return;
  phase.status = event.status;
  phase.educational_message = event.educational_message;
  phase.started_at = event.started_at ?? null;
  phase.completed_at = event.completed_at ?? null;
  if (event.status === "active") {
    phase.thinking = emptyTail();
    phase.content = emptyTail();
  } else {
    stopTyping(state);
  }
}

function foldChunk(state: Snapshot, event: ChunkEvent): void {
  const phase = state.phases[event.phase];
  if (!phase) return;
  append(event.channel === "thinking" ? phase.thinking : phase.content, event.text);
  if (event.channel !== "content") return;
  const path = event.path ?? null;
  if (path !== state.typing) {
    stopTyping(state);
    state.typing = path;
    if (path !== null) {
      const shown = (state.files[path] ??= fileAt(path, { writes: 0 }));
      shown.status = "typing";
    }
  }
  if (path !== null) append(state.typed, event.text);
}

/** A file as the snapshot keeps it: written once, unless `known` says otherwise. */
export function fileAt(path: string, known: Partial<FileSnapshot>): FileSnapshot {
  const filename = path.slice(path.lastIndexOf("/") + 1);
  return {
    path,
    filename,
    type: "file",
    status: "created",
    size_bytes: 0,
    written_at: null,
    writes: 1,
    ...known,
  };
}

function foldFile(state: Snapshot, event: FileWrittenEvent): void {
  if (state.typing === event.path) {
    state.typing = null;
    state.typed = emptyTail();
  }
  foldWritten(state, event, {
    filename: event.filename,
    type: event.type ?? "file",
    status: event.status ?? "created",
  });
}

/** A file has another text: what was found in the older one is not true of it. */
function foldWritten(
  state: Snapshot,
  { path, size_bytes, timestamp }: FileWrittenEvent | SavedEvent,
  known: Partial<FileSnapshot>,
): void {
  const writes = (state.files[path]?.writes ?? 0) + 1;
  state.files[path] = fileAt(path, { ...known, size_bytes: size_bytes ?? 0, written_at: timestamp, writes });
  forgetFindings(state, path);
}

/** Of an older text of a file, and of its tests where it holds some. */
function forgetFindings(state: Snapshot, path: string): void {
  state.diagnostics = state.diagnostics.filter((found) => found.path !== path);
  for (const test in state.tests) if (test.split("::")[0] === path) delete state.tests[test];
}

function foldVersion(state: Snapshot, { family_id, version, parent_id, cause, request }: VersionEvent): void {
  state.version = { family_id, version, parent_id: parent_id ?? null, cause, request };
}

function foldChange(state: Snapshot, { path, kind, lines_added = 0, lines_removed = 0 }: ChangeEvent): void {
  state.changes[path] = { path, kind, lines_added, lines_removed };
  if (kind !== "deleted") return;
  // It was copied from the parent before, so a `file_written` has announced it.
  delete state.files[path];
  forgetFindings(state, path);
}

function foldSaved(state: Snapshot, event: SavedEvent): void {
  if (event.kind !== "deleted") return foldWritten(state, event, {});
  forgetFindings(state, event.path);
  delete state.files[event.path];
}

function foldTest(state: Snapshot, event: TestEvent): void {
  const { test, title = "", features = [], status, ms = 0, message = "" } = event;
  state.tests[test] = { test, title, features, status, ms, message };
}

function foldUsage(state: Snapshot, event: UsageEvent): void {
  const phase = state.phases[event.phase];
  if (!phase) return;
  phase.prompt_tokens += event.prompt_tokens;
  phase.completion_tokens += event.completion_tokens;
  state.prompt_tokens += event.prompt_tokens;
  state.completion_tokens += event.completion_tokens;
  state.engine = event.engine;
  state.model = event.model;
}

function foldQuestion(state: Snapshot, event: QuestionEvent): void {
  state.questions[event.question_id] = {
    question_id: event.question_id,
    gate: event.gate,
    kind: event.kind,
    slot: event.slot ?? null,
    text: event.text,
    text_en: event.text_en ?? "",
    why: event.why ?? "",
    why_en: event.why_en ?? "",
    code: event.code ?? null,
    input: event.input ?? "choice",
    options: event.options ?? [],
    recommended: event.recommended ?? null,
    required: event.required ?? false,
  };
}

function foldAnswer(state: Snapshot, event: AnswerEvent): void {
  const { question_id, attempt = 1, value = null, outcome, feedback = "", by = "student" } = event;
  state.answers[question_id] = { question_id, attempt, value, outcome, feedback, by };
}
