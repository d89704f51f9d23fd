/** The phase table as the server or the kernel serves it (`aiflow/model/phases.py`), and look-ups in it. */

import { language, t } from "../i18n";
import type { Artifact, Plan, Snapshot, Spec } from "./types";

/** One row: a step of a run. */
export interface PhaseInfo {
  phase: string;
  /** From 1. */
  sequence_order: number;
  title: string;
  title_en: string;
  educational_message: string;
  educational_message_en: string;
  /** The kind of artifact that the phase makes, or null. */
  artifact: string | null;
  /** Whether a run can be asked to pause after it. */
  may_pause: boolean;
}

export type PhaseTable = readonly PhaseInfo[];

export function phaseTitle(info: PhaseInfo): string {
  return language.value === "en" ? info.title_en : info.title;
}

/**
 * The name of a phase's artifact: a short word for the kinds that the interface knows, else the phase's
 * title.
 */
export function artifactTitle(info: PhaseInfo): string {
  if (info.artifact === "spec") return t("tab.spec");
  if (info.artifact === "plan") return t("tab.plan");
  return phaseTitle(info);
}

/** The same inside a sentence. */
export function artifactName(info: PhaseInfo): string {
  const title = artifactTitle(info);
  return language.value === "en" ? title.toLowerCase() : title;
}

/** The phases after which a run can pause: all of them, or those that follow `after`. */
export function pausesAfter(table: PhaseTable, after?: PhaseInfo): string[] {
  const from = after?.sequence_order ?? 0;
  return table.filter((info) => info.may_pause && info.sequence_order > from).map((info) => info.phase);
}

export function artifactPhases(table: PhaseTable): PhaseInfo[] {
  return table.filter((info) => info.artifact !== null);
}

export function phaseOfKind(table: PhaseTable, kind: string): PhaseInfo | undefined {
  return table.find((info) => info.artifact === kind);
}

export function isSpec(artifact: Artifact | undefined): artifact is Spec {
  return artifact?.kind === "spec";
}

export function isPlan(artifact: Artifact | undefined): artifact is Plan {
  return artifact?.kind === "plan";
}

export function specOf(snapshot: Snapshot): Spec | undefined {
  return Object.values(snapshot.artifacts).find(isSpec);
}

export function planOf(snapshot: Snapshot): Plan | undefined {
  return Object.values(snapshot.artifacts).find(isPlan);
}

/** The path of the program's main file inside the project, or null. */
export function mainFile(state: Snapshot): string | null {
  const whole = state.project?.main_file_path ?? "";
  const inside = whole.split("/").slice(2).join("/");
  return [inside, planOf(state)?.main_file ?? ""].find((path) => path in state.files) ?? null;
}

/** The program's name: a person's, else the specification's. */
export function titleOf(state: Snapshot): string {
  return state.title ?? specOf(state)?.title ?? "";
}
