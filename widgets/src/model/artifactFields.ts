/** The fields of a specification or a plan as lines of text, and back. */

import type { Artifact, PlannedFile } from "./types";

export type FieldName = "title" | "features" | "files" | "dependencies";

export function fieldsOf(artifact: Artifact): FieldName[] {
  return artifact.kind === "spec" ? ["title", "features"] : ["files", "dependencies"];
}

export function fieldText(artifact: Artifact, field: FieldName): string {
  if (artifact.kind === "spec") return field === "title" ? artifact.title : artifact.features.join("\n");
  if (field === "dependencies") return artifact.dependencies.join("\n");
  return artifact.files.map((file) => (file.purpose ? `${file.path}: ${file.purpose}` : file.path)).join("\n");
}

export function withField(artifact: Artifact, field: FieldName, text: string): Artifact {
  if (artifact.kind === "spec") {
    return field === "title" ? { ...artifact, title: text } : { ...artifact, features: lines(text) };
  }
  if (field === "dependencies") return { ...artifact, dependencies: lines(text) };
  return { ...artifact, files: lines(text).map(plannedFile) };
}

export function sameArtifact(a: Artifact, b: Artifact): boolean {
  return a.markdown === b.markdown && fieldsOf(a).every((field) => fieldText(a, field) === fieldText(b, field));
}

/** Empty lines stay out: they are where the reader is about to write. */
function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

function plannedFile(line: string): PlannedFile {
  const at = line.search(/[:：]/);
  if (at < 0) return { path: line, purpose: "" };
  return { path: line.slice(0, at).trim(), purpose: line.slice(at + 1).trim() };
}
