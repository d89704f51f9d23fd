/** What a row of the tree says beside its name. */

import { t } from "../i18n";
import { type LineSum, lineSum } from "./change";
import { countLines, type TracedFeature } from "./trace";
import type { Row } from "./tree";
import type { ChangeKind, FileChange } from "./types";

export interface Mark {
  kind: "error" | "typing" | "changed" | "new" | "due" | "lines" | "lit";
  text: string;
  /** How the file differs from the version before. */
  change?: ChangeKind;
  lines?: LineSum;
}

const NEW_FOR_MS = 12_000;

/** In a generation: how old the file is, and whether it was written again. Of an import nothing is new. */
export function ageMark({ file }: Row, imported = false): Mark | null {
  if (!file) return null;
  const state = stateMark(file.status);
  if (state) return state;
  if (file.writes > 1) return { kind: "changed", text: t("files.changed") };
  if (imported) return null;
  const age = Date.now() - Date.parse(file.written_at ?? "");
  return age < NEW_FOR_MS ? { kind: "new", text: t("files.new") } : null;
}

/** In a change: what is going to change and what has changed; a folder counts what is in it. */
export function changeMark(
  { file, path }: Row,
  changes: Record<string, FileChange>,
  awaited: ReadonlySet<string>,
): Mark | null {
  if (!file) {
    const inside = Object.values(changes).filter((one) => one.path.startsWith(`${path}/`));
    return inside.length > 0 ? linesMark("modified", lineSum(inside)) : null;
  }
  const change = changes[path];
  if (file.status === "typing") {
    const text = t(file.writes > 0 ? "files.changing" : "files.typing");
    return { kind: "typing", text, ...(change && { change: change.kind, lines: lineSum([change]) }) };
  }
  const state = stateMark(file.status);
  if (state) return state;
  if (change) return linesMark(change.kind, lineSum([change]));
  if (!awaited.has(path)) return null;
  return { kind: "due", text: t(file.writes > 0 ? "files.toChange" : "files.toMake") };
}

/** While a feature is chosen: how many of its lines are in the file, or in the folder. */
export function litMark({ file, path }: Row, feature: TracedFeature | undefined): Mark | null {
  const inside = Object.entries(feature?.lines ?? {}).filter(([one]) =>
    file ? one === path : one.startsWith(`${path}/`),
  );
  const count = inside.reduce((sum, [, blocks]) => sum + countLines(blocks), 0);
  return count > 0 ? { kind: "lit", text: t("trace.lines", { count }) } : null;
}

function stateMark(status: string): Mark | null {
  if (status === "error") return { kind: "error", text: t("files.error") };
  return status === "typing" ? { kind: "typing", text: t("files.typing") } : null;
}

function linesMark(change: ChangeKind, lines: LineSum): Mark {
  const { added, removed } = lines;
  const text = t("change.lines", { added, removed });
  return { kind: "lines", change, lines, text: change === "added" ? `${t("files.new")} ${text}` : text };
}
