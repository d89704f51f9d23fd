import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { copyText } from "../src/browser/clipboard";
import { fieldText, sameArtifact, withField } from "../src/model/artifactFields";
import { treeKey, treeRows, typeAhead } from "../src/model/tree";
import type { FileSnapshot, Plan, Spec } from "../src/model/types";
import {
  claimOpenProject,
  claimProgram,
  keepOpenProject,
  keepProgram,
  keepView,
  readSetting,
  readView,
  writeSetting,
} from "../src/storage/webStorage";

const file = (path: string, writes = 1): FileSnapshot => ({
  path,
  filename: path.slice(path.lastIndexOf("/") + 1),
  type: "file",
  status: "created",
  size_bytes: 1,
  written_at: null,
  writes,
});
const filesOf = (...paths: string[]): Record<string, FileSnapshot> =>
  Object.fromEntries(paths.map((path) => [path, file(path)]));

describe("the tree", () => {
  const files = filesOf("main.py", "game/rules.py", "game/art/snake.py", "README.md");

  it("has folders first, then names, with their place among their siblings", () => {
    const rows = treeRows(files, new Set());
    expect(
      rows.map((row) => `${"  ".repeat(row.level - 1)}${row.name} ${row.position}/${row.siblings}`),
    ).toEqual([
      "game 1/3",
      "  art 1/2",
      "    snake.py 1/1",
      "  rules.py 2/2",
      "README.md 2/3",
      "main.py 3/3",
    ]);
    expect(treeRows(files, new Set(["game"])).map((row) => row.path)).toEqual([
      "game",
      "README.md",
      "main.py",
    ]);
  });

  it("shows a file when it is on disk, not before", () => {
    expect(treeRows({ "a.py": file("a.py", 0) }, new Set())).toEqual([]);
  });

  it("moves as the WAI-ARIA pattern says", () => {
    const rows = treeRows(files, new Set());
    expect(treeKey(rows, 0, "ArrowDown")).toEqual({ to: 1 });
    expect(treeKey(rows, 0, "ArrowUp")).toEqual({ to: 0 });
    expect(treeKey(rows, 0, "End")).toEqual({ to: 5 });
    expect(treeKey(rows, 5, "ArrowDown")).toEqual({ to: 5 });
    expect(treeKey(rows, 0, "ArrowLeft")).toEqual({ fold: true });
    expect(treeKey(rows, 0, "ArrowRight")).toEqual({ to: 1 });
    expect(treeKey(treeRows(files, new Set(["game"])), 0, "ArrowRight")).toEqual({ fold: false });
    expect(treeKey(rows, 2, "ArrowLeft")).toEqual({ to: 1 });
    expect(treeKey(rows, 4, "ArrowRight")).toBeNull();
    expect(treeKey(rows, 4, "Enter")).toEqual({ choose: true });
    expect(treeKey(rows, 4, "Tab")).toBeNull();
  });

  it("finds the next name that begins with what is typed", () => {
    const rows = treeRows(files, new Set());
    expect(rows[typeAhead(rows, 0, "r")]!.name).toBe("rules.py");
    expect(rows[typeAhead(rows, 3, "r")]!.name).toBe("README.md");
    expect(rows[typeAhead(rows, 3, "rea")]!.name).toBe("README.md");
    expect(typeAhead(rows, 2, "zzz")).toBe(2);
  });
});

describe("the fields of an artifact", () => {
  const spec: Spec = {
    kind: "spec",
    markdown: "# 蛇\n",
    title: "蛇",
    project_type: "snake",
    summary: "",
    features: ["动", "吃"],
  };
  const plan: Plan = {
    kind: "plan",
    markdown: "",
    files: [{ path: "main.py", purpose: "主程序" }],
    dependencies: [],
    main_file: "main.py",
  };

  it("are lines of text, and come back from them", () => {
    expect(fieldText(spec, "features")).toBe("动\n吃");
    expect(withField(spec, "features", "动\n\n  变长 \n")).toMatchObject({ features: ["动", "变长"] });
    expect(withField(spec, "title", "贪吃蛇")).toMatchObject({ title: "贪吃蛇" });
    expect(withField(plan, "files", "main.py：主程序\nart/snake.py\n")).toMatchObject({
      files: [
        { path: "main.py", purpose: "主程序" },
        { path: "art/snake.py", purpose: "" },
      ],
    });
    expect(withField(plan, "dependencies", "pygame")).toMatchObject({ dependencies: ["pygame"] });
  });

  it("count as unchanged when they say the same", () => {
    expect(sameArtifact(plan, withField(plan, "files", fieldText(plan, "files")))).toBe(true);
    expect(sameArtifact(spec, { ...spec, markdown: "# 别的\n" })).toBe(false);
  });
});

describe("what is remembered for the person", () => {
  it("is the look of the latest projects", () => {
    for (let n = 0; n < 40; n++) keepView(`p${n}`, { tab: "file", path: `${n}.py`, closed: ["src"] });
    expect(readView("p39")).toEqual({ tab: "file", path: "39.py", closed: ["src"] });
    expect(readView("p0")).toBeNull();
    localStorage.setItem("aiflow.workbench.views", "{broken");
    expect(readView("p39")).toBeNull();
  });

  it("is the open project, for the first empty widget after a reload only", () => {
    keepOpenProject("p");
    expect(claimOpenProject("", Date.now() + 1000)).toBe("p");
    expect(claimOpenProject("", Date.now() + 1000)).toBe("");
  });

  it("is the open project of a widget that is made again with the same prompt, not of another", async () => {
    const reloaded = async (): Promise<typeof import("../src/storage/webStorage")> => {
      vi.resetModules();
      return import("../src/storage/webStorage");
    };
    keepOpenProject("p", "帮我写个贪吃蛇");
    expect((await reloaded()).claimOpenProject("做一个猜数字的小游戏", Date.now() + 1000)).toBe("");
    expect((await reloaded()).claimOpenProject("", Date.now() + 1000)).toBe("");
    expect((await reloaded()).claimOpenProject("帮我写个贪吃蛇", Date.now() + 1000)).toBe("p");
  });
});

describe("a page that is denied its storage", () => {
  const denied = (): never => {
    throw new DOMException("The document is sandboxed", "SecurityError");
  };
  const useStorage = (storage: () => unknown): void => {
    for (const name of ["localStorage", "sessionStorage"]) {
      vi.spyOn(globalThis, name as never, "get").mockImplementation(storage as never);
    }
  };
  const allOfIt = async (): Promise<void> => {
    vi.resetModules();
    const { claimOpenProject } = await import("../src/storage/webStorage");
    writeSetting("language", "en");
    expect(readSetting("language", "zh")).toBe("zh");
    keepOpenProject("p");
    keepOpenProject("");
    keepView("p", { tab: "file", path: null, closed: [] });
    expect(readView("p")).toBeNull();
    expect(claimOpenProject()).toBe("");
    keepProgram("p", { session: "s", mode: "run", args: [] });
    expect(claimProgram("p")).toBeNull();
  };

  beforeEach(() => void vi.spyOn(console, "info").mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());

  it("keeps nothing and goes on, where looking at it throws", async () => {
    useStorage(denied);
    await allOfIt();
  });

  it("keeps nothing and goes on, where each use of it throws", async () => {
    useStorage(() => ({ getItem: denied, setItem: denied, removeItem: denied }));
    await allOfIt();
  });

  it("keeps nothing and goes on, where there is none", async () => {
    useStorage(() => null);
    await allOfIt();
  });
});

describe("copying", () => {
  const clipboard = (writeText: (text: string) => Promise<void>): void =>
    void vi.stubGlobal("navigator", { clipboard: { writeText } });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("goes to the clipboard", async () => {
    const written: string[] = [];
    clipboard(async (text) => void written.push(text));
    expect([await copyText("代码"), written]).toEqual([true, ["代码"]]);
  });

  it("uses a selection where the clipboard is refused, and leaves nothing in the page", async () => {
    vi.spyOn(console, "info").mockImplementation(() => undefined);
    clipboard(() => Promise.reject(new DOMException("not allowed in this frame", "NotAllowedError")));
    const button = document.createElement("button");
    document.body.append(button);
    button.focus();
    let copied = "";
    Object.assign(document, {
      execCommand: () => {
        copied = (document.activeElement as HTMLTextAreaElement).value;
        return true;
      },
    });
    expect([await copyText("代码"), copied]).toEqual([true, "代码"]);
    expect([document.querySelector("textarea"), document.activeElement]).toEqual([null, button]);
    button.remove();
  });
});
