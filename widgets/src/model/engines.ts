/** Who can write programs for this person, as `GET api/engines` answers, and the words for it. */

import { language, t, type TextKey } from "../i18n";

export type EngineKind = "lessons" | "local" | "service";

/** One source of answers: the lessons, a model server of this machine, a service. */
export interface EngineRow {
  name: string;
  label: string;
  kind: EngineKind;
  base_url: string | null;
  model: string | null;
  /** Those that are known without asking the service. */
  models: string[];
  /** The size of a model on disk, in bytes, where it is known. */
  sizes: Record<string, number>;
  available: boolean;
  message: string;
  locked: boolean;
  /** Where its key is; the key itself is in no answer. */
  key: "keyring" | "file" | "environment" | "config_file" | null;
}

export interface EngineUsage {
  engine: string;
  model: string;
  requests: number;
  prompt_tokens: number;
  completion_tokens: number;
  requests_today: number;
  tokens_today: number;
}

export interface EngineList {
  /** The name of the row that the next run uses. */
  engine: string;
  /** The environment or the class decides, so nothing can be selected. */
  locked: boolean;
  model_locked: boolean;
  /** Who decides, where something is locked. */
  message: string;
  engines: EngineRow[];
  /** Suggestions of services that are no rows yet. */
  services: { label: string; base_url: string }[];
  usage: EngineUsage[];
}

/** One of `name` and `base_url`. An empty key deletes the stored one, an absent one leaves it. */
export interface EngineChoice {
  name?: string;
  base_url?: string;
  model?: string;
  api_key?: string;
}

export interface EngineCheck {
  ok: boolean;
  message: string;
  models: string[];
  reason: string | null;
}

export function rowsOf(list: EngineList, kind: EngineKind): EngineRow[] {
  return list.engines.filter((row) => row.kind === kind);
}

export function currentRow(list: EngineList): EngineRow | undefined {
  return list.engines.find(({ name }) => name === list.engine);
}

/** One sentence about a row: its own in Chinese, in English what its fields say. */
export function aboutRow(row: EngineRow): string {
  if (language.value === "zh") return row.message;
  if (row.kind === "lessons") return t("engines.lessons.about");
  if (row.kind === "service") return t(row.key ? KEY_TEXTS[row.key] : "engines.key.none");
  const { label, models } = row;
  return t(row.available ? "engines.local.found" : "engines.local.off", { label, count: models.length });
}

const KEY_TEXTS: Record<NonNullable<EngineRow["key"]>, TextKey> = {
  keyring: "engines.key.keyring",
  file: "engines.key.file",
  environment: "engines.key.environment",
  config_file: "engines.key.config",
};

/** What the selection of a row changed. */
export function chosenText({ message, label, model }: EngineRow): string {
  if (language.value === "zh" && message) return message;
  return t("engines.chosen", { who: [label, model].filter(Boolean).join(" ") });
}

/** What holds in the whole panel because something is locked; empty where nothing is. */
export function lockText({ locked, model_locked, message }: EngineList): string {
  if (!locked && !model_locked) return "";
  const words = t(locked ? "engines.locked" : "engines.locked.model");
  return language.value === "zh" && message ? message : words;
}

/** What all models together used: today, and so far. */
export function usageSum({ usage }: EngineList): { today: number; requests: number; total: number } {
  const sum = { today: 0, requests: 0, total: 0 };
  for (const one of usage) {
    sum.today += one.tokens_today;
    sum.requests += one.requests_today;
    sum.total += one.prompt_tokens + one.completion_tokens;
  }
  return sum;
}
