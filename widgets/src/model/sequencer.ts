/**
 * Puts events into order: repeats are dropped, and an early event waits until the gap before it is filled.
 */

import type { AIFlowEvent } from "./types";

export class Sequencer {
  private readonly waiting = new Map<number, AIFlowEvent>();

  /** @param last the number of the last event that was accepted. */
  constructor(private last = 0) {}

  /** Accept an event; return the events that can be applied now, in order. */
  accept(event: AIFlowEvent): AIFlowEvent[] {
    if (!isEvent(event) || event.seq <= this.last) return [];
    this.waiting.set(event.seq, event);
    const ready: AIFlowEvent[] = [];
    for (;;) {
      const next = this.waiting.get(this.last + 1);
      if (!next) return ready;
      this.waiting.delete(next.seq);
      this.last = next.seq;
      ready.push(next);
    }
  }

  /** Drop the waiting events: a reader that resumes after `last` gets them again. */
  clear(): void {
    this.waiting.clear();
  }
}

/** Only the header is checked here; the fold checks the fields that it reads. */
function isEvent(value: unknown): value is AIFlowEvent {
  if (typeof value !== "object" || value === null) return false;
  const { seq, event_type } = value as { seq?: unknown; event_type?: unknown };
  return typeof seq === "number" && Number.isInteger(seq) && typeof event_type === "string";
}
