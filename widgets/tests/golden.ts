/** The golden journals, which Python's fold is held to as well (`tests/model/test_golden.py`). */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AIFlowEvent } from "../src/model/types";

const FOLDER = join(import.meta.dirname, "../../tests/golden");

export const journals = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => name.slice(0, -".jsonl".length));

export function eventsOf(name: string): AIFlowEvent[] {
  const lines = readFileSync(join(FOLDER, `${name}.jsonl`), "utf8").split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line) as AIFlowEvent);
}

export function snapshotOf(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.snapshot.json`), "utf8"));
}
