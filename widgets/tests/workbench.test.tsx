import { beforeEach, describe, expect, it, vi } from "vitest";
import { now } from "../src/browser/clock";
import { setLanguage } from "../src/i18n";
import { ApiError } from "../src/model/errors";
import { planOf } from "../src/model/phases";
import type { AIFlowEvent } from "../src/model/types";
import { SILENCE_MS } from "../src/session/session";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, MountedWorkbench, PROJECT } from "./mounted";

let page: MountedWorkbench;
beforeEach(() => {
  page = new MountedWorkbench();
});

describe("the workbench", () => {
  it("is empty at first and cannot begin with nothing", async () => {
    expect(page.find("[data-aiflow-workbench]").dataset["status"]).toBe("idle");
    expect(page.button("开始").disabled).toBe(true);
    page.session.prompt.value = "   ";
    await frame();
    expect(page.button("开始").disabled).toBe(true);
    page.button("贪吃蛇").click();
    await frame();
    expect(page.session.prompt.value).toBe("帮我写个贪吃蛇");
    expect(page.button("开始").disabled).toBe(false);
  });

  it("counts characters as people do, and refuses the 1001st", async () => {
    page.session.prompt.value = "🐍".repeat(1000);
    await frame();
    expect(page.find(".af-count").textContent).toBe("1000 / 1000");
    expect(page.button("开始").disabled).toBe(false);
    page.session.prompt.value += "长";
    await frame();
    expect(page.button("开始").disabled).toBe(true);
    expect(page.find(".af-count").textContent).toContain("1");
    expect(page.find("textarea").getAttribute("aria-invalid")).toBe("true");
  });

  it("does not begin while an input method composes", async () => {
    page.session.prompt.value = "帮我写个贪吃蛇";
    await frame();
    const press = (init: KeyboardEventInit): boolean =>
      page
        .find("textarea")
        .dispatchEvent(
          new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }),
        );
    press({ isComposing: true });
    press({ shiftKey: true });
    expect(page.transport.calls).toEqual([]);
    press({});
    await until(() => page.transport.calls.length === 1, "the request");
    expect(page.transport.calls[0]).toEqual(["generate", { prompt: "帮我写个贪吃蛇" }]);
  });

  it("asks for pauses when it is reported to", async () => {
    page.find<HTMLInputElement>("[role=switch]").click();
    page.session.prompt.value = "x";
    await page.session.start();
    expect(page.transport.calls[0]).toEqual(["generate", { prompt: "x", pause_after: ["specify", "plan"] }]);
  });

  it("shows phases, files and texts of a run that is over, and tells the kernel", async () => {
    await page.show(eventsOf("completed"));
    const whole = page.find("[data-aiflow-workbench]");
    expect(whole.dataset["projectId"]).toBe(PROJECT);
    expect(whole.dataset["status"]).toBe("completed");
    expect(page.all("li[data-phase]").map((item) => (item as HTMLElement).dataset["status"])).toEqual([
      "completed",
      "completed",
      "completed",
    ]);
    expect(page.all("[role=treeitem]").map((item) => item.getAttribute("aria-label"))).toEqual([
      "main.py",
      "plan.md",
      "rules.py",
      "spec.md",
    ]);
    expect(page.button("下载").disabled).toBe(false);
    expect(page.rested).toHaveLength(1);
    expect(page.rested[0]!.phases["implement"]!.content.chunks).toEqual([]);
  });

  it("says after which phase a run is paused, as its status does", async () => {
    const events = eventsOf("paused_after");
    const last = events.at(-1)!;
    await page.show([...events.slice(0, -1), { ...last, paused_after: "specify" } as AIFlowEvent]);
    expect(page.session.snapshot!.artifacts["plan"]).toBeTruthy();
    expect(page.find("[data-phase=specify]").dataset["look"]).toBe("paused");
    expect(page.find("[data-phase=plan]").dataset["look"]).toBe("completed");
    expect(page.find(".af-notice b").textContent).toBe("需求写好了，轮到你看一看");
    expect(page.find("[role=tab][aria-selected=true]").textContent).toBe("需求");
    expect(page.root.querySelector(".af-editor")).not.toBeNull();
  });

  it("follows what is saved and checked after the end: the tree, the size, the download button", async () => {
    const events = eventsOf("saved");
    const upTo = (seq: number): AIFlowEvent[] => events.filter((event) => event.seq <= seq);
    const names = (): (string | null)[] =>
      page.all("[role=treeitem]").map((row) => row.getAttribute("aria-label"));
    await page.show(upTo(36));
    const elapsed = page.find(".af-facts").textContent;
    expect(names()).toContain("rules.py");
    expect(page.button("下载").disabled).toBe(false);
    const store = page.session.store.value!;
    for (const event of upTo(38)) store.push(event);
    await frame();
    expect(page.button("下载").disabled).toBe(true);
    expect(page.button("下载").title).toBe("语法检查没有通过，还不能下载");
    expect(page.find(".af-facts").textContent).toContain("语法检查没有通过");
    for (const event of events) store.push(event);
    await frame();
    expect(names()).toContain("scores.txt");
    expect(names()).not.toContain("rules.py");
    expect(page.button("下载").disabled).toBe(false);
    // What happens after the run is no part of the time that it took.
    expect(page.find(".af-facts").textContent).toBe(elapsed);
  });

  it("offers retry with what is left of it, and says so when nothing is", async () => {
    const events = eventsOf("failed");
    await page.show(events);
    expect(page.find("[role=alert]").textContent).toContain("模型 60 秒没有回应");
    expect(page.find("[role=alert]").textContent).toContain("还可以重试 3 次");
    expect(page.button("换成离线课程")).toBeTruthy();
    const last = events.at(-1)!;
    page.session.store.value!.push({ ...last, seq: last.seq + 1, retry_count: 3 } as AIFlowEvent);
    await frame();
    expect(page.find("[role=alert]").textContent).toContain("已经重试了 3 次");
    expect(page.all("button").some((one) => one.textContent === "重试")).toBe(false);
  });

  it("shows a refusal of the server as an alert and stays as it is", async () => {
    page.transport.refusal = new ApiError(
      "你已经有 4 个项目在生成，请等一个结束。",
      429,
      "too_many_runs",
      true,
    );
    page.session.prompt.value = "x";
    await page.session.start();
    await frame();
    expect(page.find("[role=alert]").textContent).toContain("你已经有 4 个项目在生成");
    setLanguage("en");
    await frame();
    expect(page.find("[role=alert]").textContent).not.toMatch(/[\u4e00-\u9fff]/);
    expect(page.find("[data-aiflow-workbench]").dataset["status"]).toBe("idle");
  });

  it("breaks a silence of two minutes", async () => {
    await page.show(eventsOf("retried"));
    expect(page.root.querySelector("[role=alert]")).toBeNull();
    page.session.store.value!.lastEventAt = Date.now() - SILENCE_MS - 1000;
    now.value = Date.now();
    await frame();
    expect(page.find("[role=alert]").textContent).toMatch(/已经 12\d 秒没有新内容了/);
    expect(page.button("重试")).toBeTruthy();
  });

  it("shows hostile names and texts as what they are", async () => {
    const alert = vi.fn();
    vi.stubGlobal("alert", alert);
    await page.show(eventsOf("odd"));
    // Code is shown in the editor only; the log has a line for each file, under its name as it is.
    const lines = page.all(".af-wrote .af-name").map((one) => one.textContent);
    expect(lines).toContain("<img src=x onerror=alert(1)>.py");
    const paths = page.all<HTMLElement>("[role=treeitem]").map((row) => row.dataset["path"]);
    expect(paths).toContain("<img src=x onerror=alert(1)>.py");
    expect(page.root.querySelectorAll("script, img")).toHaveLength(0);
    expect(alert).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  it("lists every file of a project as large as projects may be", async () => {
    const first = eventsOf("retried").slice(0, 1);
    const files = Array.from({ length: 200 }, (_, at): AIFlowEvent => ({
      seq: at + 2,
      project_id: PROJECT,
      timestamp: "2026-01-01T00:00:00.000Z",
      event_type: "file_written",
      filename: `f${at}.py`,
      path: `src/part_${at % 10}/f${at}.py`,
      size_bytes: at,
    }));
    await page.show([...first, ...files]);
    expect(page.root.querySelectorAll("[role=treeitem]")).toHaveLength(200 + 11);
  });

  it("bounds what the document holds of an endless text, and says that it left something out", async () => {
    const phases = eventsOf("retried");
    const last = phases.at(-1)!.seq;
    const chunks = Array.from({ length: 100 }, (_, at): AIFlowEvent => ({
      seq: last + 1 + at,
      project_id: PROJECT,
      timestamp: "2026-01-01T00:00:00.000Z",
      event_type: "chunk",
      phase: "specify",
      channel: "thinking",
      text: "字".repeat(10_000),
      path: null,
    }));
    await page.show([...phases, ...chunks]);
    const length = page.find("[role=log]").textContent.length;
    expect(length).toBeGreaterThan(50_000);
    expect(length).toBeLessThan(700_000);
    expect(page.find("[role=log]").textContent).toContain("更早的内容已经省略");
  });

  it("shows what was sent in a past phase, and the answer word for word, as plain text", async () => {
    const messages = [
      { role: "system", content: "规矩\n<b>一</b>" },
      { role: "user", content: "<script>alert(1)</script>" },
    ];
    page.transport.prompts = [
      { phase: "specify", messages, thinking: "想 <i>一</i> 想", content: "# 需求\n  原文" },
      { phase: "plan", messages: [], thinking: "", content: "别的" },
    ];
    await page.show(eventsOf("completed"));
    page.find("[data-phase=specify] .af-phase-open").click();
    await until(() => page.root.querySelector(".af-call") !== null, "the record of the phase");
    expect(page.root.querySelectorAll(".af-call")).toHaveLength(1);
    expect(page.find(".af-said .af-tail").textContent).toBe("# 需求\n  原文");
    expect(page.root.querySelector(".af-message")).toBeNull();
    page.button("发给模型的话").click();
    page.button("思考过程").click();
    await frame();
    expect(page.all(".af-message .af-tail").map((one) => one.textContent)).toEqual(
      messages.map((one) => one.content),
    );
    expect(page.find("[data-fold=thinking] .af-tail").textContent).toBe("想 <i>一</i> 想");
    expect(page.root.querySelectorAll(".af-log :is(script, b, i)")).toHaveLength(0);
  });

  it("sends the edited artifact when the run goes on", async () => {
    await page.show(eventsOf("paused"));
    expect(page.find("[role=tab][aria-selected=true]").textContent).toBe("方案");
    const plan = planOf(page.session.snapshot!)!;
    page.session.draft.value = { ...plan, markdown: "# 我的方案\n" };
    await page.session.resume();
    expect(page.transport.calls.at(-1)).toEqual(["continue", PROJECT, { ...plan, markdown: "# 我的方案\n" }]);
    expect(page.session.draft.value).toBeNull();
  });
});
