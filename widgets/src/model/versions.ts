/** The versions of a program, a comparison of two, and the lines between them. */

import type { FileChange, RequestStatus, TestCounts, VersionOrigin } from "./types";

export interface Version extends Omit<VersionOrigin, "family_id"> {
  project_id: string;
  label: string | null;
  status: string;
  request_status?: RequestStatus | null;
  created_at: string;
  file_count: number;
  /** What differs from the parent. */
  changes: FileChange[];
  /** Null while there are none. */
  tests: TestCounts | null;
  thumbnail: boolean;
}

export interface VersionList {
  family_id: string;
  /** The oldest first. */
  versions: Version[];
  /** Files of the version that was asked for that are not as they were made: each can be restored. */
  edited: string[];
}

/** A changed place with the lines around it; each line begins with a blank, `-`, `+` or a backslash. */
export interface Hunk {
  id: number;
  old_start: number;
  old_lines: number;
  new_start: number;
  new_lines: number;
  lines: string[];
}

/** A file that differs in two versions, from the first one to the second. */
export interface ComparedFile extends FileChange {
  /** No text: there are no hunks. */
  binary: boolean;
  /** The comparison was too long: the hunks are left out. */
  cut?: boolean;
  hunks: Hunk[];
}

/** The lines that are drawn beside one version, before its dot and after it. */
export interface Rail {
  /** The trunk leads from the first version to the newest; all others share the second lane. */
  isBranch: boolean;
  /** It leaves the trunk here. */
  isBent: boolean;
  trunk: { before: boolean; after: boolean };
  branch: { before: boolean; after: boolean };
}

/** Draw the versions, the oldest first, in two lanes: more would need a row of their own for each branch. */
export function railsOf(versions: readonly Version[]): Rail[] {
  const at = new Map(versions.map((version, index) => [version.project_id, index]));
  const parents = versions.map(({ parent_id }) => at.get(parent_id ?? "") ?? -1);
  const trunk = new Set<number>();
  for (let next = versions.length - 1; next >= 0; next = parents[next]!) trunk.add(next);
  const rails = versions.map((_, index): Rail => {
    const line = (): Rail["trunk"] => ({ before: false, after: false });
    return { isBranch: !trunk.has(index), isBent: false, trunk: line(), branch: line() };
  });
  parents.forEach((from, to) => {
    if (from < 0) return; // the first one, or its parent is deleted
    const lane = trunk.has(from) ? "trunk" : "branch";
    rails[to]!.isBent = trunk.has(from) && !trunk.has(to);
    for (let index = from; index < to; index++) {
      rails[index]![lane].after = true;
      // A bend begins at the edge before its dot.
      if (index + 1 < to || !rails[to]!.isBent) rails[index + 1]![lane].before = true;
    }
  });
  return rails;
}

/** The hunk that undoes this one: its two sides change places. */
export function reversed(hunk: Hunk): Hunk {
  const lines: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    lines.push(...added);
    added = [];
  };
  let mark = " ";
  for (const line of hunk.lines) {
    // "No newline at end of file" belongs to the line above it.
    if (!line.startsWith("\\")) mark = line[0] ?? " ";
    if (mark === " ") flush();
    if (line.startsWith("\\")) (mark === "-" ? added : lines).push(line);
    else if (mark === "-") added.push(`+${line.slice(1)}`);
    else lines.push(mark === "+" ? `-${line.slice(1)}` : line);
  }
  flush();
  const { id, old_start, old_lines, new_start, new_lines } = hunk;
  return {
    id,
    old_start: new_start,
    old_lines: new_lines,
    new_start: old_start,
    new_lines: old_lines,
    lines,
  };
}

/** A line of a hunk; its number is that in the newer text, of a removed line that in the older one. */
export interface HunkLine {
  mark: " " | "+" | "-" | "\\";
  number: number | null;
  text: string;
  /** Which of its characters differ from the line that it replaces; null where it is new as a whole. */
  changed: [from: number, to: number] | null;
}

/** The lines of a hunk with their numbers, and marks within the lines that replace each other. */
export function linesOf(hunk: Hunk): HunkLine[] {
  let [before, after] = [hunk.old_start, hunk.new_start];
  const found = hunk.lines.map((line): HunkLine => {
    const mark = line[0] as HunkLine["mark"];
    let number: number | null = null;
    if (mark !== "+" && mark !== "\\") number = before++;
    if (mark !== "-" && mark !== "\\") number = after++;
    return { mark, number, text: line.slice(1), changed: null };
  });
  for (let start = 0; start < found.length; start++) {
    const removed = runLength(found, start, "-");
    const added = runLength(found, start + removed, "+");
    // Only as many lines as there were: else it is a guess which of them replaces which.
    if (removed > 0 && removed === added)
      for (let index = start; index < start + removed; index++)
        markChange(found[index]!, found[index + removed]!);
    start += removed + added;
  }
  return found;
}

function runLength(lines: readonly HunkLine[], start: number, mark: string): number {
  let end = start;
  while (lines[end]?.mark === mark) end++;
  return end - start;
}

function markChange(old: HunkLine, next: HunkLine): void {
  const most = Math.min(old.text.length, next.text.length);
  let head = 0;
  while (head < most && old.text[head] === next.text[head]) head++;
  let tail = 0;
  while (tail < most - head && old.text.at(-1 - tail) === next.text.at(-1 - tail)) tail++;
  // Two lines that have little in common are two lines, not one that changed.
  if ((head + tail) * 2 < Math.max(old.text.trim().length, next.text.trim().length)) return;
  for (const line of [old, next]) line.changed = [head, line.text.length - tail];
}
