/** The comparison of two projects. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setLanguage } from "../src/i18n";
import { ApiError } from "../src/model/errors";
import type { ComparedFile } from "../src/model/versions";
import { ProjectList } from "../src/session/projectList";
import { until } from "./fakes";
import { frame } from "./mounted";
import { compared, HOSTILE, hunk, Page, project } from "./page";

let page: Page;
beforeEach(() => {
  page = new Page();
});

const lines = (): HTMLElement[] => page.all("li[data-project]");

describe("two projects", () => {
  it("are picked two at a time and compared from the older to the newer", async () => {
    await page.list(project(3), project(2), project(1));
    for (const line of lines()) page.named(/^比较 /, line).click();
    await frame();
    expect(page.session.projectList.picked.value).toEqual([project(2).project_id, project(1).project_id]);
    page.transport.changes = [
      { ...compared(HOSTILE, "added", false), hunks: [hunk(1, `+${HOSTILE}`)] },
      compared("main.py", "modified", false),
    ];
    page.named(/^比较这两个$/).click();
    await until(() => page.root.querySelector(".af-changes li") !== null, "the changes");
    expect(page.transport.calls).toContainEqual(["compare", project(1).project_id, project(2).project_id]);
    expect(page.find(".af-sum").textContent).toBe("改了 1 个，多了 1 个，少了 0 个");
    expect(page.named(/<img src=x onerror=alert\(1\)>\s*多了/).textContent).toContain(HOSTILE);
    expect(page.root.querySelector(".af-compare img")).toBeNull();
    expect(page.find(".af-l[data-mark='+'] code").textContent).toBe(HOSTILE);
    // Two projects that are no versions of one program: nothing is put from one into the other.
    expect(page.find(".af-hunks").querySelector("button")).toBeNull();
    page.named(/^左右对调$/).click();
    await until(
      () => page.transport.calls.filter(([kind]) => kind === "compare").length === 2,
      "the other way round",
    );
    expect(page.transport.calls.at(-1)).toEqual(["compare", project(2).project_id, project(1).project_id]);
    page.named(/^关上比较$/).click();
    await frame();
    expect(page.root.querySelector(".af-compare")).toBeNull();
  });

  it("that are alike, or no text, or gone, are said to be so", async () => {
    await page.list(project(1), project(2));
    const pair = { before: project(1).project_id, after: project(2).project_id };
    const text = (): string => page.root.querySelector(".af-compare")?.textContent ?? "";
    page.session.projectList.compare(pair);
    await until(() => text().includes("一模一样"), "alike");
    page.session.projectList.compare(null);
    await frame();
    page.transport.changes = [compared("data.bin")];
    page.transport.files = { "data.bin": { text: "\0".repeat(1200), etag: "1" } };
    page.session.projectList.compare(pair);
    await until(() => text().includes("这不是文字，只能比大小：原来 1.2 KB，后来 1.2 KB。"), "no text");
    page.session.projectList.compare(null);
    await frame();
    page.transport.refusal = new ApiError("没有这个项目。", 404, "not_found", false);
    page.session.projectList.compare(pair);
    await until(
      () => page.root.querySelector(".af-compare [role=alert]")?.textContent === "没有这个项目。",
      "gone",
    );
  });

  describe("with pictures", () => {
    const held = new Set<string>();
    let made = 0;
    const pictures = (): HTMLImageElement[] => page.all<HTMLImageElement>(".af-pictures img");
    const compare = async (...changes: ComparedFile[]): Promise<void> => {
      await page.list(project(1), project(2));
      page.transport.changes = changes;
      page.transport.files = Object.fromEntries(
        changes.map(({ path }) => [
          path,
          { text: "<svg onload='alert(1)'><script>alert(1)</script></svg>", etag: "1" },
        ]),
      );
      page.session.projectList.compare({ before: project(1).project_id, after: project(2).project_id });
      await until(() => pictures().length > 0, "the pictures");
    };
    const loaded = async (image: HTMLImageElement, width: number, height: number): Promise<void> => {
      Object.defineProperties(image, { naturalWidth: { value: width }, naturalHeight: { value: height } });
      image.dispatchEvent(new Event("load"));
      await frame();
    };

    beforeEach(() => {
      held.clear();
      vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
        const url = `blob:nodedata:${made++}`;
        held.add(url);
        return url;
      });
      vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void held.delete(url));
    });
    afterEach(() => vi.restoreAllMocks());

    it("are seen side by side, each with its size, in both languages, and let go afterwards", async () => {
      await compare(compared(`${HOSTILE}.png`));
      expect(pictures().map((one) => one.alt)).toEqual([`${HOSTILE}.png，原来`, `${HOSTILE}.png，后来`]);
      expect(new Set(pictures().map((one) => one.src))).toEqual(held);
      expect(held.size).toBe(2);
      await loaded(pictures()[0]!, 640, 480);
      const [before, after] = page.root.querySelectorAll(".af-pictures figcaption");
      expect(before!.textContent).toBe("原来640 × 480 像素 · 54 B");
      expect(after!.textContent).toBe("后来54 B");
      setLanguage("en");
      await frame();
      expect(pictures().map((one) => one.alt)).toEqual([`${HOSTILE}.png, before`, `${HOSTILE}.png, after`]);
      expect(before!.textContent).toBe("before640 × 480 pixels · 54 B");
      page.session.projectList.compare(null);
      await until(() => held.size === 0, "let go");
    });

    it("that are on one side only are shown alone, and an SVG is never part of the page", async () => {
      await compare(compared("图/标志.SVG", "added", false));
      expect(pictures().map((one) => one.alt)).toEqual(["图/标志.SVG，后来"]);
      expect(page.find(".af-pictures").textContent).toContain("原来没有这张图片");
      expect(page.root.querySelector(".af-pictures :is(svg, script)")).toBeNull();
      page.named(/^左右对调$/).click();
      page.transport.changes = [compared("图/标志.SVG", "deleted", false)];
      await until(() => pictures()[0]?.alt === "图/标志.SVG，原来", "the other way round");
      expect(page.find(".af-pictures").textContent).toContain("后来没有这张图片");
      await until(() => held.size === 1, "the first one is let go");
    });

    it("that are damaged, or that are no pictures, are said to be so", async () => {
      await compare(compared("a.png"), compared("b.bin"));
      pictures()[1]!.dispatchEvent(new Event("error"));
      await frame();
      expect(pictures()).toHaveLength(1);
      expect(page.root.querySelectorAll(".af-pictures figure")[1]!.textContent).toContain("这张图片打不开");
      page.transport.files["b.bin"] = { text: "\0", etag: "1" };
      page.named(/b\.bin\s*改了/).click();
      await until(
        () => page.find(".af-compare").textContent.includes("只能比大小：原来 1 B，后来 1 B。"),
        "no picture",
      );
      await until(() => held.size === 0, "let go");
    });

    it("that come too late for the reader hold nothing", async () => {
      let give: (() => void) | null = null;
      let signal: AbortSignal | undefined;
      const read = page.transport.file.bind(page.transport);
      page.transport.file = async (id: string, path: string, given?: AbortSignal) => {
        signal = given;
        await new Promise<void>((resolve) => (give = resolve));
        return read(id, path);
      };
      await page.list(project(1), project(2));
      page.transport.changes = [compared("a.png", "deleted")];
      page.transport.files = { "a.png": { text: "png", etag: "1" } };
      page.session.projectList.compare({ before: project(1).project_id, after: project(2).project_id });
      await until(() => give !== null, "the file is asked for");
      page.session.projectList.compare(null);
      await until(() => signal!.aborted, "given up");
      give!();
      await frame();
      expect(URL.createObjectURL).not.toHaveBeenCalled();
    });
  });

  it("are forgotten as a choice when they are gone from the list", async () => {
    const projectList = new ProjectList(() => page.transport);
    page.transport.known = [project(1), project(2)];
    await projectList.load();
    projectList.pick(project(1).project_id);
    projectList.pick(project(2).project_id);
    page.transport.known = [project(2)];
    await projectList.load();
    expect(projectList.picked.value).toEqual([project(2).project_id]);
    expect(projectList.pair.value).toBeNull();
  });
});
