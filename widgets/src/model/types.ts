/**
 * The events that travel and the state that they fold into: the shapes of `aiflow/model/events.py` and `aiflow/model/artifacts.py`.
 * Times are strings (ISO 8601, UTC) on this side: they are shown, not computed with.
 */

export const PHASES = ["specify", "plan", "implement"] as const;
export type PhaseType = (typeof PHASES)[number];
export type PhaseStatus = "pending" | "active" | "completed" | "failed";
export type RequestStatus =
  | "pending"
  | "processing"
  | "paused"
  | "completed"
  | "failed"
  | "cancelled"
  | "retrying";
export type ProjectStatus = "generating" | "completed" | "failed";
export type Channel = "thinking" | "content";
export type Severity = "error" | "warning" | "info";
export type NodeType = "file" | "directory";

export interface Spec {
  kind: "spec";
  markdown: string;
  title: string;
  project_type: string;
  summary: string;
  features: string[];
}

export interface PlannedFile {
  path: string;
  purpose: string;
}

export interface Plan {
  kind: "plan";
  markdown: string;
  files: PlannedFile[];
  dependencies: string[];
  main_file: string;
}

export type Artifact = Spec | Plan;

export interface StructureNode {
  type: NodeType;
  name: string;
  size?: number;
  language?: string;
  children?: StructureNode[];
}

export interface GeneratedProject {
  id: string;
  request_id: string;
  project_name: string;
  main_file_path: string;
  file_structure: StructureNode;
  dependencies: string[];
  total_files: number;
  total_size_bytes: number;
  syntax_validated: boolean;
  created_at: string;
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
  message?: string | null;
  reason?: string | null;
  retryable?: boolean | null;
}

export interface PhaseEvent extends Header {
  event_type: "phase";
  phase: PhaseType;
  status: PhaseStatus;
  sequence_order: number;
  educational_message: string;
  started_at?: string | null;
  completed_at?: string | null;
}

export interface ChunkEvent extends Header {
  event_type: "chunk";
  phase: PhaseType;
  channel: Channel;
  text: string;
  path?: string | null;
}

export interface ArtifactEvent extends Header {
  event_type: "artifact";
  phase: PhaseType;
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
}

export interface UsageEvent extends Header {
  event_type: "usage";
  phase: PhaseType;
  prompt_tokens: number;
  completion_tokens: number;
  engine: string;
  model: string;
}

export interface ProjectEvent extends Header {
  event_type: "project";
  project: GeneratedProject;
}

export type AIFlowEvent =
  | StatusEvent
  | PhaseEvent
  | ChunkEvent
  | ArtifactEvent
  | FileWrittenEvent
  | DiagnosticEvent
  | UsageEvent
  | ProjectEvent;

/** A text that grows; of a very long one the beginning is let go. */
export interface TextTail {
  chunks: string[];
  dropped: boolean;
}

export interface PhaseSnapshot {
  phase: PhaseType;
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
}

export interface Snapshot {
  project_id: string;
  seq: number;
  status: RequestStatus;
  project_status: ProjectStatus;
  retry_count: number;
  message: string | null;
  reason: string | null;
  retryable: boolean | null;
  updated_at: string | null;
  engine: string | null;
  model: string | null;
  phases: Record<PhaseType, PhaseSnapshot>;
  spec: Spec | null;
  plan: Plan | null;
  typing: string | null;
  typed: TextTail;
  files: Record<string, FileSnapshot>;
  diagnostics: Diagnostic[];
  prompt_tokens: number;
  completion_tokens: number;
  project: GeneratedProject | null;
}
