/**
 * The events of a project and the state that they fold into: the shapes of `aiflow/model/events.py`,
 * `snapshot.py` and `artifacts.py`. A time is a string (ISO 8601, UTC).
 */

export type PhaseStatus = "pending" | "active" | "completed" | "failed";
export type RequestStatus =
  "pending" | "processing" | "paused" | "completed" | "failed" | "cancelled" | "retrying";
export type ProjectStatus = "generating" | "completed" | "failed";
export type Channel = "thinking" | "content";
export type WaitingFor = "review" | "answers";
export type Severity = "error" | "warning" | "info";
export type NodeType = "file" | "directory";

/** The result of a phase: its fields, and the Markdown text that they are read from. */
export interface Artifact {
  kind: string;
  markdown: string;
}

export interface Spec extends Artifact {
  kind: "spec";
  title: string;
  project_type: string;
  summary: string;
  features: string[];
  /** What the answers to the questions before the run fixed; absent in a journal of version 0.1. */
  agreements?: string[];
  /** Of each feature, `F1`; absent in a journal of version 0.1. */
  feature_ids?: string[];
  /** What a change adds, changes and removes, by id. */
  changes?: { new?: string[]; changed?: string[]; removed?: string[] };
  /** Why the change is made like this, one sentence. */
  reason?: string;
}

export interface PlannedFile {
  path: string;
  purpose: string;
}

export interface Plan extends Artifact {
  kind: "plan";
  files: PlannedFile[];
  dependencies: string[];
  main_file: string;
}

/** The fields that the page reads. */
export interface GeneratedProject {
  main_file_path: string;
  syntax_validated: boolean;
  reason?: string | null;
}

export type Cause = "generate" | "change" | "revise" | "copy" | "edit" | "import";
export type ChangeKind = "added" | "modified" | "deleted";

/** A file that is not as it was in the version before. */
export interface FileChange {
  path: string;
  kind: ChangeKind;
  lines_added: number;
  lines_removed: number;
}

/** Where a version comes from. */
export interface VersionOrigin {
  family_id: string;
  /** Counts the versions of the family, from 1. */
  version: number;
  parent_id: string | null;
  cause: Cause;
  /** The sentence that was asked for. */
  request: string;
}

interface Header {
  seq: number;
  project_id: string;
  timestamp: string;
}

export interface StatusEvent extends Header {
  event_type: "status";
  status: RequestStatus;
  project_status: ProjectStatus;
  retry_count?: number;
  paused_after?: string | null;
  waiting_for?: WaitingFor | null;
  message?: string | null;
  reason?: string | null;
  retryable?: boolean | null;
}

export interface PhaseEvent extends Header {
  event_type: "phase";
  phase: string;
  status: PhaseStatus;
  sequence_order: number;
  educational_message: string;
  started_at?: string | null;
  completed_at?: string | null;
}

export interface ChunkEvent extends Header {
  event_type: "chunk";
  phase: string;
  channel: Channel;
  text: string;
  path?: string | null;
}

export interface ArtifactEvent extends Header {
  event_type: "artifact";
  phase: string;
  artifact: Artifact;
}

export interface FileWrittenEvent extends Header {
  event_type: "file_written";
  filename: string;
  path: string;
  type?: NodeType;
  status?: "created" | "error";
  size_bytes?: number;
}

export interface DiagnosticEvent extends Header {
  event_type: "diagnostic";
  path?: string | null;
  line?: number | null;
  rule: string;
  message: string;
  severity?: Severity;
  diff?: string | null;
}

export interface UsageEvent extends Header {
  event_type: "usage";
  phase: string;
  prompt_tokens: number;
  completion_tokens: number;
  engine: string;
  model: string;
}

export interface ProjectEvent extends Header {
  event_type: "project";
  project: GeneratedProject;
}

/** Once, after the first status. */
export interface VersionEvent extends Header, VersionOrigin {
  event_type: "version";
}

/** In a change, a file differs from the parent's now. */
export interface ChangeEvent extends Header, FileChange {
  event_type: "change";
}

/** After the run's end, a file changed. */
export interface SavedEvent extends Header {
  event_type: "saved";
  path: string;
  kind: ChangeKind;
  by: "person" | "program" | "outside";
  size_bytes?: number | null;
}

/** A person changed the title or the label; both are the new values. */
export interface NamedEvent extends Header {
  event_type: "named";
  title?: string | null;
  label?: string | null;
}

export type FindingCounts = Record<Severity, number>;

/** Follows `saved`: the result of checking the project again. */
export interface CheckedEvent extends Header {
  event_type: "checked";
  syntax_validated: boolean;
  findings?: Partial<FindingCounts>;
}

export type QuestionGate = "specify" | "plan" | "implement" | "run" | "download" | "practice";

/** One of the answers that are offered; an empty English text stands for the Chinese one. */
export interface QuestionOption {
  id: string;
  text: string;
  text_en: string;
}

/** The shape of `aiflow/model/questions.py`; the texts are Markdown, in Chinese and in English. */
export interface Question {
  question_id: string;
  gate: QuestionGate;
  /** `clarify`, or one of the kinds of the questions about a program. */
  kind: string;
  /** Of a clarifying question, what the request leaves open: `speed`. */
  slot: string | null;
  text: string;
  text_en: string;
  /** What the answer changes, one sentence. */
  why: string;
  why_en: string;
  code: { path: string; first_line: number; last_line: number; text: string } | null;
  input: "text" | "choice" | "choices" | "order" | "code";
  options: QuestionOption[];
  /** The id of the option for a person who does not choose. */
  recommended: string | null;
  required: boolean;
}

/** An option's id, a person's own words, several of them, or null: skipped. */
export type AnswerValue = string | string[] | null;

export interface Answer {
  question_id: string;
  /** Counts the answers to this question, from 1. */
  attempt: number;
  value: AnswerValue;
  outcome: "right" | "wrong" | "accepted" | "skipped" | "shown";
  feedback: string;
  by: "student" | "teacher" | "default";
}

/** `Whole`, of which only the fields `Written` are always written; the others have defaults. */
type Sparse<Whole, Written extends keyof Whole> = Pick<Whole, Written> & Partial<Omit<Whole, Written>>;

export interface QuestionEvent extends Header, Sparse<Question, "question_id" | "gate" | "kind" | "text"> {
  event_type: "question";
}

export interface AnswerEvent extends Header, Sparse<Answer, "question_id" | "outcome"> {
  event_type: "answer";
}

export type TestStatus = "passed" | "failed" | "error" | "quarantined";

/** The result of one test. */
export interface TestResult {
  /** Its id: its file, `::` and its name. */
  test: string;
  /** What it tests; may be empty. */
  title: string;
  /** The ids of the features that it tests. */
  features: string[];
  /** `error`: it did not get to an end. `quarantined`: it may itself be wrong, and a person decides. */
  status: TestStatus;
  ms: number;
  /** What was expected and what came; empty for one that passed. */
  message: string;
}

/** How many tests there are, how many of them pass, and how many are quarantined. */
export interface TestCounts {
  passed: number;
  total: number;
  quarantined: number;
}

/** In the run, and after its end whenever the tests run again. */
export interface TestEvent
  extends Header, Pick<TestResult, "test" | "status">, Partial<Omit<TestResult, "test" | "status">> {
  event_type: "test";
}

export type AIFlowEvent =
  | StatusEvent
  | PhaseEvent
  | ChunkEvent
  | ArtifactEvent
  | FileWrittenEvent
  | DiagnosticEvent
  | UsageEvent
  | ProjectEvent
  | VersionEvent
  | ChangeEvent
  | SavedEvent
  | NamedEvent
  | CheckedEvent
  | TestEvent
  | QuestionEvent
  | AnswerEvent;

/** A text that grows; the beginning of a very long one is dropped. */
export interface TextTail {
  chunks: string[];
  dropped: boolean;
}

export interface PhaseSnapshot {
  phase: string;
  status: PhaseStatus;
  sequence_order: number;
  educational_message: string;
  started_at: string | null;
  completed_at: string | null;
  thinking: TextTail;
  content: TextTail;
  prompt_tokens: number;
  completion_tokens: number;
}

export interface FileSnapshot {
  path: string;
  filename: string;
  type: NodeType;
  status: "typing" | "created" | "error";
  size_bytes: number;
  written_at: string | null;
  writes: number;
}

export interface Diagnostic {
  path: string | null;
  line: number | null;
  rule: string;
  message: string;
  severity: Severity;
  /** Of an automatic fix: what it changed, as a unified diff. */
  diff: string | null;
}

export interface Snapshot {
  project_id: string;
  seq: number;
  status: RequestStatus;
  project_status: ProjectStatus;
  retry_count: number;
  /** The phase after which a paused run waits, else null. */
  paused_after: string | null;
  waiting_for: WaitingFor | null;
  message: string | null;
  reason: string | null;
  retryable: boolean | null;
  updated_at: string | null;
  engine: string | null;
  model: string | null;
  title: string | null;
  label: string | null;
  /** Null in a journal of version 0.1, whose project is the first of its family. */
  version: VersionOrigin | null;
  /** What differs from the parent, by path. */
  changes: Record<string, FileChange>;
  /** By name, in the order of the phase table. */
  phases: Record<string, PhaseSnapshot>;
  /** By the name of the phase that made it. */
  artifacts: Record<string, Artifact>;
  typing: string | null;
  typed: TextTail;
  files: Record<string, FileSnapshot>;
  diagnostics: Diagnostic[];
  /** The latest result of each test, by its id. */
  tests: Record<string, TestResult>;
  prompt_tokens: number;
  completion_tokens: number;
  project: GeneratedProject | null;
  /** Whether the syntax of all files is right now; null while that is not known. */
  syntax_validated: boolean | null;
  /** What the latest check after the run's end counted. */
  findings: FindingCounts | null;
  /** What was asked, by id, in the order of asking; a retry keeps it. */
  questions: Record<string, Question>;
  /** The latest answer to each question. */
  answers: Record<string, Answer>;
}
