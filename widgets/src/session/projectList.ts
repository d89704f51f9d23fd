/** The earlier projects: the list, the projects picked in it, and the two that are compared. */

import { batch, computed, signal } from "@preact/signals";
import type { Transport } from "../api/transport";
import { saveAs } from "../browser/saveAs";
import type { ProjectSummary } from "../model/entities";
import { type ApiError, asApiError } from "../model/errors";
import { attempt } from "./attempt";

export const TITLE_LIMIT = 100;

/** Two projects, by their ids. */
export interface Pair {
  before: string;
  after: string;
}

export class ProjectList {
  readonly projects = signal<ProjectSummary[] | null>(null);
  readonly failure = signal<ApiError | null>(null);
  /** The ids picked for a comparison: at most two, the latest at the end. */
  readonly picked = signal<readonly string[]>([]);
  readonly comparing = signal<Pair | null>(null);
  /** The picked projects, the older one first. */
  readonly pair = computed<Pair | null>(() => {
    const [first, second] = this.picked.value;
    if (!first || !second) return null;
    const at = (id: string): string => this.find(id)?.created_at ?? "";
    return at(first) <= at(second) ? { before: first, after: second } : { before: second, after: first };
  });

  constructor(private readonly transport: () => Transport) {}

  find(id: string): ProjectSummary | undefined {
    return this.projects.value?.find((project) => project.project_id === id);
  }

  /** The name of a project; the first digits of its id where the list does not contain it. */
  name(id: string): string {
    const found = this.find(id);
    return found ? nameOf(found) : id.slice(0, 8);
  }

  async load(): Promise<void> {
    try {
      const found = await this.transport().projects();
      batch(() => {
        this.projects.value = found;
        this.failure.value = null;
        this.picked.value = this.picked.value.filter((id) => found.some((one) => one.project_id === id));
      });
    } catch (error) {
      this.failure.value = asApiError(error);
    }
  }

  /** Pick or unpick a project; a third one replaces the first. */
  pick(id: string): void {
    const { value } = this.picked;
    this.picked.value = value.includes(id) ? value.filter((one) => one !== id) : [...value, id].slice(-2);
  }

  compare(pair: Pair | null): void {
    batch(() => {
      this.comparing.value = pair;
      this.picked.value = [];
    });
    if (pair && !this.projects.value) void this.load();
  }

  /** Rename a project; return whether that worked. If not, `failure` holds the error. */
  async rename(id: string, title: string): Promise<boolean> {
    return attempt(this.failure, async () => {
      const kept = await this.transport().rename(id, title);
      this.projects.value = (this.projects.value ?? []).map((one) =>
        one.project_id === id ? { ...one, title: kept } : one,
      );
    });
  }

  async zip(id: string): Promise<boolean> {
    return attempt(this.failure, async () => saveAs(await this.transport().download(id)));
  }
}

/** The versions of one program that the list has, by its newest one. */
export interface Family {
  newest: ProjectSummary;
  versions: ProjectSummary[];
}

/** Group the projects by their families; the order is that of the families' first projects. */
export function familiesOf(projects: readonly ProjectSummary[]): Family[] {
  // A project whose record is gone belongs to no family that is known.
  const groups = new Map<string, ProjectSummary[]>();
  for (const project of projects) {
    const id = project.family_id ?? project.project_id;
    groups.set(id, [...(groups.get(id) ?? []), project]);
  }
  return [...groups.values()].map((versions) => ({
    newest: versions.reduce((last, one) => ((one.version ?? 1) > (last.version ?? 1) ? one : last)),
    versions,
  }));
}

export function nameOf(project: ProjectSummary): string {
  return project.title || project.project_name;
}

/** Whether a search matches a project: by any part of its title or of its folder's name. */
export function matches(project: ProjectSummary, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return `${project.title ?? ""}\n${project.project_name}`.toLowerCase().includes(wanted);
}
