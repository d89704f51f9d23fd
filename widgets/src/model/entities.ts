/** The bodies of the REST calls and of the widget's messages, as docs/rest.md describes them. */

import type { PhaseInfo } from "./phases";
import type { Artifact, Cause, GeneratedProject, Plan, RequestStatus, Spec } from "./types";

/** Whether a run asks before its first phase; `auto`: where the request leaves much open. */
export type Ask = "never" | "auto" | "always";

export interface GenerateRequest {
  prompt: string;
  template?: string;
  engine?: string;
  pause_after?: string[];
  ask?: Ask;
}

/** What to change in a project that has ended. */
export interface ChangeRequest {
  prompt: string;
  pause_after?: string[];
  ask?: Ask;
}

/** A run that has ended, to be run again from a phase on: with the artifact of the phase before it. */
export interface ReviseRequest {
  from_project: string;
  from_phase: string;
  /** As a person edited it; without it, the one of the earlier run. */
  artifact?: Artifact;
  pause_after?: string[];
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

/** What a page needs before it shows anything. */
export interface Welcome {
  templates: Template[];
  phases: PhaseInfo[];
  capabilities: Capabilities;
  /** What the configuration says of questions before a run. */
  ask: Ask;
}

export interface ProjectSummary {
  project_id: string;
  project_name: string;
  status: string;
  created_at: string;
  file_count: number;
  size_bytes?: number;
  /** Whether the program drew a first picture of its window. */
  has_thumbnail?: boolean;
  title?: string | null;
  /** Counts the versions of a family, from 1. */
  /** The id of the family's first version; absent where the record is gone. */
  family_id?: string;
  version?: number;
  /** More exact than `status`: also `paused` and `cancelled`. Null or absent where the record is gone. */
  request_status?: RequestStatus | null;
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

/** One request to the model, verbatim: the messages, the thinking and the answer. */
export interface PromptRecord {
  phase: string;
  messages: { role: string; content: string }[];
  thinking?: string;
  content?: string;
}

/** The request that a project was made from. Fields that the server does not know are absent. */
export interface RequestInfo {
  user_input: string;
  status?: RequestStatus;
  engine?: string | null;
  spec?: Spec | null;
  plan?: Plan | null;
  project?: GeneratedProject | null;
  /** Where this version comes from. */
  family_id?: string;
  version?: number;
  parent_id?: string | null;
  cause?: Cause;
  /** What can be run; null where the project has no program. */
  program?: { main_file: string; opens_window: boolean } | null;
  prompts?: PromptRecord[];
  /** The name of the program that is changed, until the new specification says its own. */
  title?: string;
  /** What could be changed next: sentences from the README and from the lesson. */
  ideas?: string[];
}

export interface FileBody {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
  etag: string | null;
}

/** The answer to a save: in a version that others were made from it goes to a version of its own. */
export interface Saved {
  etag: string | null;
  projectId: string;
}

/** What became of the files that were imported. */
export interface Imported {
  project_id: string;
  left_out: { path: string; reason: string }[];
  /** What was converted, as sentences. */
  notes: string[];
}

/** What a person decides about a test that may itself be wrong: it goes, or the program has to change. */
export type TestDecision = "remove" | "keep";

/** How many deliberate errors in the program its tests found. */
export interface Mutants {
  caught: number;
  total: number;
}

export interface Download {
  blob: Blob;
  name: string;
}
