/** The mounted workbench with a list of projects. */

import { vi } from "vitest";
import type { ProjectSummary } from "../src/model/entities";
import { panels } from "../src/session/panels";
import { until } from "./fakes";
import { frame, MountedWorkbench } from "./mounted";

/** Text that would run if any of it were taken for HTML. */
export const HOSTILE = "<img src=x onerror=alert(1)>";

export class Page extends MountedWorkbench {
  constructor() {
    super();
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

export async function type(field: HTMLInputElement, text: string): Promise<void> {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();
}
