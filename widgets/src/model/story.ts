/**
 * What a phase's answer says and does, in order: prose, and the files that it writes. Code stands in the
 * middle of the page, so here a file is one step, however long its text is and however often it is edited.
 *
 * Not part of the snapshot: it is another view of the same chunks.
 */

import type { AIFlowEvent } from "./types";

export type Step =
  | { kind: "prose"; text: string }
  /** `lines` counts what was typed of the file; `done` says that it is on disk. */
  | { kind: "file"; path: string; lines: number; done: boolean };

/** As much prose as a step shows; a model that never stops must not fill the page. */
const PROSE_LIMIT = 20_000;

export class Story {
  private readonly phases = new Map<string, Step[]>();
  private active = "";
  /** The file that the latest piece of text belongs to; null where it was prose. */
  private path: string | null = null;

  of(phase: string): readonly Step[] {
    return this.phases.get(phase) ?? [];
  }

  apply(event: AIFlowEvent): void {
    if (event.event_type === "status" && event.status === "retrying") this.phases.clear();
    else if (event.event_type === "phase" && event.status === "active") {
      this.active = event.phase;
      this.path = null;
      this.phases.set(event.phase, []);
    } else if (event.event_type === "chunk" && event.channel === "content") {
      this.append(event.phase, event.text ?? "", event.path ?? null);
    } else if (event.event_type === "file_written") this.finish(event.path);
    else if (event.event_type === "change") this.addChanged(event.path);
  }

  private append(phase: string, text: string, path: string | null): void {
    const steps = this.phases.get(phase);
    if (!steps) return;
    const last = steps.at(-1);
    const continues = this.path === path;
    if (path !== null) {
      if (last?.kind === "prose" && !continues) last.text = withoutHeading(last.text, path);
      typeInto(steps, path, text.split("\n").length - 1);
      this.path = path;
    } else if (last?.kind === "prose" && continues) last.text = (last.text + text).slice(0, PROSE_LIMIT);
    // Blank lines between two files say nothing.
    else if (text.trim()) {
      steps.push({ kind: "prose", text: text.slice(0, PROSE_LIMIT) });
      this.path = null;
    }
  }

  private finish(path: string): void {
    const step = stepOf(this.steps, path);
    if (step) step.done = true;
  }

  /** An edit may be applied without any text of the file having been typed. */
  private addChanged(path: string): void {
    if (!stepOf(this.steps, path)) this.steps.push({ kind: "file", path, lines: 0, done: true });
  }

  /** Of the active phase. */
  private get steps(): Step[] {
    return this.phases.get(this.active) ?? [];
  }
}

function stepOf(steps: readonly Step[], path: string): (Step & { kind: "file" }) | undefined {
  return steps.find((step): step is Step & { kind: "file" } => step.kind === "file" && step.path === path);
}

/** Add typed lines to the step of a file. A file that is written again begins anew. */
function typeInto(steps: Step[], path: string, lines: number): void {
  const step = stepOf(steps, path);
  if (!step) steps.push({ kind: "file", path, lines, done: false });
  else if (step.done) Object.assign(step, { lines, done: false });
  else step.lines += lines;
}

/** Models write a file's name above its text; the line of the file says it already. */
function withoutHeading(prose: string, path: string): string {
  const text = prose.trimEnd();
  const at = text.lastIndexOf("\n") + 1;
  const line = text.slice(at).replace(/[#*`:\uff1a\s]/g, "");
  return line === path ? text.slice(0, at) : prose;
}
