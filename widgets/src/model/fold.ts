/**
 * Events in, state out: the same fold as `Snapshot` in `aiflow/model/events.py`, tested by the same golden journals.
 *
 * The snapshot is changed in place (a run has tens of thousands of events); who shows it watches the store's signals.
 * `files` has no prototype: a generated file may be called `constructor` or `__proto__`.
 */

import {
  type AIFlowEvent,
  type ChunkEvent,
  type FileWrittenEvent,
  type PhaseEvent,
  PHASES,
  type PhaseSnapshot,
  type PhaseType,
  type RequestStatus,
  type Snapshot,
  type StatusEvent,
  type TextTail,
  type UsageEvent,
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

export function emptySnapshot(): Snapshot {
  return {
    project_id: NO_PROJECT,
    seq: 0,
    status: "pending",
    project_status: "generating",
    retry_count: 0,
    message: null,
    reason: null,
    retryable: null,
    updated_at: null,
    engine: null,
    model: null,
    phases: emptyPhases(),
    spec: null,
    plan: null,
    typing: null,
    typed: emptyTail(),
    files: Object.create(null) as Snapshot["files"],
    diagnostics: [],
    prompt_tokens: 0,
    completion_tokens: 0,
    project: null,
  };
}

/** Take one event in; true if it was new. Events must come in the order of `seq` (see `Sequencer`). */
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
      if (event.artifact?.kind === "spec") state.spec = event.artifact;
      else if (event.artifact?.kind === "plan") state.plan = event.artifact;
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
      });
      break;
    case "usage":
      foldUsage(state, event);
      break;
    case "project":
      state.project = event.project;
      break;
    default:
      // A type of a later version: its place in the sequence is taken, its content is not for us.
      break;
  }
  return true;
}

function emptyPhases(): Record<PhaseType, PhaseSnapshot> {
  const phase = (name: PhaseType, order: number): PhaseSnapshot => ({
    phase: name,
    status: "pending",
    sequence_order: order,
    educational_message: "",
    started_at: null,
    completed_at: null,
    thinking: emptyTail(),
    content: emptyTail(),
    prompt_tokens: 0,
    completion_tokens: 0,
  });
  return { specify: phase("specify", 1), plan: phase("plan", 2), implement: phase("implement", 3) };
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
  if (event.status === "retrying") reset(state);
  if (isFinal(event.status)) stopTyping(state);
}

function reset(state: Snapshot): void {
  const old = state.phases;
  state.phases = emptyPhases();
  for (const phase of PHASES) state.phases[phase].educational_message = old[phase].educational_message;
  state.spec = null;
  state.plan = null;
  state.project = null;
  state.files = Object.create(null) as Snapshot["files"];
  state.diagnostics = [];
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
      const shown = (state.files[path] ??= {
        path,
        filename: path.slice(path.lastIndexOf("/") + 1),
        type: "file",
        status: "created",
        size_bytes: 0,
        written_at: null,
        writes: 0,
      });
      shown.status = "typing";
    }
  }
  if (path !== null) append(state.typed, event.text);
}

function foldFile(state: Snapshot, event: FileWrittenEvent): void {
  if (state.typing === event.path) {
    state.typing = null;
    state.typed = emptyTail();
  }
  state.files[event.path] = {
    path: event.path,
    filename: event.filename,
    type: event.type ?? "file",
    status: event.status ?? "created",
    size_bytes: event.size_bytes ?? 0,
    written_at: event.timestamp,
    writes: (state.files[event.path]?.writes ?? 0) + 1,
  };
  // What was found in the older text of the file is not true of this one.
  state.diagnostics = state.diagnostics.filter((found) => found.path !== event.path);
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
