/** Puts events into their order: repeats are dropped, one that comes too early waits until the gap before it is filled. */

import type { AIFlowEvent } from "./types";

export class Sequencer {
  private readonly waiting = new Map<number, AIFlowEvent>();

  /** @param last the number of the last event that was taken in. */
  constructor(private last = 0) {}

  /** The events that can be taken in now, in order. */
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

  /** How many events wait for one that has not come. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** What waits is let go: a reader that resumes after `last` gets it again. */
  clear(): void {
    this.waiting.clear();
  }
}

/** The header is what the order needs; what else an event holds, its fold looks at. */
function isEvent(value: unknown): value is AIFlowEvent {
  if (typeof value !== "object" || value === null) return false;
  const { seq, event_type } = value as { seq?: unknown; event_type?: unknown };
  return typeof seq === "number" && Number.isInteger(seq) && typeof event_type === "string";
}
