import { describe, expect, it } from "vitest";
import { apply, CHUNKS_KEPT, emptySnapshot, tailText } from "../src/model/fold";
import { Sequencer } from "../src/model/sequencer";
import type { AIFlowEvent, Snapshot } from "../src/model/types";
import { PHASES } from "./fakes";
import { eventsOf, journals, snapshotOf } from "./golden";

/** As it travels: without the prototype-less object of the files. */
function plain(state: Snapshot): unknown {
  return JSON.parse(JSON.stringify(state));
}

/** A fixed disorder, so that a failure can be seen again. */
function shuffled<T>(items: T[], seed: number): T[] {
  const result = [...items];
  let state = seed;
  for (let at = result.length - 1; at > 0; at--) {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    const other = state % (at + 1);
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

function foldAll(events: AIFlowEvent[]): Snapshot {
  const state = emptySnapshot(PHASES);
  const order = new Sequencer();
  for (const event of events) for (const next of order.accept(event)) apply(state, next);
  return state;
}

describe.each(journals)("the journal %s", (name) => {
  const events = eventsOf(name);

  it("folds into its snapshot", () => {
    const state = emptySnapshot(PHASES);
    for (const event of events) apply(state, event);
    expect(plain(state)).toEqual(snapshotOf(name));
  });

  it.each([1, 2, 3])("folds into it in any order, with repeats (disorder %i)", (seed) => {
    expect(plain(foldAll(shuffled([...events, ...events], seed)))).toEqual(snapshotOf(name));
  });
});

describe("the fold", () => {
  const header = { project_id: "p", timestamp: "2026-01-01T00:00:00.000Z" };
  const chunk = (seq: number, text: string): AIFlowEvent => ({
    ...header,
    seq,
    event_type: "chunk",
    phase: "implement",
    channel: "content",
    text,
    path: null,
  });

  it("lets the beginning of a very long text go, and says so", () => {
    const state = emptySnapshot(PHASES);
    for (let seq = 1; seq <= CHUNKS_KEPT + 1; seq++) apply(state, chunk(seq, `${seq} `));
    const { content } = state.phases["implement"]!;
    expect(content.dropped).toBe(true);
    expect(content.chunks).toHaveLength(CHUNKS_KEPT - CHUNKS_KEPT / 4 + 1);
    expect(tailText(content).startsWith(`${CHUNKS_KEPT / 4 + 1} `)).toBe(true);
  });

  it("waits for a gap to be filled and takes nothing in before", () => {
    const order = new Sequencer();
    expect(order.accept(chunk(2, "b"))).toEqual([]);
    expect(order.accept(chunk(1, "a")).map((event) => event.seq)).toEqual([1, 2]);
    expect(order.accept(chunk(2, "b"))).toEqual([]);
  });

  it.each([null, 7, "x", {}, { seq: "1", event_type: "chunk" }, { seq: 1.5, event_type: "chunk" }])(
    "ignores what is no event: %j",
    (value) => {
      expect(new Sequencer().accept(value as never)).toEqual([]);
    },
  );

  it("survives events with fields of the wrong kind or none", () => {
    const odd = [
      { ...header, seq: 1, event_type: "artifact", phase: "specify", artifact: null },
      { ...header, seq: 2, event_type: "phase", phase: "dance", status: "active" },
      { ...header, seq: 3, event_type: "chunk", phase: "specify", channel: "content" },
      { ...header, seq: 4, event_type: "artifact", phase: "specify", artifact: { kind: "poem" } },
    ] as unknown as AIFlowEvent[];
    const state = foldAll(odd);
    expect(state.seq).toBe(4);
    expect(state.artifacts).toEqual({});
  });
});
