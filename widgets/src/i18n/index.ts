/** The language of the interface: one signal for the page, stored as a setting of the person. */

import { signal } from "@preact/signals";
import { readSetting, writeSetting } from "../storage/webStorage";
import { en } from "./en";
import { ERRORS } from "./errors";
import { zh, type TextKey } from "./zh";

export type { TextKey } from "./zh";
export type Language = "zh" | "en";

const TABLES: Record<Language, Record<TextKey, string>> = { zh, en };

export const language = signal<Language>(readSetting("language", "zh") === "en" ? "en" : "zh");

export function setLanguage(next: Language): void {
  language.value = next;
  writeSetting("language", next);
}

const ENGLISH_PLURALS = new Intl.PluralRules("en");
const SLOT = /\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}/g;

/**
 * Return the sentence for `key`. `{name}` is replaced by its value, and `{name:one|other}` by the form of a
 * word that belongs to that number; only English has such slots.
 */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return TABLES[language.value][key].replace(SLOT, (slot, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return slot;
    if (one === undefined) return String(value);
    return (ENGLISH_PLURALS.select(Number(value)) === "one" ? one : other) ?? "";
  });
}

/** The sentence of an error: in Chinese the one that came with it, else the table's, by its reason. */
export function errorText(reason: string | null, message: string | null): string {
  if (language.value === "zh" && message) return message;
  return reasonText(reason) ?? message ?? reasonText("internal_error")!;
}

/** The table's sentence for a reason; null where it has none. */
export function reasonText(reason: string | null): string | null {
  return (reason && ERRORS[reason]?.[language.value === "zh" ? 0 : 1]) || null;
}

/** Join sentences: with a space in English, without one in Chinese. */
export function sentences(...texts: string[]): string {
  return texts.filter(Boolean).join(language.value === "en" ? " " : "");
}

export function formatNumber(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** `12 秒`, then `1:05`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("time.seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

export function formatAge(iso: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (!(minutes >= 1)) return t("time.justNow");
  if (minutes < 60) return t("time.minutesAgo", { count: minutes });
  if (minutes < 60 * 24) return t("time.hoursAgo", { count: Math.floor(minutes / 60) });
  return t("time.daysAgo", { count: Math.floor(minutes / 60 / 24) });
}
