/** The mounted workbench with a list of projects. */

import { vi } from "vitest";
import type { ProjectSummary, Welcome } from "../src/model/entities";
import type { ChangeKind } from "../src/model/types";
import type { ComparedFile, Hunk, Version } from "../src/model/versions";
import { panels } from "../src/session/panels";
import { until, WELCOME } from "./fakes";
import { frame, MountedWorkbench } from "./mounted";

/** Text that would run if any of it were taken for HTML. */
export const HOSTILE = "<img src=x onerror=alert(1)>";

export class Page extends MountedWorkbench {
  constructor(welcome: Welcome = WELCOME) {
    super(welcome);
    panels.value = {};
    // Nothing is laid out here, so nothing would ever come into sight.
    vi.stubGlobal("IntersectionObserver", undefined);
  }

  /** The button of that name, in the whole page or in a part of it. */
  named(name: RegExp, where: Element = this.root): HTMLButtonElement {
    const found = [...where.querySelectorAll("button")].find((one) =>
      name.test((one.getAttribute("aria-label") ?? one.textContent).trim()),
    );
    if (!found) throw new Error(`no button ${name}`);
    return found;
  }

  /** Open the list of projects with these in it. */
  async list(...projects: ProjectSummary[]): Promise<void> {
    this.transport.known = projects;
    this.session.drawer.value = true;
    await until(() => this.session.projectList.projects.value !== null, "the list");
    await frame();
  }
}

export function project(number: number, change: Partial<ProjectSummary> = {}): ProjectSummary {
  const id = `${String(number).padStart(8, "0")}-5b7d-4e8a-9c10-2d4f6a8b0c1e`;
  const created_at = new Date(Date.UTC(2026, 0, 1, 12, 0, number)).toISOString();
  return {
    project_id: id,
    project_name: `game_20260101_1200_${id.slice(0, 8)}`,
    status: "completed",
    created_at,
    file_count: 3,
    size_bytes: 1234,
    title: `项目 ${number}`,
    ...change,
  };
}

export function compared(path: string, kind: ChangeKind = "modified", binary = true): ComparedFile {
  return { path, kind, lines_added: 1, lines_removed: 1, binary, hunks: [] };
}

/** The hunk of these lines, whose first one is at `start`. */
export function hunk(start: number, ...lines: string[]): Hunk {
  const count = (marks: string): number => lines.filter((line) => marks.includes(line[0]!)).length;
  const [old_lines, new_lines] = [count(" -"), count(" +")];
  return { id: start, old_start: start, old_lines, new_start: start, new_lines, lines };
}

/** Version `number` of one program, made from `parent`. */
export function version(number: number, parent: number | null, change: Partial<Version> = {}): Version {
  const made = project(number);
  return {
    project_id: made.project_id,
    version: number,
    parent_id: parent === null ? null : project(parent).project_id,
    cause: parent === null ? "generate" : "change",
    request: `第 ${number} 次请求`,
    label: null,
    status: "completed",
    request_status: "completed",
    created_at: made.created_at,
    file_count: 3,
    changes: parent === null ? [] : [{ path: "a.py", kind: "modified", lines_added: 5, lines_removed: 1 }],
    tests: null,
    thumbnail: false,
    ...change,
  };
}

export async function type(field: HTMLInputElement, text: string): Promise<void> {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
}
