/** A phase that the page has never heard of: what it shows of it comes from the served table alone. */

import { render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import { Hub } from "../src/api/hub";
import { Workbench } from "../src/components/Workbench";
import { setLanguage } from "../src/i18n";
import type { PhaseInfo } from "../src/model/phases";
import type { AIFlowEvent } from "../src/model/types";
import { Session } from "../src/session/session";
import { FakeTransport, PHASES, until, WELCOME } from "./fakes";

const PROJECT = "3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e";
const SKETCH: PhaseInfo = {
  phase: "sketch",
  sequence_order: 2,
  title: "画个草图",
  title_en: "Sketch",
  educational_message: "先把画面画出来，再写代码，这样大家看得见要做什么。",
  educational_message_en: "Draw the screen before writing code.",
  artifact: "sketch",
  may_pause: true,
};
const [specify, plan, implement] = PHASES as [PhaseInfo, PhaseInfo, PhaseInfo];
const TABLE = [specify, SKETCH, { ...plan, sequence_order: 3 }, { ...implement, sequence_order: 4 }];

let transport: FakeTransport;
let session: Session;
let root: HTMLElement;
let seq: number;

const frame = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
const event = (fields: object): AIFlowEvent =>
  ({ seq: ++seq, project_id: PROJECT, timestamp: "2026-01-01T00:00:00.000Z", ...fields }) as AIFlowEvent;
const phase = (name: string, status: string, order: number): AIFlowEvent =>
  event({ event_type: "phase", phase: name, status, sequence_order: order, educational_message: "" });
const status = (value: string, more: object = {}): AIFlowEvent =>
  event({ event_type: "status", status: value, project_status: "generating", ...more });

async function push(...events: AIFlowEvent[]): Promise<void> {
  for (const one of events) session.store.value!.push(one);
  await frame();
  await frame();
}

beforeEach(async () => {
  setLanguage("zh");
  seq = 0;
  transport = new FakeTransport();
  const welcome = { ...WELCOME, phases: TABLE };
  session = new Session({ page: new Hub(transport, { pollMs: 5 }), kernel: null }, welcome, {
    show: () => undefined,
    idle: () => undefined,
  });
  root = document.createElement("div");
  document.body.append(root);
  render(<Workbench session={session} id="w" />, root);
  session.show(PROJECT);
  await until(() => transport.streams.length > 0, "a stream");
});

const text = (selector: string): string => root.querySelector(selector)!.textContent.trim();

describe("a fourth phase", () => {
  it("is shown in its place, by its own names", async () => {
    await push(
      status("processing"),
      phase("specify", "active", 1),
      phase("specify", "completed", 1),
      phase("sketch", "active", 2),
    );
    const items = [...root.querySelectorAll<HTMLElement>("[data-phase]")];
    expect(items.map((item) => item.dataset["phase"])).toEqual(["specify", "sketch", "plan", "implement"]);
    expect(text("[data-phase=sketch] h3")).toContain("画个草图");
    expect(text("[data-phase=sketch] p")).toBe(SKETCH.educational_message);
    expect(text("[data-phase=implement] .af-mark")).toBe("4");
    expect([...root.querySelectorAll("[role=tab]")].map((tab) => tab.textContent.trim())).toEqual([
      "需求",
      "画个草图",
      "方案",
    ]);
    expect(text(".af-side h4")).toBe("画个草图的过程");
    setLanguage("en");
    await frame();
    expect(text("[data-phase=sketch] h3")).toBe("Sketch");
    expect(text("[data-phase=sketch] p")).toBe("Draw the screen before writing code.");
  });

  it("can be paused after, edited and continued", async () => {
    const artifact = { kind: "sketch", markdown: "# 草图\n\n一个方框" };
    await push(
      status("processing"),
      phase("sketch", "active", 2),
      event({ event_type: "artifact", phase: "sketch", artifact }),
      phase("sketch", "completed", 2),
      status("paused", { paused_after: "sketch", waiting_for: "review" }),
    );
    expect(root.querySelector<HTMLElement>("[data-phase=sketch]")!.dataset["look"]).toBe("paused");
    expect(text(".af-notice b")).toBe("画个草图写好了，轮到你看一看");
    expect(text("[role=tab][aria-selected=true]")).toBe("画个草图");
    expect(root.querySelector(".af-editor")).not.toBeNull();
    expect(root.querySelector("[data-way=fields]")).toBeNull();
    session.draft.value = { ...artifact, markdown: "# 草图\n\n两个方框" };
    await session.resume();
    expect(transport.calls.at(-1)).toEqual([
      "continue",
      PROJECT,
      session.draft.value ?? { ...artifact, markdown: "# 草图\n\n两个方框" },
    ]);
  });

  it("is among the pauses, and can be run again from", async () => {
    session.setPauseEach(true);
    session.prompt.value = "x";
    await session.start();
    expect(transport.calls.at(-1)).toEqual([
      "generate",
      { prompt: "x", pause_after: ["specify", "sketch", "plan"] },
    ]);
    session.revise("sketch");
    await session.regenerate();
    expect(transport.calls.at(-1)).toEqual([
      "generate",
      { from_project: transport.nextId, from_phase: "plan", pause_after: ["plan"] },
    ]);
    session.setPauseEach(false);
  });
});
