/** The bodies of the REST calls and of the widget's messages, as docs/rest.md describes them. */

import type { Artifact, GeneratedProject, PhaseType, Plan, RequestStatus, Spec } from "./types";

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
