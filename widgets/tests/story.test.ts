import { describe, expect, it } from "vitest";
import { type Step, Story } from "../src/model/story";
import type { AIFlowEvent } from "../src/model/types";

const START = { event_type: "phase", phase: "implement", status: "active" };
const said = (text: string, path: string | null = null): object => ({
  event_type: "chunk",
  phase: "implement",
  channel: "content",
  text,
  path,
});
const written = (path: string): object => ({ event_type: "file_written", path });

function tell(...events: object[]): readonly Step[] {
  const story = new Story();
  for (const event of events) story.apply(event as AIFlowEvent);
  return story.of("implement");
}

describe("what an answer says and does", () => {
  it("is prose and files in their order, whatever pieces they come in", () => {
    expect(
      tell(
        START,
        said("先写"),
        said("规则。\n"),
        said("a = 1\n", "a.py"),
        said("b = 2\n", "a.py"),
        written("a.py"),
      ),
    ).toEqual([
      { kind: "prose", text: "先写规则。\n" },
      { kind: "file", path: "a.py", lines: 2, done: true },
    ]);
  });

  it("names a file once, and nothing for the blank lines between two", () => {
    const steps = tell(
      START,
      said("规则：\n\n### `a.py`:\n"),
      said("1\n", "a.py"),
      said("\n\n"),
      said("2\n", "b.py"),
    );
    expect(steps).toEqual([
      { kind: "prose", text: "规则：\n\n" },
      { kind: "file", path: "a.py", lines: 1, done: false },
      { kind: "file", path: "b.py", lines: 1, done: false },
    ]);
  });

  it("has one line for a file, however often it is edited", () => {
    const steps = tell(
      START,
      said("先改速度。\n"),
      said("1\n", "a.py"),
      said("再改得分。\n"),
      said("2\n3\n", "a.py"),
      said("1\n", "b.py"),
      said("最后改结束。\n"),
      said("4\n", "a.py"),
      said("好了。"),
    );
    expect(steps).toEqual([
      { kind: "prose", text: "先改速度。\n" },
      { kind: "file", path: "a.py", lines: 4, done: false },
      { kind: "prose", text: "再改得分。\n" },
      { kind: "file", path: "b.py", lines: 1, done: false },
      { kind: "prose", text: "最后改结束。\n" },
      { kind: "prose", text: "好了。" },
    ]);
  });

  it("counts a file that is written again anew, and has a line for one that nobody typed", () => {
    const steps = tell(
      START,
      said("1\n", "a.py"),
      written("a.py"),
      said("1\n2\n", "a.py"),
      written("a.py"),
      written("copied.py"),
      { event_type: "change", path: "b.py" },
    );
    expect(steps.map((step) => (step.kind === "file" ? [step.path, step.lines] : []))).toEqual([
      ["a.py", 2],
      ["b.py", 0],
    ]);
  });

  it("begins anew with its phase and with a retry, and is bounded", () => {
    expect(tell(START, said("alt"), START, said("neu"))).toEqual([{ kind: "prose", text: "neu" }]);
    expect(tell(START, said("alt"), { event_type: "status", status: "retrying" })).toEqual([]);
    const [step] = tell(START, said("长".repeat(900_000)), said("more"));
    expect((step as { text: string }).text.length).toBeLessThan(50_000);
  });
});
