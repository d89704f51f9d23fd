/** A feature and its lines, and the request that a line comes from. */

import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../src/model/errors";
import { tracesOf } from "../src/session/traces";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, MountedWorkbench, PROJECT } from "./mounted";

const REQUEST = "猜错三次给一个提示";
let page: MountedWorkbench;

beforeEach(async () => {
  page = new MountedWorkbench();
  page.transport.files = {
    "rules.py": { text: "LOW = 1\n\n\ndef right(a, b):\n    return a == b\n", etag: '"1"' },
    "main.py": { text: "import rules\nprint(rules.right(1, 1))\n", etag: '"1"' },
  };
  page.transport.traced = {
    features: [
      {
        id: "F1",
        text: "想好一个 1 到 100 的数",
        status: "linked",
        lines: {
          "main.py": [[2, 2]],
          "rules.py": [
            [1, 1],
            [4, 5],
          ],
        },
      },
      { id: "F2", text: "告诉你大了还是小了", status: "missing", lines: {} },
    ],
    origins: {
      "rules.py": [
        { first_line: 1, last_line: 3, version: 1, request: "", cause: "import" },
        { first_line: 4, last_line: 4, version: 3, request: REQUEST, cause: "change" },
        { first_line: 5, last_line: 5, version: null, request: "", cause: "person" },
      ],
    },
  };
  await page.show(eventsOf("tested").filter((event) => event.seq <= 46));
});

const feature = (id: string): HTMLElement => page.find(`.af-tests [data-feature=${id}] button`);
const lit = (): string[] => page.all(".cm-line.af-lit").map((line) => line.textContent);
const choose = async (id: string): Promise<void> => {
  page.find(".af-tests-chip").click();
  await frame();
  feature(id).click();
  await until(() => tracesOf(page.session).found.value !== null, "the trace");
  await frame();
  await frame();
};
const ask = async (line: number): Promise<string> => {
  page.session.openTab("file", "rules.py");
  await until(() => page.root.querySelector(".cm-lineNumbers") !== null, "the editor");
  await frame();
  // Where the gutter is has to be laid out: a browser test clicks on it.
  tracesOf(page.session).ask({ path: "rules.py", line });
  await until(() => tracesOf(page.session).found.value !== null, "the trace");
  await frame();
  await frame();
  return tracesOf(page.session).note.value!.lead + tracesOf(page.session).note.value!.emphasis;
};
const escape = async (): Promise<void> => {
  page.find(".af-view").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await frame();
};

describe("a chosen feature", () => {
  it("lights its lines in the file with the most of them, and counts them in the tree", async () => {
    await choose("F1");
    await until(() => lit().length > 0, "the lines");
    expect(page.session.path.value).toBe("rules.py");
    expect(lit()).toEqual(["LOW = 1", "def right(a, b):", "    return a == b"]);
    expect(page.all(".af-lit-marks i")).toHaveLength(2);
    const marks = page
      .all("[data-mark=lit]")
      .map((row) => [row.dataset["path"], row.getAttribute("aria-description")]);
    expect(marks.map(([path, said]) => [path, said!.split(" ").slice(0, 2).join(" ")])).toEqual([
      ["main.py", "1 行"],
      ["rules.py", "3 行"],
    ]);
    expect(page.find(".af-feature-bar").textContent).toBe("F1 想好一个 1 到 100 的数第 1 处，共 3 处");
  });

  it("is walked through from place to place, and left by Escape", async () => {
    await choose("F1");
    await until(() => lit().length > 0, "the lines");
    page.button("下一处").click();
    page.button("下一处").click();
    await until(() => page.session.path.value === "main.py" && lit().length === 1, "the last place");
    expect(lit()).toEqual(["print(rules.right(1, 1))"]);
    await escape();
    await until(() => page.all(".af-feature-bar, .af-lit, [data-mark=lit]").length === 0, "nothing lit");
    expect(page.all(".af-tests")).toHaveLength(1);
  });

  it("without lines is a warning", async () => {
    await choose("F2");
    expect(page.find(".af-tests [data-feature=F2]").dataset["trace"]).toBe("missing");
    expect(page.find(".af-tests [data-feature=F2]").textContent).toContain("没有找到这一项的代码");
    expect(page.find(".af-feature-bar [role=status]").textContent).toContain("没有找到这一项的代码");
  });

  it("is chosen in the specification too", async () => {
    page.session.openTab("specify");
    await frame();
    const buttons = page.all(".af-feature-id");
    expect(buttons.map((one) => one.textContent)).toEqual(["F1", "F2"]);
    buttons[0]!.click();
    await until(() => lit().length > 0, "the lines");
    page.session.openTab("specify");
    await frame();
    expect(page.all(".af-feature-id").map((one) => one.getAttribute("aria-pressed"))).toEqual([
      "true",
      "false",
    ]);
    expect(page.find(".af-markdown li").textContent).toBe("F1想好一个 1 到 100 的数");
  });

  it("says why its lines are not known", async () => {
    page.transport.refusal = new ApiError("测试还在跑。", 409, "generating", true);
    page.find(".af-tests-chip").click();
    await frame();
    feature("F1").click();
    await until(() => tracesOf(page.session).failure.value !== null, "the refusal");
    await frame();
    expect(page.find(".af-feature-bar").textContent).toContain("测试还在跑。");
  });
});

describe("a line", () => {
  it("says which request it comes from, and which feature it belongs to", async () => {
    expect(await ask(4)).toBe(`因为第 3 次请求：${REQUEST}`);
    expect(tracesOf(page.session).note.value!.more).toBe("它属于 F1 想好一个 1 到 100 的数");
    expect(page.find(".af-origin-note").textContent).toContain(`因为第 3 次请求：${REQUEST}`);
    expect(page.transport.calls.filter(([kind]) => kind === "trace")).toEqual([["trace", PROJECT]]);
    await escape();
    await until(() => page.all(".af-origin-note").length === 0, "no note");
  });

  it("may be a person's own, imported, or unknown", async () => {
    expect(await ask(5)).toBe("这一行是你自己改的");
    expect(await ask(1)).toBe("导入的时候就有这一行");
    page.transport.traced.origins = {};
    tracesOf(page.session).found.value = { ...page.transport.traced };
    expect(await ask(1)).toBe("查不到这一行的来历。");
  });

  it("is asked about by the keyboard", async () => {
    page.session.openTab("file", "rules.py");
    await until(() => page.root.querySelector(".cm-content") !== null, "the editor");
    await frame();
    const key = new KeyboardEvent("keydown", { key: "Enter", altKey: true, bubbles: true, cancelable: true });
    page.find(".cm-content").dispatchEvent(key);
    await frame();
    expect(tracesOf(page.session).asked.value).toEqual({ path: "rules.py", line: 1 });
  });
});
