/** What a version changes: sums of lines, the first changed code file, the changed requirements. */

import { featuresOf } from "./features";
import { isTestFile } from "./tests";
import { isFinal } from "./fold";
import { planOf, specOf } from "./phases";
import type { FileChange, Snapshot, Spec } from "./types";

/** Whether the shown version was made from another one by the three phases. */
export function isChange(snapshot: Snapshot): boolean {
  const { version } = snapshot;
  return version !== null && version.parent_id !== null && ["change", "revise"].includes(version.cause);
}

/** Whether a change ended and left nothing to go on from: its parent is, then. */
export function hasFailed(snapshot: Snapshot): boolean {
  return isChange(snapshot) && isFinal(snapshot.status) && snapshot.status !== "completed";
}

export interface LineSum {
  added: number;
  removed: number;
}

export function lineSum(changes: readonly FileChange[]): LineSum {
  const sum = { added: 0, removed: 0 };
  for (const { lines_added, lines_removed } of changes) {
    sum.added += lines_added;
    sum.removed += lines_removed;
  }
  return sum;
}

/** The changed files of the program; the run's own documents tell the same story in their own tabs. */
export function programChanges(snapshot: Snapshot): FileChange[] {
  return Object.values(snapshot.changes).filter(({ path }) => !DOCUMENTS.has(path));
}

const DOCUMENTS: ReadonlySet<string> = new Set(["spec.md", "plan.md"]);
const CODE = /\.(?:pyw?|[cm]?[jt]sx?|html?|css|c|h|cpp|java|go|rs|rb|sh)$/i;

/** The file whose difference is shown first: the first code file that the answer changed, but no test. */
export function firstChangedFile(snapshot: Snapshot): string | null {
  const left = programChanges(snapshot).filter(({ kind, path }) => kind !== "deleted" && !isTestFile(path));
  return (left.find(({ path }) => CODE.test(path)) ?? left[0])?.path ?? null;
}

/** The files that the plan of a change names and that are neither changed nor being typed yet. */
export function awaitedFiles(snapshot: Snapshot): Set<string> {
  if (!isChange(snapshot) || isFinal(snapshot.status)) return new Set();
  const planned = planOf(snapshot)?.files ?? [];
  const open = planned.filter(({ path }) => !(path in snapshot.changes) && path !== snapshot.typing);
  return new Set(open.map(({ path }) => path));
}

export type RequirementMark = "new" | "changed" | "removed";

export interface Requirement {
  id: string;
  mark: RequirementMark;
  text: string;
}

/** The requirements that a change adds, changes and removes. `before` knows the text of the removed ones. */
export function requirementChanges(spec: Spec | undefined, before: Spec | null = null): Requirement[] {
  const { changed = [], new: added = [], removed = [] } = spec?.changes ?? {};
  const list = (ids: string[], mark: RequirementMark, from: Spec | null): Requirement[] =>
    ids.map((id) => ({ id, mark, text: featuresOf(from).find((one) => one.id === id)?.text ?? id }));
  return [
    ...list(changed, "changed", spec ?? null),
    ...list(added, "new", spec ?? null),
    ...list(removed, "removed", before),
  ];
}

export function reasonOf(snapshot: Snapshot): string {
  return snapshot.project?.reason || specOf(snapshot)?.reason || "";
}
