/** The list of projects. */

import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../src/model/errors";
import { matches } from "../src/session/projectList";
import { until } from "./fakes";
import { frame } from "./mounted";
import { HOSTILE, Page, project, type } from "./page";

let page: Page;
beforeEach(() => {
  page = new Page();
});

const lines = (): HTMLElement[] => page.all("li[data-project]");

describe("the list of projects", () => {
  it("says of each its title, state, age and size, and shows the picture of one that has any", async () => {
    await page.list(
      project(1, { has_thumbnail: true }),
      project(2, { request_status: "cancelled", status: "failed", size_bytes: 2_500_000 }),
    );
    expect(lines()[0]!.textContent).toMatch(/项目 1.*完成了 · .* · 3 个文件 · 1\.2 KB/);
    expect(lines()[1]!.textContent).toMatch(/已停止 · .* · 2\.5 MB/);
    await until(() => page.root.querySelector("li img") !== null, "the picture");
    expect(page.find("li img").getAttribute("alt")).toBe("“项目 1”的画面");
    expect(page.transport.calls.filter(([kind]) => kind === "thumbnail")).toHaveLength(1);
  });

  it("lists some of thousands, more when asked, and finds any of them", async () => {
    await page.list(...Array.from({ length: 5000 }, (_, number) => project(number)));
    expect(lines()).toHaveLength(50);
    page.named(/^再列出 50 个（还有 4950 个）$/).click();
    await frame();
    expect(lines()).toHaveLength(100);
    await type(page.find<HTMLInputElement>("input[type=search]"), "项目 4321");
    expect(lines().map((line) => line.dataset["project"])).toEqual([project(4321).project_id]);
    await type(page.find<HTMLInputElement>("input[type=search]"), HOSTILE);
    expect(page.find(".af-drawer").textContent).toContain(`没有名字里有“${HOSTILE}”的项目。`);
    expect(page.root.querySelector("img")).toBeNull();
  });

  it("finds by any part of either name, whatever the case", () => {
    expect(matches(project(1, { title: "Snake" }), " sNAKE ")).toBe(true);
    expect(matches(project(1, { title: null }), "GAME_2026")).toBe(true);
    expect(matches(project(1), "蛇")).toBe(false);
  });

  it("goes up and down in the column of the control that has the focus", async () => {
    await page.list(project(1), project(2));
    const column = (line: number): HTMLButtonElement => page.named(/改名$/, lines()[line]!);
    column(0).focus();
    column(0).dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    expect(document.activeElement).toBe(column(1));
    column(1).dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    expect(document.activeElement).toBe(column(0));
  });

  it("renames with Enter, refuses what is too long, and says what the other side refused", async () => {
    await page.list(project(1, { title: HOSTILE }));
    page.named(/改名$/, lines()[0]!).click();
    await frame();
    const field = page.find<HTMLInputElement>(".af-renaming input");
    expect(field.value).toBe(HOSTILE);
    await type(field, "🐍".repeat(101));
    expect(page.find(".af-renaming [role=alert]").textContent).toContain("1 到 100 个字");
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await frame();
    expect(page.transport.calls.some(([kind]) => kind === "rename")).toBe(false);
    await type(field, " 新名字 ");
    page.transport.refusal = new ApiError("磁盘满了。", 507, "storage_failed", false);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await until(() => page.session.projectList.failure.value !== null, "the refusal");
    await frame();
    expect(page.find(".af-drawer > [role=alert]").textContent).toBe("磁盘满了。");
    page.transport.refusal = null;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, isComposing: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await until(() => lines()[0]!.textContent.includes("新名字"), "the new name");
    expect(page.transport.calls.filter(([kind]) => kind === "rename")).toHaveLength(2);
    expect(page.root.querySelector(".af-drawer > [role=alert]")).toBeNull();
  });
});
