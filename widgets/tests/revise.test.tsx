/** The artifacts of a run that has ended: edited, and the later phases run again. */

import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../src/model/errors";
import { specOf } from "../src/model/phases";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame, MountedWorkbench, PROJECT } from "./mounted";

let page: MountedWorkbench;
beforeEach(() => {
  page = new MountedWorkbench();
});

describe("after the end", () => {
  const take = async (name: string, tab: string): Promise<void> => {
    page
      .all<HTMLElement>("[role=tab]")
      .find((one) => one.textContent === tab)!
      .click();
    await frame();
    page.button(name).click();
    await frame();
  };

  it("writes the rest again from an edited specification, as a new version", async () => {
    await page.show(eventsOf("completed"));
    await take("改需求，重新生成", "需求");
    const spec = specOf(page.session.snapshot!)!;
    const artifact = { ...spec, markdown: "# 我的需求\n" };
    page.session.draft.value = artifact;
    page.session.setPauseEach(true);
    page.button("改好了，重新生成").click();
    await until(() => page.session.store.value?.projectId === page.transport.nextId, "the new version");
    page.session.setPauseEach(false);
    expect(page.transport.calls.at(-1)).toEqual([
      "generate",
      { from_project: PROJECT, from_phase: "plan", artifact, pause_after: ["plan"] },
    ]);
    expect(page.session.draft.value).toBeNull();
    expect(page.session.revising.value).toBeNull();
  });

  it("begins with the plan as it is when nothing was changed in it", async () => {
    await page.show(eventsOf("completed"));
    await take("改方案，重新生成", "方案");
    page.button("改好了，重新生成").click();
    await until(() => page.transport.calls.some(([kind]) => kind === "generate"), "the request");
    expect(page.transport.calls.at(-1)).toEqual([
      "generate",
      { from_project: PROJECT, from_phase: "implement" },
    ]);
  });

  it("keeps what was edited when it is refused, and lets go of it when the reader does", async () => {
    await page.show(eventsOf("completed"));
    await take("改需求，重新生成", "需求");
    const artifact = { ...specOf(page.session.snapshot!)!, markdown: "# 我的需求\n" };
    page.session.draft.value = artifact;
    page.transport.refusal = new ApiError(
      "你已经有 4 个项目在生成，请等一个结束。",
      429,
      "too_many_runs",
      true,
    );
    await page.session.regenerate();
    await frame();
    expect(page.find("[role=alert]").textContent).toContain("你已经有 4 个项目在生成");
    expect(page.session.draft.value).toEqual(artifact);
    await frame();
    page.button("不改了").click();
    await frame();
    expect(page.session.draft.value).toBeNull();
    expect(page.root.querySelector(".af-editor")).toBeNull();
  });

  it("offers nothing of it while the run is at work", async () => {
    await page.show(eventsOf("completed").slice(0, -1));
    expect(page.session.snapshot!.status).toBe("processing");
    expect(page.root.textContent).not.toContain("重新生成");
  });
});
