/** Changing a finished program: the box for the next sentence, the running change, and what comes of it. */

import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "../src/i18n";
import type { AIFlowEvent, Spec } from "../src/model/types";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, MountedWorkbench, PROJECT } from "./mounted";

const PARENT = "9d1c7f02-3a4b-4c5d-8e6f-7a8b9c0d1e2f";
const ASKED = "猜错三次给一个提示";
const IDEAS = ["再难一点", "换一种颜色", "加一个排行榜"];
const changed = eventsOf("changed");

let page: MountedWorkbench;

beforeEach(() => {
  page = new MountedWorkbench();
  page.transport.ideas = IDEAS;
  page.transport.family = [
    {
      project_id: PARENT,
      version: 2,
      parent_id: null,
      cause: "generate",
      request: "做一个猜数字的小游戏",
      label: null,
      status: "completed",
      created_at: "2026-01-02T09:00:00.000Z",
      file_count: 3,
      changes: [],
      tests: null,
      thumbnail: false,
    },
  ];
  page.transport.filesOf = {
    [PARENT]: { "rules.py": "def right(a, b):\n    return a == b\n\n\nLOW = 1\nHIGH = 9\n" },
    [PROJECT]: {
      "rules.py":
        "def right(a, b):\n    return a is b\n\n\nLOW = 1\nHIGH = 9\n\n\ndef hint(a, b):\n    return a > b\n",
    },
  };
});

const upTo = (seq: number, ...more: object[]): AIFlowEvent[] => {
  const before = changed.filter((event) => event.seq <= seq);
  const header = { project_id: PROJECT, timestamp: "2026-01-02T09:31:00.000Z" };
  return [...before, ...more.map((event, at) => ({ ...header, seq: seq + 1 + at, ...event }) as AIFlowEvent)];
};
const failed = (reason: string, message: string): AIFlowEvent[] =>
  upTo(
    26,
    { event_type: "phase", phase: "implement", status: "failed", sequence_order: 3, educational_message: "" },
    { event_type: "status", status: "failed", project_status: "failed", reason, message, retryable: true },
  );
const next = (): HTMLTextAreaElement => page.find<HTMLTextAreaElement>(".af-nextbar textarea");
const marks = (): (string | undefined)[][] =>
  page.all("[role=treeitem]").map((row) => [row.dataset["path"], row.dataset["mark"], row.dataset["change"]]);
const write = (field: HTMLTextAreaElement, text: string): void => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

describe("below a finished program", () => {
  beforeEach(async () => {
    await page.show(eventsOf("completed"));
    await until(() => page.session.store.value!.ideas.value.length > 0, "the ideas");
    await frame();
  });

  it("takes the next sentence and has the program changed", async () => {
    expect(next().getAttribute("aria-label")).toBe("接下来想改什么");
    expect(page.button("修改").classList.contains("af-primary")).toBe(false);
    write(next(), ASKED);
    await frame();
    expect(page.button("修改").classList.contains("af-primary")).toBe(true);
    expect(page.all(".af-primary")).toHaveLength(1);
    page.session.setPauseEach(true);
    page.button("修改").click();
    await until(() => page.session.store.value?.projectId === page.transport.nextId, "the new version");
    page.session.setPauseEach(false);
    const asked = ["change", PROJECT, { prompt: ASKED, pause_after: ["specify", "plan"] }];
    expect(page.transport.calls).toContainEqual(asked);
    await frame();
    expect(page.find(".af-open").textContent).toBe("猜数字正在写：" + ASKED);
    expect(page.all(".af-nextbar")).toHaveLength(0);
  });

  it("offers the project's ideas, which a click puts into the box", async () => {
    const chips = page.all<HTMLButtonElement>(".af-nextbar .af-chip");
    expect(chips.map((chip) => chip.textContent)).toEqual(IDEAS);
    chips[1]!.click();
    await frame();
    expect(next().value).toBe(IDEAS[1]);
    expect(document.activeElement).toBe(next());
    expect(page.transport.calls.map(([kind]) => kind)).not.toContain("change");
  });

  it("sends by Enter, and neither an empty nor a too long sentence", async () => {
    const enter = (): boolean =>
      next().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    enter();
    write(next(), "长".repeat(1001));
    await frame();
    enter();
    expect(page.button("修改").disabled).toBe(true);
    expect(page.transport.calls.map(([kind]) => kind)).not.toContain("change");
    write(next(), ASKED);
    await frame();
    enter();
    await until(() => page.transport.calls.some(([kind]) => kind === "change"), "the change");
  });

  it("folds the field for a new program, and unfolds it on request", async () => {
    expect(page.find(".af-open").textContent).toBe("猜数字做一个猜数字的小游戏");
    expect(page.all(".af-ask textarea")).toHaveLength(0);
    page.button("开始新程序").click();
    await frame();
    const field = page.find<HTMLTextAreaElement>(".af-ask textarea");
    expect(field.value).toBe("");
    expect(document.activeElement).toBe(field);
    expect(page.button("开始").disabled).toBe(true);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await frame();
    expect(page.find(".af-open b").textContent).toBe("猜数字");
  });

  it("tells the finished phases in a line each", () => {
    expect(page.all(".af-funnel").map((one) => one.textContent)).toEqual([
      "2 项功能",
      "2 个文件的方案",
      "4 个文件",
    ]);
  });
});

describe("a running change", () => {
  it("marks in the tree what is to change, is changing and has changed", async () => {
    await page.show(upTo(27));
    expect(page.find("[data-aiflow-workbench]").dataset["version"]).toBe("3");
    expect(page.all(".af-nextbar, .af-next")).toHaveLength(0);
    expect(marks()).toEqual([
      ["old", undefined, undefined],
      ["old/notes.txt", undefined, undefined],
      ["main.py", "due", undefined],
      ["plan.md", undefined, undefined],
      ["rules.py", "typing", undefined],
      ["spec.md", undefined, undefined],
    ]);
    for (const event of upTo(33)) page.session.store.value!.push(event);
    await frame();
    expect(marks()).toContainEqual(["rules.py", "lines", "modified"]);
    expect(marks()).toContainEqual(["hints/words.py", "lines", "added"]);
    const row = page.all("[role=treeitem]").find((one) => one.dataset["path"] === "rules.py")!;
    expect(row.getAttribute("aria-description")).toContain("多了 3 行，少了 1 行");
  });

  it("gives a planned file its place before it is there", async () => {
    const plan = changed.find((event) => event.event_type === "artifact" && event.phase === "plan")!;
    const files = [{ path: "scores.py", purpose: "" }];
    const artifact = { ...(plan as { artifact: object }).artifact, files };
    await page.show(upTo(18, { event_type: "artifact", phase: "plan", artifact }));
    expect(marks()).toEqual([
      ["scores.py", "due", undefined],
      ["spec.md", undefined, undefined],
    ]);
  });

  it("shows prose and a line for each file beside the editor, never its code", async () => {
    await page.show(upTo(33));
    const log = page.find("[role=log]");
    expect(log.textContent).toContain("给规则加一个提示。");
    expect(log.textContent).not.toContain("def hint");
    expect(page.all(".af-wrote .af-name").map((one) => one.textContent)).toEqual([
      "rules.py",
      "hints/__init__.py",
      "hints/words.py",
    ]);
    page.find(".af-wrote[data-path='rules.py']").click();
    await frame();
    expect(page.session.path.value).toBe("rules.py");
  });

  it("keeps what is written of a file above what is typed next of it", async () => {
    const typed = { event_type: "chunk", phase: "implement", channel: "content", path: "rules.py" };
    await page.show(upTo(33, { ...typed, text: "def easier(a, b):\n" }));
    await until(() => page.root.querySelector(".cm-deletedChunk") !== null, "the difference");
    expect(page.all(".af-code").map((one) => one.textContent.includes("def easier"))).toEqual([false, true]);
    expect(page.find(".af-live-note").textContent).toContain("+3");
  });

  it("does the same in the first generation of a program", async () => {
    await page.show(eventsOf("completed").filter((event) => event.seq <= 28));
    expect(page.find("[role=log]").textContent).toContain("先写规则。");
    expect(page.find("[role=log]").textContent).not.toContain("return a == b");
    expect(page.find(".af-wrote").textContent).toBe("rules.py+2");
  });
});

describe("a finished change", () => {
  it("opens with the difference of its first changed code file", async () => {
    await page.show(changed);
    await until(() => page.root.querySelector(".cm-deletedChunk") !== null, "the difference");
    expect(page.session.path.value).toBe("rules.py");
    expect(page.find(".cm-deletedChunk").textContent).toContain("return a == b");
    expect(page.find(".cm-deletedText").textContent).toContain("==");
    await frame();
    expect(page.find(".af-places span").textContent).toBe("第 1 处，共 2 处");
    page.button("下一处").click();
    await frame();
    page.button("全文").click();
    await frame();
    expect(page.find(".cm-content").textContent).toContain("return a is b");
    expect(page.all(".cm-deletedChunk")).toHaveLength(0);
  });

  it("says what was changed and why, and what no longer works", async () => {
    const spec = changed.find((event) => event.event_type === "artifact") as unknown as { artifact: Spec };
    const marked: Spec = {
      ...spec.artifact,
      features: ["想好一个数", "猜错三次，`hint()` 给一个提示"],
      feature_ids: ["F1", "F3"],
      changes: { new: ["F3"], changed: ["F1"], removed: ["F2"] },
      reason: "猜不出来的时候有人帮。",
    };
    page.transport.specs[PARENT] = {
      ...spec.artifact,
      features: ["想好一个 1 到 100 的数", "告诉你大了还是小了"],
      feature_ids: ["F1", "F2"],
    };
    const events = changed.map((event) =>
      event === (spec as unknown) ? ({ ...event, artifact: marked } as AIFlowEvent) : event,
    );
    const regression = { event_type: "diagnostic", rule: "regression", message: "猜中以后不结束了。" };
    const at = events.findIndex((event) => event.event_type === "project");
    const all = [...events.slice(0, at), { ...events[at]!, ...regression }, ...events.slice(at)];
    await page.show(all.map((event, index) => ({ ...event, seq: index + 1 }) as AIFlowEvent));
    await until(() => page.find(".af-reqs").textContent.includes("大了还是小了"), "the removed one");
    expect(page.find(".af-reason").textContent).toBe("猜不出来的时候有人帮。");
    expect(page.all(".af-reqs li").map((one) => one.textContent)).toEqual([
      "改想好一个数",
      "新猜错三次，hint() 给一个提示",
      "删告诉你大了还是小了",
    ]);
    expect(page.find(".af-regressions").textContent).toContain("猜中以后不结束了。");
    expect(page.find(".af-why").textContent).toContain("old/notes.txt");
    page.button("看编写的过程").click();
    await frame();
    expect(page.find("[role=log]").textContent).toContain("给规则加一个提示。");
    page.button("看这次改了什么").click();
    await frame();
    expect(page.find(".af-reason")).toBeTruthy();
  });

  it("tells the plan as files and as functions where it names some", async () => {
    const plan = changed.find((event) => event.event_type === "artifact" && event.phase === "plan")!;
    const markdown =
      "- `rules.py`：改 `right()`，新写 `Hints.show`；`README.md` 里的 `LOW` 不动，`right(a)` 再查一次";
    const artifact = { ...(plan as { artifact: object }).artifact, markdown };
    await page.show(
      changed.map((event) => (event === plan ? ({ ...event, artifact } as AIFlowEvent) : event)),
    );
    expect(page.all(".af-funnel")[1]!.textContent).toMatch(/^\d 个文件，2 个函数$/);
  });

  it("says in English what it says in Chinese", async () => {
    await page.show(changed);
    setLanguage("en");
    await frame();
    expect(page.find(".af-why h4").textContent).toBe("What is different");
    expect(next().getAttribute("aria-label")).toBe("What to change next");
    expect(page.button("Change").disabled).toBe(false);
    expect(page.button("Start a new program").textContent).toBe("New program");
  });
});

describe("a change without a result", () => {
  it("that changed nothing suggests two others, and is not sent again as it is", async () => {
    await page.show(failed("unchanged", "程序没有变化：模型给出的代码和原来的一样。"));
    await until(() => page.all(".af-notice .af-chip").length === 2, "the suggestions");
    await until(() => page.find(".af-nextbar").textContent.includes("v2"), "the parent's number");
    expect(page.find("[role=alert] b").textContent).toBe("程序没有变");
    expect(page.find("[data-phase=implement]").dataset["look"]).toBe("stopped");
    expect(next().value).toBe(ASKED);
    expect(page.button("修改").disabled).toBe(true);
    page.find(".af-notice .af-chip").click();
    await frame();
    expect(next().value).toBe(IDEAS[0]);
    page.button("修改").click();
    await until(() => page.session.store.value?.projectId === page.transport.nextId, "the new version");
    expect(page.transport.calls).toContainEqual(["change", PARENT, { prompt: IDEAS[0] }]);
  });

  it("that a person stopped can be sent again as it is", async () => {
    await page.show(
      upTo(26, { event_type: "status", status: "cancelled", project_status: "failed", reason: "cancelled" }),
    );
    await until(() => page.find(".af-notice").textContent.includes("v2"), "the parent's number");
    expect(page.find(".af-notice b").textContent).toBe("已经停下了，v2 还是好好的");
    expect(page.all("button").map((one) => one.textContent)).not.toContain("重试");
    expect(next().value).toBe(ASKED);
    page.button("修改").click();
    await until(() => page.transport.calls.some(([kind]) => kind === "change"), "the change");
    expect(page.transport.calls).toContainEqual(["change", PARENT, { prompt: ASKED }]);
  });

  it("begins with what is safe, and leads back to it", async () => {
    await page.show(failed("smoke_failed", "改完以后启动不了。"));
    await until(() => page.find(".af-notice").textContent.includes("v2"), "the parent's number");
    expect(page.find("[role=alert] b").textContent).toBe("没有改成，v2 还是好好的");
    expect(page.find("[role=alert]").textContent).toContain("改完以后启动不了。");
    expect(page.button("重试").classList.contains("af-primary")).toBe(true);
    expect(page.find(".af-nextbar").textContent).toContain("从 v2 接着改");
    page.button("回到 v2").click();
    expect(page.session.store.value!.projectId).toBe(PARENT);
  });
});

describe("a drawing", () => {
  it("is shown as a picture, and as the text that it is", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>\n';
    page.transport.files["icon.svg"] = { text: svg, etag: '"1"' };
    const events = eventsOf("completed");
    const written = events.find((event) => event.event_type === "file_written")!;
    const last = events.at(-1)!;
    const saved = { ...last, seq: last.seq + 1, event_type: "saved", kind: "added", by: "person" };
    await page.show([...events, { ...written, ...saved, path: "icon.svg" } as AIFlowEvent]);
    page.session.openTab("file", "icon.svg");
    await until(() => page.root.querySelector("img") !== null, "the picture");
    page.button("全文").click();
    await frame();
    expect(page.find(".cm-content").textContent).toContain("<circle");
    page.button("画面").click();
    await frame();
    expect(page.all("img")).toHaveLength(1);
  });
});
