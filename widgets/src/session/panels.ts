/** The sizes of the panels: one choice for all workbenches, stored in the browser. */

import { signal } from "@preact/signals";
import { readJsonSetting, writeSetting } from "../storage/webStorage";

export const PANELS = ["files", "side", "log", "body"] as const;
export type Panel = (typeof PANELS)[number];

type Sizes = Partial<Record<Panel, number>>;

/** A smaller panel shows nothing; a larger one fits no screen. */
export const MIN_SIZES: Record<Panel, number> = { files: 140, side: 180, log: 80, body: 300 };
export const MAX_SIZES: Record<Panel, number> = { files: 1200, side: 1200, log: 800, body: 1600 };

/** Holds the chosen sizes only; the layout decides the others. */
export const panels = signal<Sizes>(recall());

function recall(): Sizes {
  const found: Sizes = {};
  const kept = readJsonSetting("panels");
  if (typeof kept !== "object" || kept === null) return found;
  for (const name of PANELS) {
    const size = (kept as Record<string, unknown>)[name];
    if (typeof size === "number" && size >= MIN_SIZES[name] && size <= MAX_SIZES[name]) found[name] = size;
  }
  return found;
}

/** Resize a panel for now; `savePanels` stores the size. */
export function setPanel(name: Panel, size: number | null): void {
  const { [name]: _, ...others } = panels.value;
  panels.value =
    size === null
      ? others
      : { ...others, [name]: Math.round(Math.min(MAX_SIZES[name], Math.max(MIN_SIZES[name], size))) };
}

export function savePanels(): void {
  writeSetting("panels", JSON.stringify(panels.value));
}
