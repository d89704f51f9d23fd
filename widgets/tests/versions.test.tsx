/** The strip of versions, the list that it unfolds to, and what is put from one version into the newest. */

import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "../src/i18n";
import { ApiError } from "../src/model/errors";
import { linesOf, railsOf, reversed } from "../src/model/versions";
import { familiesOf } from "../src/session/projectList";
import { versionsOf } from "../src/session/versions";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame } from "./mounted";
import { compared, HOSTILE, hunk, Page, project, version } from "./page";

let page: Page;
const cards = (): HTMLElement[] => page.all(".af-strip [data-version]");
const sent = (kind: string): unknown[][] => page.transport.calls.filter(([name]) => name === kind);

/** Show a version of this family, the first one as the golden journal says. */
async function show(number: number, ...family: ReturnType<typeof version>[]): Promise<void> {
  page.transport.family = family;
  await page.show(eventsOf("completed"), project(number).project_id);
  await until(() => versionsOf(page.session).list.value.length === family.length, "the versions");
  await frame();
}

async function unfold(): Promise<void> {
  page.named(/^版本$/).click();
  await frame();
}

beforeEach(() => {
  page = new Page();
});

describe("the strip", () => {
  it("is absent with one version, and shows what each of several is", async () => {
    await show(1, version(1, null));
    expect(page.root.querySelector(".af-strip")).toBeNull();
    page = new Page();
    const tests = { passed: 12, total: 13, quarantined: 0 };
    const failed = version(3, 2, {
      status: "failed",
      request_status: "failed",
      changes: [],
      request: HOSTILE,
    });
    await show(2, version(1, null, { label: "能玩的" }), version(2, 1, { tests }), failed);
    expect(cards().map((card) => card.dataset["version"])).toEqual(["1", "2", "3"]);
    expect(cards().map((card) => card.getAttribute("aria-current"))).toEqual([null, "true", null]);
    expect(cards().map((card) => card.dataset["status"])).toEqual(["completed", "completed", "failed"]);
    expect(cards()[0]!.textContent).toMatch(/v1能玩的.*3 个文件/);
    expect(cards()[1]!.textContent).toMatch(/v2第 2 次请求\+5−1测试 12 \/ 13/);
    expect(cards()[2]!.textContent).toContain(`v3${HOSTILE}没有成功`);
    expect(page.root.querySelector(".af-strip img")).toBeNull();
  });

  it("opens the version that is clicked, and stays while it is fetched", async () => {
    await show(2, version(1, null), version(2, 1));
    cards()[0]!.querySelector("button")!.click();
    await frame();
    expect(page.session.store.value?.projectId).toBe(project(1).project_id);
    expect(cards().map((card) => card.getAttribute("aria-current"))).toEqual(["true", null]);
  });

  it("goes with the program, and has nothing to say where the list cannot be read", async () => {
    await show(2, version(1, null), version(2, 1));
    page.session.show("");
    await frame();
    expect(page.root.querySelector(".af-strip")).toBeNull();
    expect(versionsOf(page.session).isOpen.value).toBe(false);
  });
});

describe("the rails", () => {
  const drawn = (...parents: (number | null)[]): string[] =>
    railsOf(parents.map((parent, index) => version(index + 1, parent))).map((rail) => {
      const line = (lane: "trunk" | "branch"): string =>
        `${rail[lane].before ? "-" : ""}${rail[lane].after ? ">" : ""}`;
      const parts = [rail.isBranch ? "low" : "top", line("trunk"), line("branch"), rail.isBent ? "bend" : ""];
      return parts.join(" ").trim();
    });

  it("lead from the first version to the newest, and bend to the others", () => {
    expect(drawn(null)).toEqual(["top"]);
    expect(drawn(null, 1)).toEqual(["top >", "top -"]);
    expect(drawn(null, 1, 1)).toEqual(["top >", "low ->  bend", "top -"]);
    expect(drawn(null, 1, 2, 1)).toEqual(["top >", "low -> > bend", "low -> -", "top -"]);
    // The bend leaves the trunk as the last that there is of it.
    expect(drawn(null, 1, 1, 2)).toEqual(["top >", "top ->", "low ->  bend", "top -"]);
  });

  it("begin anew where the parent is deleted", () => {
    const family = [version(2, 1), version(3, 2)];
    expect(railsOf(family).map((rail) => rail.trunk)).toEqual([
      { before: false, after: true },
      { before: true, after: false },
    ]);
  });
});

describe("the list of versions", () => {
  it("unfolds in place of the body, and gives the focus back when it is closed", async () => {
    await show(3, version(1, null), version(2, 1), version(3, 1));
    await unfold();
    expect(page.root.querySelector(".af-body")).toBeNull();
    expect(page.all(".af-versions [data-version]")).toHaveLength(3);
    // What is compared at first: the shown version with the one that it was made from.
    await until(() => sent("compare").length === 1, "a comparison");
    expect(sent("compare")).toEqual([["compare", project(1).project_id, project(3).project_id]]);
    page.find(".af-versions").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await frame();
    await frame();
    expect(document.activeElement).toBe(page.named(/^版本$/));
  });

  it("compares the version that is picked with the later one of the two", async () => {
    await show(3, version(1, null), version(2, 1), version(3, 1));
    await unfold();
    page.named(/^比较$/, page.find(".af-versions [data-version='2']")).click();
    await until(() => sent("compare").length === 2, "another comparison");
    expect(sent("compare")[1]).toEqual(["compare", project(2).project_id, project(3).project_id]);
    const picked = page.all(".af-versions [data-picked]").map((row) => row.dataset["version"]);
    expect(picked).toEqual(["2", "3"]);
  });

  it("labels a version, removes the label, and says that a parent is deleted", async () => {
    await show(3, version(2, 1, { label: "旧的" }), version(3, 2));
    await unfold();
    const row = (): HTMLElement => page.find(".af-versions [data-version='2']");
    expect(row().textContent).toContain("来自删掉的一版");
    for (const [text, stored] of [
      [" 能玩的 ", "能玩的"],
      ["", ""],
    ] as const) {
      page.named(/^改标签$/, row()).click();
      await frame();
      const field = row().querySelector("input")!;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await frame();
      page.named(/^贴上$/, row()).click();
      await until(() => row().querySelector("input") === null, "stored");
      expect(sent("label").at(-1)).toEqual(["label", project(2).project_id, stored]);
    }
    expect(row().querySelector(".af-tag .af-icon")).toBeNull();
  });
});

describe("a hunk of another version", () => {
  const change = hunk(15, " def step():", "-    return 60", "+    return 45", " # end");

  beforeEach(async () => {
    page.transport.changes = [{ ...compared("game.py", "modified", false), hunks: [change] }];
    await show(3, version(1, null), version(2, 1), version(3, 1));
    await unfold();
    await until(() => page.root.querySelector(".af-hunk") !== null, "the hunks");
  });

  it("is put into the newest with the second click, and taken out again", async () => {
    page.named(/^用 v1 的这一段$/).click();
    await frame();
    expect(sent("apply")).toEqual([]);
    expect(page.find(".af-armed").textContent).toContain("把 v1 的这一段放进 v3？");
    expect(document.activeElement).toBe(page.named(/^放进去$/));
    page.named(/^放进去$/).click();
    await until(() => page.root.querySelector(".af-applied") !== null, "said so");
    expect(sent("apply")).toEqual([
      ["apply", project(3).project_id, project(1).project_id, "game.py", reversed(change)],
    ]);
    await until(() => sent("compare").length === 2, "compared again");
    await frame();
    expect(page.find(".af-applied").textContent).toContain("v1 的 game.py 已经放进 v3。");
    page.named(/^撤销$/).click();
    await until(() => page.root.querySelector(".af-applied") === null, "undone");
    expect(sent("undo")).toEqual([["undo", project(3).project_id, "token"]]);
  });

  it("is not put in by one click and Escape, which closes the question alone", async () => {
    page.named(/^用 v1 的这一段$/).click();
    await frame();
    page
      .named(/^放进去$/)
      .dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    await frame();
    expect(page.root.querySelector(".af-armed")).toBeNull();
    expect(page.root.querySelector(".af-versions")).not.toBeNull();
    expect(sent("apply")).toEqual([]);
  });

  it("that does not fit any more is refused with the reason", async () => {
    page.named(/^整个文件用 v1 的$/).click();
    await frame();
    page.transport.refusal = new ApiError("这一处已经和比较的时候不一样了。", 409, "changed", false);
    page.named(/^放进去$/).click();
    await until(() => page.root.querySelector(".af-compare > [role=alert]") !== null, "the refusal");
    expect(page.find(".af-compare > [role=alert]").textContent).toBe("这一处已经和比较的时候不一样了。");
    expect(sent("apply")[0]!.at(-1)).toBeNull();
  });

  it("is only offered where one of the two is the newest", async () => {
    page.named(/^左右对调$/).click();
    await until(() => sent("compare").length === 2, "the other way round");
    await frame();
    expect(page.named(/^用 v1 的这一段$/)).toBeTruthy();
    versionsOf(page.session).compare({ before: project(1).project_id, after: project(2).project_id });
    await until(() => sent("compare").length === 3, "two older ones");
    await frame();
    expect(page.find(".af-hunks").querySelector("button")).toBeNull();
  });

  it("is read in both languages, with the changed part of a line marked", async () => {
    expect(page.all(".af-l mark").map((mark) => mark.textContent)).toEqual(["60", "45"]);
    // Coloured as code, and the same text all the same.
    expect(page.find(".af-l .af-code-keyword").textContent).toMatch(/^(?:return|def)$/);
    expect(page.find(".af-hunk").getAttribute("aria-label")).toBe("第 16 行");
    setLanguage("en");
    await frame();
    expect(page.named(/^Use this part of v1$/)).toBeTruthy();
  });
});

describe("the lines of a hunk", () => {
  it("have the numbers of their own text, and know what an end without a line end is", () => {
    const lines = linesOf(hunk(3, " a", "-b", "\\ No newline at end of file", "+b", "+c"));
    expect(lines.map(({ mark, number }) => [mark, number])).toEqual([
      [" ", 3],
      ["-", 4],
      ["\\", null],
      ["+", 4],
      ["+", 5],
    ]);
  });

  it("are turned round with what ends them", () => {
    const old = hunk(3, " a", "-b", "-c", "\\ No newline at end of file", "+d", " e", "+f");
    const back = reversed(old);
    expect(back.lines).toEqual([" a", "-d", "+b", "+c", "\\ No newline at end of file", " e", "-f"]);
    expect(reversed(back).lines).toEqual(old.lines);
    expect([back.old_lines, back.new_lines]).toEqual([old.new_lines, old.old_lines]);
  });

  it("of a long hostile hunk are read in a moment", () => {
    const long = "x".repeat(100_000);
    const begun = performance.now();
    linesOf(
      hunk(
        1,
        ...Array.from({ length: 20 }, () => `-${long}`),
        ...Array.from({ length: 20 }, () => `+${long}y`),
      ),
    );
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe("a save in a version that others were made from", () => {
  it("goes to a version of its own, which is opened and said", async () => {
    await show(1, version(1, null), version(2, 1));
    const made = project(3).project_id;
    versionsOf(page.session).movedTo(made, "main.py");
    await until(() => page.transport.streams.at(-1)?.projectId === made, "the new version");
    expect(page.session.path.value).toBe("main.py");
    const origin = { family_id: project(1).project_id, version: 3, parent_id: project(1).project_id };
    const header = { seq: 1, project_id: made, timestamp: "2026-01-01T00:00:00.000Z" };
    page.transport.streams
      .at(-1)!
      .onEvent({ ...header, ...origin, event_type: "version", cause: "edit", request: "" });
    await frame();
    expect(page.root.textContent).toContain("你的修改存成了 v3，v1 保持原样");
    cards()[1]!.querySelector("button")!.click();
    await frame();
    expect(page.root.textContent).not.toContain("你的修改存成了");
  });
});

describe("a file that is not as it was generated", () => {
  it("is restored with the second click, alone or with the others", async () => {
    await show(1, version(1, null));
    const store = page.session.store.value!;
    const path = Object.keys(store.snapshot.files).find((name) => name.endsWith(".py"))!;
    page.transport.files = { [path]: { text: "x = 1\n", etag: "1" } };
    page.transport.edited = [path, "other.py"];
    await versionsOf(page.session).load();
    page.session.openTab("file", path);
    await until(() => page.root.querySelector(".af-restore") !== null, "the way back");
    page.named(/^还原全部 2 个$/).click();
    await frame();
    expect(page.find(".af-armed").textContent).toContain("把 2 个文件都变回生成时的样子？");
    page.named(/^不还原$/).click();
    await frame();
    page.named(/^还原这个文件$/).click();
    await frame();
    page.named(/^还原$/).click();
    await until(() => page.root.querySelector(".af-restore") === null, "restored");
    expect(sent("restore")).toEqual([["restore", project(1).project_id, path]]);
  });
});

describe("the list of projects", () => {
  const member = (number: number, family = 1): ReturnType<typeof project> =>
    project(number, { family_id: project(family).project_id, version: number });

  it("has one entry for all versions, and asks which are to go", async () => {
    expect(
      familiesOf([project(9), member(3), member(2), member(1)]).map((one) => one.versions.length),
    ).toEqual([1, 3]);
    await page.list(project(9), member(3), member(2), member(1));
    const rows = (): HTMLElement[] => page.all("li[data-project]");
    expect(rows().map((row) => row.dataset["project"])).toEqual(
      [project(9), project(3)].map((one) => one.project_id),
    );
    expect(rows()[1]!.textContent).toContain("3 个版本");
    page.named(/^删除/, rows()[1]!).click();
    await frame();
    expect(rows()[1]!.textContent).toContain("“项目 3”要删掉哪些？");
    await frame();
    expect(document.activeElement).toBe(page.named(/^不删$/));
    page.named(/^只删 v3$/).click();
    await frame();
    expect(rows()[1]!.textContent).toContain("“项目 3”的 v3 过 6 秒删除，别的版本都留着。");
    page.named(/^现在就删$/).click();
    await until(() => sent("delete").length === 1, "deleted");
    await frame();
    expect(rows()[1]!.textContent).toContain("2 个版本");
    page.named(/^删除/, rows()[1]!).click();
    await frame();
    page.named(/^2 个版本都删$/).click();
    await frame();
    page.named(/^现在就删$/).click();
    await until(() => sent("delete").length === 2, "all deleted");
    expect(sent("delete")).toEqual([
      ["delete", project(3).project_id],
      ["delete", project(2).project_id, "family"],
    ]);
    await frame();
    expect(rows()).toHaveLength(1);
  });
});
