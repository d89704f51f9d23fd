/** The list of projects, the comparison of two, and the handles between the panels. */

import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hub } from "../src/api/hub";
import { Workbench } from "../src/components/Workbench";
import { setLanguage } from "../src/i18n";
import type { FileChange, ProjectSummary } from "../src/model/entities";
import { ApiError } from "../src/model/errors";
import { savePanels, MIN_SIZES, panels, setPanel } from "../src/session/panels";
import { matches, ProjectList } from "../src/session/projectList";
import { Session } from "../src/session/session";
import { readSetting } from "../src/storage/webStorage";
import { FakeTransport, until, WELCOME } from "./fakes";

const HOSTILE = "<img src=x onerror=alert(1)>";

let transport: FakeTransport;
let session: Session;
let root: HTMLElement;

function project(number: number, change: Partial<ProjectSummary> = {}): ProjectSummary {
  const id = `${String(number).padStart(8, "0")}-5b7d-4e8a-9c10-2d4f6a8b0c1e`;
  const created_at = new Date(Date.UTC(2026, 0, 1, 12, 0, number)).toISOString();
  return {
    project_id: id,
    project_name: `game_20260101_1200_${id.slice(0, 8)}`,
    status: "completed",
    created_at,
    file_count: 3,
    size_bytes: 1234,
    title: `项目 ${number}`,
    ...change,
  };
}

beforeEach(() => {
  setLanguage("zh");
  panels.value = {};
  // Nothing is laid out here, so nothing would ever come into sight.
  vi.stubGlobal("IntersectionObserver", undefined);
  transport = new FakeTransport();
  session = new Session({ page: new Hub(transport, { pollMs: 5 }), kernel: null }, WELCOME, {
    show: () => undefined,
    idle: () => undefined,
  });
  root = document.createElement("div");
  root.dataset["testRoot"] = "";
  document.body.append(root);
  render(<Workbench session={session} id="w" />, root);
});

const turn = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
const lines = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>("li[data-project]")];
const named = (where: Element, name: RegExp): HTMLButtonElement => {
  const found = [...where.querySelectorAll("button")].find((one) =>
    name.test((one.getAttribute("aria-label") ?? one.textContent).trim()),
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
};

async function list(...projects: ProjectSummary[]): Promise<void> {
  transport.known = projects;
  session.drawer.value = true;
  await until(() => session.projectList.projects.value !== null, "the list");
  await turn();
}

async function type(field: HTMLInputElement, text: string): Promise<void> {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await turn();
}

describe("the list of projects", () => {
  it("says of each its title, state, age and size, and shows the picture of one that has any", async () => {
    await list(
      project(1, { has_thumbnail: true }),
      project(2, { request_status: "cancelled", status: "failed", size_bytes: 2_500_000 }),
    );
    expect(lines()[0]!.textContent).toMatch(/项目 1.*完成了 · .* · 3 个文件 · 1\.2 KB/);
    expect(lines()[1]!.textContent).toMatch(/已停止 · .* · 2\.5 MB/);
    await until(() => root.querySelector("li img") !== null, "the picture");
    expect(root.querySelector("li img")!.getAttribute("alt")).toBe("“项目 1”的画面");
    expect(transport.calls.filter(([kind]) => kind === "thumbnail")).toHaveLength(1);
  });

  it("lists some of thousands, more when asked, and finds any of them", async () => {
    await list(...Array.from({ length: 5000 }, (_, number) => project(number)));
    expect(lines()).toHaveLength(50);
    named(root, /^再列出 50 个（还有 4950 个）$/).click();
    await turn();
    expect(lines()).toHaveLength(100);
    await type(root.querySelector<HTMLInputElement>("input[type=search]")!, "项目 4321");
    expect(lines().map((line) => line.dataset["project"])).toEqual([project(4321).project_id]);
    await type(root.querySelector<HTMLInputElement>("input[type=search]")!, HOSTILE);
    expect(root.querySelector(".af-drawer")!.textContent).toContain(`没有名字里有“${HOSTILE}”的项目。`);
    expect(root.querySelector("img")).toBeNull();
  });

  it("finds by any part of either name, whatever the case", () => {
    expect(matches(project(1, { title: "Snake" }), " sNAKE ")).toBe(true);
    expect(matches(project(1, { title: null }), "GAME_2026")).toBe(true);
    expect(matches(project(1), "蛇")).toBe(false);
  });

  it("goes up and down in the column of the control that has the focus", async () => {
    await list(project(1), project(2));
    const column = (line: number): HTMLButtonElement => named(lines()[line]!, /改名$/);
    column(0).focus();
    column(0).dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    expect(document.activeElement).toBe(column(1));
    column(1).dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    expect(document.activeElement).toBe(column(0));
  });

  it("renames with Enter, refuses what is too long, and says what the other side refused", async () => {
    await list(project(1, { title: HOSTILE }));
    named(lines()[0]!, /改名$/).click();
    await turn();
    const field = root.querySelector<HTMLInputElement>(".af-renaming input")!;
    expect(field.value).toBe(HOSTILE);
    await type(field, "🐍".repeat(101));
    expect(root.querySelector(".af-renaming [role=alert]")!.textContent).toContain("1 到 100 个字");
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await turn();
    expect(transport.calls.some(([kind]) => kind === "rename")).toBe(false);
    await type(field, " 新名字 ");
    transport.refusal = new ApiError("磁盘满了。", 507, "storage_failed", false);
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await until(() => session.projectList.failure.value !== null, "the refusal");
    await turn();
    expect(root.querySelector(".af-drawer > [role=alert]")!.textContent).toBe("磁盘满了。");
    transport.refusal = null;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, isComposing: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await until(() => lines()[0]!.textContent.includes("新名字"), "the new name");
    expect(transport.calls.filter(([kind]) => kind === "rename")).toHaveLength(2);
    expect(root.querySelector(".af-drawer > [role=alert]")).toBeNull();
  });
});

describe("two projects", () => {
  it("are picked two at a time and compared from the older to the newer", async () => {
    await list(project(3), project(2), project(1));
    for (const line of lines()) named(line, /^比较 /).click();
    await turn();
    expect(session.projectList.picked.value).toEqual([project(2).project_id, project(1).project_id]);
    transport.changes = [
      { path: HOSTILE, change: "added", before_bytes: null, after_bytes: 5 },
      { path: "main.py", change: "changed", before_bytes: 3, after_bytes: 5 },
    ];
    transport.files = { [HOSTILE]: { text: HOSTILE, etag: "1" }, "main.py": { text: "x = 1\n", etag: "1" } };
    named(root, /^比较这两个$/).click();
    await until(() => root.querySelector(".af-changes li") !== null, "the changes");
    expect(transport.calls).toContainEqual(["compare", project(1).project_id, project(2).project_id]);
    expect(root.querySelector(".af-changes")!.textContent).toContain("改了 1 个，多了 1 个，少了 0 个");
    expect(named(root, /^<img src=x onerror=alert\(1\)>，多了$/).textContent).toContain(HOSTILE);
    expect(root.querySelector(".af-compare img")).toBeNull();
    await until(() => root.querySelector(".af-diff .cm-content") !== null, "the difference");
    named(root, /^左右对调$/).click();
    await until(
      () => transport.calls.filter(([kind]) => kind === "compare").length === 2,
      "the other way round",
    );
    expect(transport.calls.at(-1)).toEqual(["compare", project(2).project_id, project(1).project_id]);
    named(root, /^关上比较$/).click();
    await turn();
    expect(root.querySelector(".af-compare")).toBeNull();
  });

  it("that are alike, or too large, or gone, are said to be so", async () => {
    await list(project(1), project(2));
    const pair = { before: project(1).project_id, after: project(2).project_id };
    const text = (): string => root.querySelector(".af-compare")?.textContent ?? "";
    session.projectList.compare(pair);
    await until(() => text().includes("一模一样"), "alike");
    session.projectList.compare(null);
    await turn();
    transport.changes = [{ path: "data.txt", change: "changed", before_bytes: 900_000, after_bytes: 12 }];
    session.projectList.compare(pair);
    await until(() => text().includes("这个文件太大了，只能比大小：原来 900.0 KB，后来 12 B。"), "too large");
    session.projectList.compare(null);
    await turn();
    transport.refusal = new ApiError("没有这个项目。", 404, "not_found", false);
    session.projectList.compare(pair);
    await until(
      () => root.querySelector(".af-compare [role=alert]")?.textContent === "没有这个项目。",
      "gone",
    );
  });

  describe("with pictures", () => {
    const held = new Set<string>();
    let made = 0;
    const pictures = (): HTMLImageElement[] => [
      ...root.querySelectorAll<HTMLImageElement>(".af-pictures img"),
    ];
    const compare = async (...changes: FileChange[]): Promise<void> => {
      await list(project(1), project(2));
      transport.changes = changes;
      transport.files = Object.fromEntries(
        changes.map(({ path }) => [
          path,
          { text: "<svg onload='alert(1)'><script>alert(1)</script></svg>", etag: "1" },
        ]),
      );
      session.projectList.compare({ before: project(1).project_id, after: project(2).project_id });
      await until(() => pictures().length > 0, "the pictures");
    };
    const loaded = async (image: HTMLImageElement, width: number, height: number): Promise<void> => {
      Object.defineProperties(image, { naturalWidth: { value: width }, naturalHeight: { value: height } });
      image.dispatchEvent(new Event("load"));
      await turn();
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
      await compare({ path: `${HOSTILE}.png`, change: "changed", before_bytes: 53, after_bytes: 53 });
      expect(pictures().map((one) => one.alt)).toEqual([`${HOSTILE}.png，原来`, `${HOSTILE}.png，后来`]);
      expect(new Set(pictures().map((one) => one.src))).toEqual(held);
      expect(held.size).toBe(2);
      await loaded(pictures()[0]!, 640, 480);
      const [before, after] = root.querySelectorAll(".af-pictures figcaption");
      expect(before!.textContent).toBe("原来640 × 480 像素 · 54 B");
      expect(after!.textContent).toBe("后来54 B");
      setLanguage("en");
      await turn();
      expect(pictures().map((one) => one.alt)).toEqual([`${HOSTILE}.png, before`, `${HOSTILE}.png, after`]);
      expect(before!.textContent).toBe("before640 × 480 pixels · 54 B");
      session.projectList.compare(null);
      await until(() => held.size === 0, "let go");
    });

    it("that are on one side only are shown alone, and an SVG is never part of the page", async () => {
      await compare({ path: "图/标志.SVG", change: "added", before_bytes: null, after_bytes: 53 });
      expect(pictures().map((one) => one.alt)).toEqual(["图/标志.SVG，后来"]);
      expect(root.querySelector(".af-pictures")!.textContent).toContain("原来没有这张图片");
      expect(root.querySelector(".af-pictures :is(svg, script)")).toBeNull();
      named(root, /^左右对调$/).click();
      transport.changes = [{ path: "图/标志.SVG", change: "removed", before_bytes: 53, after_bytes: null }];
      await until(() => pictures()[0]?.alt === "图/标志.SVG，原来", "the other way round");
      expect(root.querySelector(".af-pictures")!.textContent).toContain("后来没有这张图片");
      await until(() => held.size === 1, "the first one is let go");
    });

    it("that are damaged or too large are said to be so", async () => {
      await compare(
        { path: "a.png", change: "changed", before_bytes: 53, after_bytes: 53 },
        { path: "b.gif", change: "changed", before_bytes: 53, after_bytes: 20_000_001 },
      );
      pictures()[1]!.dispatchEvent(new Event("error"));
      await turn();
      expect(pictures()).toHaveLength(1);
      expect(root.querySelectorAll(".af-pictures figure")[1]!.textContent).toContain("这张图片打不开");
      named(root, /^b\.gif，改了$/).click();
      await until(
        () =>
          root.querySelector(".af-compare")!.textContent.includes("只能比大小：原来 53 B，后来 20.0 MB。"),
        "too large",
      );
      await until(() => held.size === 0, "let go");
    });

    it("that come too late for the reader hold nothing", async () => {
      let give: (() => void) | null = null;
      let signal: AbortSignal | undefined;
      const read = transport.file.bind(transport);
      transport.file = async (id: string, path: string, given?: AbortSignal) => {
        signal = given;
        await new Promise<void>((resolve) => (give = resolve));
        return read(id, path);
      };
      await list(project(1), project(2));
      transport.changes = [{ path: "a.png", change: "removed", before_bytes: 53, after_bytes: null }];
      transport.files = { "a.png": { text: "png", etag: "1" } };
      session.projectList.compare({ before: project(1).project_id, after: project(2).project_id });
      await until(() => give !== null, "the file is asked for");
      session.projectList.compare(null);
      await until(() => signal!.aborted, "given up");
      give!();
      await turn();
      expect(URL.createObjectURL).not.toHaveBeenCalled();
    });
  });

  it("are forgotten as a choice when they are gone from the list", async () => {
    const projectList = new ProjectList(() => transport);
    transport.known = [project(1), project(2)];
    await projectList.load();
    projectList.pick(project(1).project_id);
    projectList.pick(project(2).project_id);
    transport.known = [project(2)];
    await projectList.load();
    expect(projectList.picked.value).toEqual([project(2).project_id]);
    expect(projectList.pair.value).toBeNull();
  });
});

describe("the panels", () => {
  it("keep to what can be shown, and are kept for the person", () => {
    setPanel("files", 5);
    expect(panels.value.files).toBe(MIN_SIZES.files);
    setPanel("side", 1e9);
    expect(panels.value.side).toBeLessThan(2000);
    savePanels();
    expect(JSON.parse(readSetting("panels", ""))).toEqual(panels.value);
    setPanel("files", null);
    expect(panels.value.files).toBeUndefined();
  });

  it("are separators that the arrow keys move, Home and End take to the ends, and Enter resets", async () => {
    const wide = vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(1000);
    session.show("3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e");
    await turn();
    const handle = root.querySelector<HTMLElement>("[role=separator][data-panel=side]")!;
    expect(handle.tabIndex).toBe(0);
    expect(handle.getAttribute("aria-orientation")).toBe("vertical");
    expect(handle.getAttribute("aria-label")).toBe("调整过程栏的宽度");
    const press = async (key: string): Promise<void> => {
      handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await turn();
    };
    await press("Home");
    expect(panels.value.side).toBe(MIN_SIZES.side);
    expect(root.querySelector<HTMLElement>(".af-body")!.style.getPropertyValue("--af-side")).toBe(
      `${MIN_SIZES.side}px`,
    );
    // A key that is held down comes again before anything is laid out.
    for (let times = 0; times < 3; times++) {
      handle.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true, cancelable: true }),
      );
    }
    await press("ArrowDown");
    expect(panels.value.side).toBe(MIN_SIZES.side + 48);
    await press("Enter");
    expect(panels.value.side).toBeUndefined();
    expect(root.querySelector<HTMLElement>(".af-body")!.style.getPropertyValue("--af-side")).toBe("");
    wide.mockRestore();
  });
});
