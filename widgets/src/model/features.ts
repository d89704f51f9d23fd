/** The features of a specification, with their ids. */

import type { Spec } from "./types";

export interface Feature {
  id: string;
  text: string;
}

export function featuresOf(spec: Spec | null | undefined): Feature[] {
  // A specification of version 0.1 names no ids: they count its features.
  return (spec?.features ?? []).map((text, at) => ({ id: spec?.feature_ids?.[at] ?? `F${at + 1}`, text }));
}
