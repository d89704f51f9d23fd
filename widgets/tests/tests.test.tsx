/** The tests of a program: the chip, the list by feature, running them again, and what a person decides. */

import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "../src/i18n";
import { countTests, hasTests, testsByFeature } from "../src/model/tests";
import { ApiError } from "../src/model/errors";
import type { AIFlowEvent } from "../src/model/types";
import { testsOf } from "../src/session/tests";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, MountedWorkbench, PROJECT } from "./mounted";

const journal = eventsOf("tested");
/** Up to the end of the run; then come a save and what follows it. */
const ended = journal.filter((event) => event.seq <= 46);
const RIGHT = "tests/test_f1.py::test_right";
const WRONG = "tests/test_f1.py::test_wrong";
const DIALOGUE = "tests/f2.scenario.toml::dialogue";

let page: MountedWorkbench;

beforeEach(() => {
  page = new MountedWorkbench();
});

let seq = 46;
const tell = async (...events: object[]): Promise<void> => {
  const header = { project_id: PROJECT, timestamp: "2026-01-02T09:31:00.000Z" };
  for (const event of events)
    page.session.store.value!.push({ ...header, seq: ++seq, ...event } as AIFlowEvent);
  await frame();
};
const result = (test: string, status: string, message = ""): object => ({
  event_type: "test",
  test,
  title: test.split("::")[1],
  features: [test.includes("f2") ? "F2" : "F1"],
  status,
  ms: 4,
  message,
});
const chip = (): HTMLElement => page.find(".af-tests-chip");
const rows = (): (string | undefined)[][] =>
  page.all("[data-feature]").map((row) => [row.dataset["feature"], row.dataset["outcome"]]);
const open = async (): Promise<void> => {
  chip().click();
  await frame();
  await frame();
};
const showEnded = async (): Promise<void> => {
  seq = 46;
  await page.show(ended);
};

describe("the chip among the facts", () => {
  it("counts the tests that pass, and is absent without tests", async () => {
    await page.show(eventsOf("completed"));
    expect(page.all(".af-tests-chip")).toHaveLength(0);
    page = new MountedWorkbench();
    await showEnded();
    expect(chip().textContent).toBe("测试 2 / 3");
    expect([chip().dataset["outcome"], chip().getAttribute("aria-expanded")]).toEqual([
      "quarantined",
      "false",
    ]);
  });

  it("follows results that come after the end, and says so of tests that have not run", async () => {
    await showEnded();
    await tell(result(DIALOGUE, "passed"));
    expect(chip().textContent).toBe("测试 3 / 3");
    expect(chip().dataset["outcome"]).toBe("passed");
    for (const path of ["tests/test_f1.py", "tests/f2.scenario.toml"])
      await tell({ event_type: "saved", path, kind: "modified", by: "person", size_bytes: 9 });
    expect(chip().textContent).toBe("测试");
    await open();
    expect(page.find(".af-tests").textContent).toContain("还没有跑");
  });

  it("follows a run at work", async () => {
    await page.show(journal.filter((event) => event.seq <= 37));
    expect(chip().textContent).toBe("测试 1 / 2");
    expect(chip().dataset["outcome"]).toBe("failed");
  });
});

describe("the list", () => {
  beforeEach(showEnded);

  it("begins with what a person has to look at, and takes the focus and gives it back", async () => {
    await tell(result(WRONG, "failed", "应该是 False，得到 True。"));
    await open();
    expect(page.all(".af-tests section > h5").map((one) => one.textContent)).toEqual(["要看一看"]);
    expect(rows()).toEqual([
      ["F1", "failed"],
      ["F2", "quarantined"],
    ]);
    expect(page.find(".af-tests .af-cap span").textContent).toBe("1 / 3 通过，1 个放一边");
    expect(page.find(`[data-test="${WRONG}"]`).textContent).toContain("应该是 False，得到 True。");
    expect(page.find(`[data-test="${RIGHT}"]`).textContent).toContain("3 毫秒");
    expect(page.root.contains(document.activeElement)).toBe(true);
    expect(document.activeElement).toBe(page.find(".af-tests .af-close"));
    document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await frame();
    expect(page.all(".af-tests")).toHaveLength(0);
    expect(document.activeElement).toBe(chip());
  });

  it("shows a green feature as one line, and a feature without tests too", async () => {
    await tell({ event_type: "saved", path: "tests/f2.scenario.toml", kind: "deleted", by: "person" });
    await open();
    expect(page.all(".af-tests section > h5").map((one) => one.textContent)).toEqual(["都通过", "没有测试"]);
    expect(rows()).toEqual([
      ["F1", "passed"],
      ["F2", "none"],
    ]);
    expect(page.all(".af-fine")).toHaveLength(0);
  });

  it("gives way to the record of a phase that is opened, and comes back", async () => {
    await open();
    page.find("[data-phase=plan] button").click();
    await frame();
    expect(page.find("[role=log]").dataset["shown"]).toBe("plan");
    await open();
    await open();
    expect(page.all(".af-tests")).toHaveLength(1);
  });

  it("runs the tests again and says when all have been heard of", async () => {
    await open();
    page.button("再跑一遍").click();
    await frame();
    expect(page.transport.calls).toContainEqual(["runTests", PROJECT]);
    expect(chip().textContent).toBe("正在跑测试 0 / 3");
    expect(page.button("正在跑测试……").disabled).toBe(true);
    await tell(result(RIGHT, "passed"), result(WRONG, "failed", "不对"));
    expect(chip().textContent).toBe("正在跑测试 2 / 3");
    await tell(result(DIALOGUE, "passed"));
    expect(chip().textContent).toBe("测试 2 / 3");
    expect(page.button("再跑一遍").disabled).toBe(false);
  });

  it("says why the tests cannot run", async () => {
    await open();
    page.transport.refusal = new ApiError("测试正在跑。", 409, "tests_running", true);
    page.button("再跑一遍").click();
    await frame();
    await frame();
    expect(page.find(".af-tests [role=alert]").textContent).toBe("测试正在跑。");
    expect(chip().dataset["outcome"]).toBe("quarantined");
  });

  it("asks a person about a test that may be wrong", async () => {
    await open();
    expect(page.find(`[data-test="${DIALOGUE}"]`).textContent).toContain("可能写错了");
    page.button("测试没错，改程序").click();
    await frame();
    expect(page.transport.calls).toContainEqual(["decideTest", PROJECT, DIALOGUE, "keep"]);
    page.transport.savedTo = page.transport.nextId;
    page.button("去掉测试").click();
    await until(
      () => page.session.store.value?.projectId === page.transport.nextId,
      "the version of its own",
    );
    expect(page.transport.calls).toContainEqual(["decideTest", PROJECT, DIALOGUE, "remove"]);
  });

  it("has the program repaired as a new version", async () => {
    await tell(result(WRONG, "failed", "不对"));
    await open();
    page.button("再修一次").click();
    await until(() => page.session.store.value?.projectId === page.transport.nextId, "the new version");
    expect(page.transport.calls).toContainEqual(["repairTests", PROJECT]);
  });

  it("says how many deliberate errors the tests find, until a file changes", async () => {
    await open();
    page.button("故意改错程序，看测试能发现几处").click();
    await until(() => testsOf(page.session).mutants.value !== null, "the answer");
    await frame();
    expect(page.find(".af-tests-foot").textContent).toContain("改错 10 处，测试发现了 8 处");
    await tell({ event_type: "saved", path: "rules.py", kind: "modified", by: "person", size_bytes: 9 });
    expect(page.find(".af-tests-foot").textContent).not.toContain("8");
  });

  it("says in English what it says in Chinese", async () => {
    await open();
    setLanguage("en");
    await frame();
    expect(chip().textContent).toBe("Tests 2 / 3");
    expect(page.find(".af-tests h4").textContent).toBe("Tests");
    expect(page.button("Remove the test").disabled).toBe(false);
  });
});

describe("the tests by feature", () => {
  it("lists each test once, and those of no known feature at the end", async () => {
    await page.show(journal);
    const { snapshot } = page.session.store.value!;
    expect(hasTests(snapshot)).toBe(true);
    expect(countTests(snapshot.tests)).toEqual({ passed: 2, total: 2, quarantined: 0 });
    expect(testsByFeature(snapshot).map(({ id, tests }) => [id, tests.map(({ test }) => test)])).toEqual([
      ["F1", [RIGHT]],
      ["F2", []],
      ["", ["tests/test_f3.py::test_bare"]],
    ]);
  });
});
