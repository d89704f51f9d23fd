import { render } from "preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Hub } from "../src/api/hub";
import { now } from "../src/browser/clock";
import { renderMarkdown } from "../src/browser/markdown";
import { Workbench } from "../src/components/Workbench";
import { setLanguage } from "../src/i18n";
import { ApiError } from "../src/model/errors";
import { planOf, specOf } from "../src/model/phases";
import type { AIFlowEvent, Snapshot } from "../src/model/types";
import { OpenFile } from "../src/session/openFile";
import { UNDO_MS } from "../src/session/pendingDeletions";
import { Session, SILENCE_MS } from "../src/session/session";
import { FakeTransport, until, WELCOME } from "./fakes";
import { eventsOf } from "./golden";

const PROJECT = "3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e";

let transport: FakeTransport;
let session: Session;
let root: HTMLElement;
let rested: Snapshot[];

beforeEach(() => {
  setLanguage("zh");
  transport = new FakeTransport();
  rested = [];
  session = new Session({ page: new Hub(transport, { pollMs: 5 }), kernel: null }, WELCOME, {
    show: () => undefined,
    idle: (snapshot) => rested.push(snapshot),
  });
  root = document.createElement("div");
  root.dataset["testRoot"] = "";
  document.body.append(root);
  render(<Workbench session={session} id="w" />, root);
});

const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
const find = <T extends Element = HTMLElement>(selector: string): T => {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const buttonNamed = (name: string): HTMLButtonElement => {
  const found = [...root.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent).trim() === name);
  if (!found) throw new Error(`no button ${name}`);
  return found;
};

async function show(events: AIFlowEvent[]): Promise<void> {
  session.show(PROJECT);
  await until(() => transport.streams.length > 0, "a request");
  for (const event of events) transport.streams[0]!.onEvent(event);
  transport.streams[0]!.end();
  await frame();
  await frame();
}

describe("the workbench", () => {
  it("is empty at first and cannot begin with nothing", async () => {
    expect(find("[data-aiflow-workbench]").dataset["status"]).toBe("idle");
    expect(buttonNamed("开始").disabled).toBe(true);
    session.prompt.value = "   ";
    await frame();
    expect(buttonNamed("开始").disabled).toBe(true);
    buttonNamed("贪吃蛇").click();
    await frame();
    expect(session.prompt.value).toBe("帮我写个贪吃蛇");
    expect(buttonNamed("开始").disabled).toBe(false);
  });

  it("counts characters as people do, and refuses the 1001st", async () => {
    session.prompt.value = "🐍".repeat(1000);
    await frame();
    expect(find(".af-count").textContent).toBe("1000 / 1000");
    expect(buttonNamed("开始").disabled).toBe(false);
    session.prompt.value += "长";
    await frame();
    expect(buttonNamed("开始").disabled).toBe(true);
    expect(find(".af-count").textContent).toContain("1");
    expect(find("textarea").getAttribute("aria-invalid")).toBe("true");
  });

  it("does not begin while an input method composes", async () => {
    session.prompt.value = "帮我写个贪吃蛇";
    await frame();
    const press = (init: KeyboardEventInit): boolean =>
      find("textarea").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
    press({ isComposing: true });
    press({ shiftKey: true });
    expect(transport.calls).toEqual([]);
    press({});
    await until(() => transport.calls.length === 1, "the request");
    expect(transport.calls[0]).toEqual(["generate", { prompt: "帮我写个贪吃蛇" }]);
  });

  it("asks for pauses when it is reported to", async () => {
    find<HTMLInputElement>("[role=switch]").click();
    session.prompt.value = "x";
    await session.start();
    expect(transport.calls[0]).toEqual(["generate", { prompt: "x", pause_after: ["specify", "plan"] }]);
  });

  it("shows phases, files and texts of a run that is over, and tells the kernel", async () => {
    await show(eventsOf("completed"));
    const whole = find("[data-aiflow-workbench]");
    expect(whole.dataset["projectId"]).toBe(PROJECT);
    expect(whole.dataset["status"]).toBe("completed");
    expect([...root.querySelectorAll("li[data-phase]")].map((item) => (item as HTMLElement).dataset["status"])).toEqual(["completed", "completed", "completed"]);
    expect([...root.querySelectorAll("[role=treeitem]")].map((item) => item.getAttribute("aria-label"))).toEqual(["main.py", "plan.md", "rules.py", "spec.md"]);
    expect(buttonNamed("下载").disabled).toBe(false);
    expect(rested).toHaveLength(1);
    expect(rested[0]!.phases["implement"]!.content.chunks).toEqual([]);
  });

  it("says after which phase a run is paused, as its status does", async () => {
    const events = eventsOf("paused_after");
    const last = events.at(-1)!;
    await show([...events.slice(0, -1), { ...last, paused_after: "specify" } as AIFlowEvent]);
    expect(session.snapshot!.artifacts["plan"]).toBeTruthy();
    expect(find("[data-phase=specify]").dataset["look"]).toBe("paused");
    expect(find("[data-phase=plan]").dataset["look"]).toBe("completed");
    expect(find(".af-notice b").textContent).toBe("需求写好了，轮到你看一看");
    expect(find("[role=tab][aria-selected=true]").textContent).toBe("需求");
    expect(root.querySelector(".af-editor")).not.toBeNull();
  });

  it("follows what is saved and checked after the end: the tree, the size, the download button", async () => {
    const events = eventsOf("saved");
    const upTo = (seq: number): AIFlowEvent[] => events.filter((event) => event.seq <= seq);
    const names = (): (string | null)[] => [...root.querySelectorAll("[role=treeitem]")].map((row) => row.getAttribute("aria-label"));
    await show(upTo(36));
    const elapsed = find(".af-facts").textContent;
    expect(names()).toContain("rules.py");
    expect(buttonNamed("下载").disabled).toBe(false);
    const store = session.store.value!;
    for (const event of upTo(38)) store.push(event);
    await frame();
    expect(buttonNamed("下载").disabled).toBe(true);
    expect(buttonNamed("下载").title).toBe("语法检查没有通过，还不能下载");
    expect(find(".af-facts").textContent).toContain("语法检查没有通过");
    for (const event of events) store.push(event);
    await frame();
    expect(names()).toContain("scores.txt");
    expect(names()).not.toContain("rules.py");
    expect(buttonNamed("下载").disabled).toBe(false);
    // What happens after the run is no part of the time that it took.
    expect(find(".af-facts").textContent).toBe(elapsed);
  });

  it("offers retry with what is left of it, and says so when nothing is", async () => {
    const events = eventsOf("failed");
    await show(events);
    expect(find("[role=alert]").textContent).toContain("模型 60 秒没有回应");
    expect(find("[role=alert]").textContent).toContain("还可以重试 3 次");
    expect(buttonNamed("换成离线课程")).toBeTruthy();
    const last = events.at(-1)!;
    session.store.value!.push({ ...last, seq: last.seq + 1, retry_count: 3 } as AIFlowEvent);
    await frame();
    expect(find("[role=alert]").textContent).toContain("已经重试了 3 次");
    expect([...root.querySelectorAll("button")].some((one) => one.textContent === "重试")).toBe(false);
  });

  it("shows a refusal of the server as an alert and stays as it is", async () => {
    transport.refusal = new ApiError("你已经有 4 个项目在生成，请等一个结束。", 429, "too_many_runs", true);
    session.prompt.value = "x";
    await session.start();
    await frame();
    expect(find("[role=alert]").textContent).toContain("你已经有 4 个项目在生成");
    setLanguage("en");
    await frame();
    expect(find("[role=alert]").textContent).not.toMatch(/[\u4e00-\u9fff]/);
    expect(find("[data-aiflow-workbench]").dataset["status"]).toBe("idle");
  });

  it("breaks a silence of two minutes", async () => {
    await show(eventsOf("retried"));
    expect(root.querySelector("[role=alert]")).toBeNull();
    session.store.value!.lastEventAt = Date.now() - SILENCE_MS - 1000;
    now.value = Date.now();
    await frame();
    expect(find("[role=alert]").textContent).toMatch(/已经 12\d 秒没有新内容了/);
    expect(buttonNamed("重试")).toBeTruthy();
  });

  it("shows hostile names and texts as what they are", async () => {
    const alert = vi.fn();
    vi.stubGlobal("alert", alert);
    await show(eventsOf("odd"));
    expect(find("[role=log]").textContent).toContain("<script>alert(1)</script>");
    const paths = [...root.querySelectorAll<HTMLElement>("[role=treeitem]")].map((row) => row.dataset["path"]);
    expect(paths).toContain("<img src=x onerror=alert(1)>.py");
    expect(root.querySelectorAll("script, img")).toHaveLength(0);
    expect(alert).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  it("lists every file of a project as large as projects may be", async () => {
    const first = eventsOf("retried").slice(0, 1);
    const files = Array.from({ length: 200 }, (_, at): AIFlowEvent => ({
      seq: at + 2, project_id: PROJECT, timestamp: "2026-01-01T00:00:00.000Z", event_type: "file_written",
      filename: `f${at}.py`, path: `src/part_${at % 10}/f${at}.py`, size_bytes: at,
    }));
    await show([...first, ...files]);
    expect(root.querySelectorAll("[role=treeitem]")).toHaveLength(200 + 11);
  });

  it("keeps what the document holds of an endless text bounded, and says that it left something out", async () => {
    const phases = eventsOf("retried");
    const last = phases.at(-1)!.seq;
    const chunks = Array.from({ length: 100 }, (_, at): AIFlowEvent => ({
      seq: last + 1 + at, project_id: PROJECT, timestamp: "2026-01-01T00:00:00.000Z", event_type: "chunk",
      phase: "specify", channel: "thinking", text: "字".repeat(10_000), path: null,
    }));
    await show([...phases, ...chunks]);
    const length = find("[role=log]").textContent.length;
    expect(length).toBeGreaterThan(50_000);
    expect(length).toBeLessThan(700_000);
    expect(find("[role=log]").textContent).toContain("更早的内容已经省略");
  });

  it("shows what was sent in a past phase, and the answer word for word, as plain text", async () => {
    const messages = [{ role: "system", content: "规矩\n<b>一</b>" }, { role: "user", content: "<script>alert(1)</script>" }];
    transport.prompts = [
      { phase: "specify", messages, thinking: "想 <i>一</i> 想", content: "# 需求\n  原文" },
      { phase: "plan", messages: [], thinking: "", content: "别的" },
    ];
    await show(eventsOf("completed"));
    find("[data-phase=specify] .af-phase-open").click();
    await until(() => root.querySelector(".af-call") !== null, "the record of the phase");
    expect(root.querySelectorAll(".af-call")).toHaveLength(1);
    expect(find(".af-said .af-tail").textContent).toBe("# 需求\n  原文");
    expect(root.querySelector(".af-message")).toBeNull();
    buttonNamed("发给模型的话").click();
    buttonNamed("思考过程").click();
    await frame();
    expect([...root.querySelectorAll(".af-message .af-tail")].map((one) => one.textContent)).toEqual(messages.map((one) => one.content));
    expect(find("[data-fold=thinking] .af-tail").textContent).toBe("想 <i>一</i> 想");
    expect(root.querySelectorAll(".af-log :is(script, b, i)")).toHaveLength(0);
  });

  it("sends the edited artifact when the run goes on", async () => {
    await show(eventsOf("paused"));
    expect(find("[role=tab][aria-selected=true]").textContent).toBe("方案");
    const plan = planOf(session.snapshot!)!;
    session.draft.value = { ...plan, markdown: "# 我的方案\n" };
    await session.resume();
    expect(transport.calls.at(-1)).toEqual(["continue", PROJECT, { ...plan, markdown: "# 我的方案\n" }]);
    expect(session.draft.value).toBeNull();
  });
});

describe("after the end", () => {
  const take = async (name: string, tab: string): Promise<void> => {
    [...root.querySelectorAll<HTMLElement>("[role=tab]")].find((one) => one.textContent === tab)!.click();
    await frame();
    buttonNamed(name).click();
    await frame();
  };

  it("has the rest written again from an edited specification, as a new version that leads back", async () => {
    await show(eventsOf("completed"));
    await take("修改需求重新生成", "需求");
    const spec = specOf(session.snapshot!)!;
    const artifact = { ...spec, markdown: "# 我的需求\n" };
    session.draft.value = artifact;
    session.setPauseEach(true);
    buttonNamed("改好了，重新生成").click();
    await until(() => session.store.value?.projectId === transport.nextId, "the new version");
    session.setPauseEach(false);
    expect(transport.calls.at(-1)).toEqual(["generate", { from_project: PROJECT, from_phase: "plan", artifact, pause_after: ["plan"] }]);
    expect(session.draft.value).toBeNull();
    expect(session.revising.value).toBeNull();
    await frame();
    buttonNamed("上一个版本").click();
    expect(session.store.value!.projectId).toBe(PROJECT);
  });

  it("begins with the plan as it is when nothing was changed in it", async () => {
    await show(eventsOf("completed"));
    await take("修改方案重新生成", "方案");
    buttonNamed("改好了，重新生成").click();
    await until(() => transport.calls.some(([kind]) => kind === "generate"), "the request");
    expect(transport.calls.at(-1)).toEqual(["generate", { from_project: PROJECT, from_phase: "implement" }]);
  });

  it("keeps what was edited when it is refused, and lets go of it when the reader does", async () => {
    await show(eventsOf("completed"));
    await take("修改需求重新生成", "需求");
    const artifact = { ...specOf(session.snapshot!)!, markdown: "# 我的需求\n" };
    session.draft.value = artifact;
    transport.refusal = new ApiError("你已经有 4 个项目在生成，请等一个结束。", 429, "too_many_runs", true);
    await session.regenerate();
    await frame();
    expect(find("[role=alert]").textContent).toContain("你已经有 4 个项目在生成");
    expect(session.draft.value).toEqual(artifact);
    await frame();
    buttonNamed("不改了").click();
    await frame();
    expect(session.draft.value).toBeNull();
    expect(root.querySelector(".af-editor")).toBeNull();
  });

  it("offers nothing of it while the run is at work", async () => {
    await show(eventsOf("completed").slice(0, -1));
    expect(session.snapshot!.status).toBe("processing");
    expect(root.textContent).not.toContain("重新生成");
  });
});

describe("the drawer of projects", () => {
  const deletions = (): unknown[][] => transport.calls.filter(([kind]) => kind === "delete");

  beforeEach(async () => {
    const made = { status: "completed", created_at: "2026-01-01T00:00:00.000Z", file_count: 3 };
    transport.known = [
      { project_id: PROJECT, project_name: "guess", ...made },
      { project_id: transport.nextId, project_name: "snake", ...made },
    ];
    await show(eventsOf("completed"));
    buttonNamed("以前的项目").click();
    await until(() => root.querySelectorAll(".af-project").length === 2, "the projects");
  });

  it("deletes after a few seconds, in which nothing is sent and the reader can undo", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      session.deletions.schedule(transport, PROJECT);
      session.deletions.schedule(transport, transport.nextId);
      vi.advanceTimersByTime(UNDO_MS - 1);
      session.deletions.undo(transport.nextId);
      expect(deletions()).toEqual([]);
      vi.advanceTimersByTime(2 * UNDO_MS);
      expect(deletions()).toEqual([["delete", PROJECT]]);
    } finally {
      vi.useRealTimers();
    }
    await until(() => session.store.value === null, "an empty workbench");
    await frame();
    expect([...root.querySelectorAll(".af-project .af-name")].map((one) => one.textContent.trim())).toEqual(["snake"]);
  });

  it("says in the row that it goes, and puts the way back under the fingers", async () => {
    buttonNamed("删除 snake").click();
    await until(() => root.querySelector(".af-confirm") !== null, "the row");
    await frame();
    expect(find(".af-confirm").textContent).toContain("snake");
    expect(document.activeElement).toBe(buttonNamed("撤销删除"));
    buttonNamed("撤销删除").click();
    await frame();
    expect(buttonNamed("打开 snake")).toBeTruthy();
    expect(deletions()).toEqual([]);
  });

  it("keeps the row when the deletion is refused, and says why", async () => {
    buttonNamed("删除 snake").click();
    await frame();
    transport.refusal = new ApiError("这个项目正在生成，请先停止它。", 409, "conflict", false);
    buttonNamed("现在就删").click();
    await until(() => session.failure.value !== null, "the refusal");
    await frame();
    expect(find("[role=alert]").textContent).toContain("请先停止它");
    expect(buttonNamed("打开 snake")).toBeTruthy();
  });
});

describe("Markdown", () => {
  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;"],
    ["a <b onclick=x>b</b>", "&lt;b onclick=x&gt;"],
    ["<!-- gone? -->", "&lt;!-- gone? --&gt;"],
    ["[x](javascript:alert(1))", "[x](javascript:alert(1))"],
    ["![x](https://example.com/t.png)", "https://example.com/t.png"],
  ])("shows %s as text", (text, shown) => {
    const html = renderMarkdown(text);
    expect(html).toContain(shown);
    expect(html).not.toMatch(/<(script|b|img|iframe)/);
    expect(html).not.toMatch(/href="javascript/);
  });
});

describe("an open file", () => {
  it("saves against what was read; what came from elsewhere is announced, never overwritten", async () => {
    transport.files["a.py"] = { text: "x = 1\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("x = 2\n");
    await file.save();
    expect(transport.files["a.py"].text).toBe("x = 2\n");
    expect(file.saved.value).toBe(true);

    transport.files["a.py"] = { text: "theirs\n", etag: '"9"' };
    file.edit("mine\n");
    await file.save();
    expect(file.conflict.value).toBe(true);
    expect(transport.files["a.py"].text).toBe("theirs\n");
    expect(file.edited.value).toBe("mine\n");
    await file.overwrite();
    expect(transport.files["a.py"].text).toBe("mine\n");
    expect(file.conflict.value).toBe(false);
  });

  it("keeps an unsaved edit when the file is written anew", async () => {
    transport.files["a.py"] = { text: "old\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("mine\n");
    transport.files["a.py"] = { text: "new\n", etag: '"2"' };
    await file.load();
    expect(file.edited.value).toBe("mine\n");
    expect(file.conflict.value).toBe(true);
    await file.discard();
    expect(file.content.value).toMatchObject({ state: "ready", kind: "text", text: "new\n" });
  });

  it("takes its own save for no change from elsewhere, even if that is announced before the save is answered", async () => {
    transport.files["a.py"] = { text: "old\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("mine\n");
    const saving = file.save();
    await file.load(); // the event `saved` of this very save
    await saving;
    expect(file.conflict.value).toBe(false);
    expect(file.edited.value).toBeNull();
    expect(file.content.value).toMatchObject({ text: "mine\n" });
  });

  it("keeps an unsaved edit when the file is deleted elsewhere, and can save it again", async () => {
    transport.files["a.py"] = { text: "old\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("mine\n");
    delete transport.files["a.py"];
    await file.load();
    expect(file.conflict.value).toBe(true);
    expect(file.edited.value).toBe("mine\n");
    await file.overwrite();
    expect(transport.files["a.py"]!.text).toBe("mine\n");
    expect(file.conflict.value).toBe(false);
  });

  it("tells text from what is none", async () => {
    transport.files["a.bin"] = { text: "a\0b", etag: '"1"' };
    transport.files["p.png"] = { text: "not really", etag: '"1"' };
    transport.files["big.txt"] = { text: "长".repeat(500_000), etag: '"1"' };
    const kinds = await Promise.all(
      ["a.bin", "p.png", "big.txt", "gone.py"].map(async (path) => {
        const file = new OpenFile(transport, PROJECT, path);
        await file.load();
        const { value } = file.content;
        return value.state === "ready" ? value.kind + (value.kind === "text" && value.cut ? " (cut)" : "") : value.state;
      }),
    );
    expect(kinds).toEqual(["binary", "image", "text (cut)", "error"]);
  });
});
