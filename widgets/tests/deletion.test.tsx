/** Deleting a project from the list, and undoing that. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/model/errors";
import { UNDO_MS } from "../src/session/pendingDeletions";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, MountedWorkbench, PROJECT } from "./mounted";

let page: MountedWorkbench;

describe("the drawer of projects", () => {
  const deletions = (): unknown[][] => page.transport.calls.filter(([kind]) => kind === "delete");

  beforeEach(async () => {
    page = new MountedWorkbench();
    const made = { status: "completed", created_at: "2026-01-01T00:00:00.000Z", file_count: 3 };
    page.transport.known = [
      { project_id: PROJECT, project_name: "guess", ...made },
      { project_id: page.transport.nextId, project_name: "snake", ...made },
    ];
    await page.show(eventsOf("completed"));
    page.button("以前的项目").click();
    await until(() => page.root.querySelectorAll(".af-project").length === 2, "the projects");
  });

  it("deletes after a few seconds, in which nothing is sent and the reader can undo", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      page.session.deletions.schedule(page.transport, PROJECT);
      page.session.deletions.schedule(page.transport, page.transport.nextId);
      vi.advanceTimersByTime(UNDO_MS - 1);
      page.session.deletions.undo(page.transport.nextId);
      expect(deletions()).toEqual([]);
      vi.advanceTimersByTime(2 * UNDO_MS);
      expect(deletions()).toEqual([["delete", PROJECT]]);
    } finally {
      vi.useRealTimers();
    }
    await until(() => page.session.store.value === null, "an empty workbench");
    await frame();
    expect(page.all(".af-project .af-name").map((one) => one.textContent.trim())).toEqual(["snake"]);
  });

  it("says in the row that it goes, and puts the way back under the fingers", async () => {
    page.button("删除 snake").click();
    await until(() => page.root.querySelector(".af-confirm") !== null, "the row");
    await frame();
    expect(page.find(".af-confirm").textContent).toContain("snake");
    expect(document.activeElement).toBe(page.button("撤销删除"));
    page.button("撤销删除").click();
    await frame();
    expect(page.button("打开 snake")).toBeTruthy();
    expect(deletions()).toEqual([]);
  });

  it("keeps the row when the deletion is refused, and says why", async () => {
    page.button("删除 snake").click();
    await frame();
    page.transport.refusal = new ApiError("这个项目正在生成，请先停止它。", 409, "conflict", false);
    page.button("现在就删").click();
    await until(() => page.session.failure.value !== null, "the refusal");
    await frame();
    expect(page.find("[role=alert]").textContent).toContain("请先停止它");
    expect(page.button("打开 snake")).toBeTruthy();
  });
});
