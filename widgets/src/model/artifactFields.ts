/**
 * The fields of a specification or a plan as lines of text, and back. Other artifacts have their text only.
 */

import { isPlan, isSpec } from "./phases";
import type { Artifact, PlannedFile } from "./types";

export type FieldName = "title" | "features" | "agreements" | "files" | "dependencies";

export function fieldsOf(artifact: Artifact): FieldName[] {
  if (isSpec(artifact))
    return ["title", "features", ...(artifact.agreements ? (["agreements"] as const) : [])];
  return isPlan(artifact) ? ["files", "dependencies"] : [];
}

export function fieldText(artifact: Artifact, field: FieldName): string {
  if (isSpec(artifact)) {
    if (field === "title") return artifact.title;
    return (field === "features" ? artifact.features : (artifact.agreements ?? [])).join("\n");
  }
  if (!isPlan(artifact)) return "";
  if (field === "dependencies") return artifact.dependencies.join("\n");
  return artifact.files
    .map((file) => (file.purpose ? `${file.path}: ${file.purpose}` : file.path))
    .join("\n");
}

export function withField(artifact: Artifact, field: FieldName, text: string): Artifact {
  const value = field === "title" ? text : field === "files" ? lines(text).map(plannedFile) : lines(text);
  return { ...artifact, [field]: value };
}

export function sameArtifact(a: Artifact, b: Artifact): boolean {
  return (
    a.markdown === b.markdown && fieldsOf(a).every((field) => fieldText(a, field) === fieldText(b, field))
  );
}

/** Empty lines are left out: the person is about to write there. */
function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function plannedFile(line: string): PlannedFile {
  const at = line.search(/[:：]/);
  if (at < 0) return { path: line, purpose: "" };
  return { path: line.slice(0, at).trim(), purpose: line.slice(at + 1).trim() };
}
