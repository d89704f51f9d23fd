/** Which lines implement a feature, and the request that each line comes from. */

import type { Cause } from "./types";

/** The first line and the last one, from 1. */
export type Lines = readonly [first: number, last: number];

export interface TracedFeature {
  id: string;
  text: string;
  /** `missing`: no lines were found. `unknown`: there is nothing to find them by. */
  status: "linked" | "missing" | "unknown";
  /** By path; sorted, and none overlaps another. */
  lines: Record<string, Lines[]>;
}

/** Lines that came with one version. */
export interface Origin {
  first_line: number;
  last_line: number;
  /** Null for what a person changed in the shown version since it was made. */
  version: number | null;
  request: string;
  cause: Cause | "person";
}

export interface Trace {
  features: TracedFeature[];
  origins: Record<string, Origin[]>;
}

/** A block of lines of a feature. */
export interface Place {
  path: string;
  lines: Lines;
}

/** A line of a file, from 1. */
export interface AskedLine {
  path: string;
  line: number;
}

/** The note beside a line: a sentence with an emphasized part, and what there is to add. */
export interface LineNote extends AskedLine {
  lead: string;
  emphasis: string;
  more: string;
}

/** All blocks of a feature, file by file: the file with the most lines first. */
export function placesOf(feature: TracedFeature | undefined): Place[] {
  const files = Object.entries(feature?.lines ?? {});
  files.sort(([, one], [, other]) => countLines(other) - countLines(one));
  return files.flatMap(([path, blocks]) => blocks.map((lines) => ({ path, lines })));
}

export function countLines(blocks: readonly Lines[]): number {
  return blocks.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

export function originOf(trace: Trace, path: string, line: number): Origin | undefined {
  return trace.origins[path]?.find(({ first_line, last_line }) => first_line <= line && line <= last_line);
}

/** The features that a line belongs to. */
export function featuresAt(trace: Trace, path: string, line: number): TracedFeature[] {
  return trace.features.filter(({ lines }) =>
    lines[path]?.some(([first, last]) => first <= line && line <= last),
  );
}
