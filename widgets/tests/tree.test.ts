import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ROW, TreeRows } from "../src/components/treeRows";
import { setLanguage } from "../src/i18n";
import { treeRows, type Row } from "../src/model/tree";
import type { FileSnapshot } from "../src/model/types";

/** A hundred folders; `src` is row 0, `src/part_00` row 1. */
const FILES = Object.fromEntries(
  Array.from({ length: 10_000 }, (_, at): [string, FileSnapshot] => {
    const filename = `f${String(at).padStart(4, "0")}.py`;
    const path = `src/part_${String(at % 100).padStart(2, "0")}/${filename}`;
    const file: FileSnapshot = { path, filename, type: "file", size_bytes: at, status: "created", writes: 1, written_at: "2026-01-01T00:00:00.000Z" };
    return [path, file];
  }),
);
/** What is in sight of a box that was never laid out, without and with the rows around it. */
const IN_SIGHT = Math.ceil(400 / ROW) + 1;
const WITH_MARGINS = IN_SIGHT + 16;

let box: HTMLElement;
let tree: HTMLElement;
let view: TreeRows;

const rows = (...closed: string[]): Row[] => treeRows(FILES, new Set(closed));
const elements = (): HTMLElement[] => [...tree.children] as HTMLElement[];
const places = (): number[] => elements().map((element) => parseInt(element.style.top) / ROW);
const inOrder = (): boolean => places().every((place, at) => at === 0 || places()[at - 1]! < place);

function scrollTo(top: number): void {
  box.scrollTop = top;
  view.scrolled();
}

beforeEach(() => {
  setLanguage("zh");
  vi.useFakeTimers();
  box = document.createElement("div");
  tree = document.createElement("div");
  box.append(tree);
  document.body.append(box);
  view = new TreeRows(box, tree);
  view.show({ rows: rows(), selected: null, current: 0 });
});

afterEach(() => {
  view.close();
  box.remove();
  vi.useRealTimers();
});

describe("the rows of the tree", () => {
  it("are only those in sight and around it, in their order", () => {
    expect(places()).toEqual(Array.from({ length: WITH_MARGINS }, (_, at) => at));
  });

  it("make and drop no element while they are scrolled", () => {
    scrollTo(10 * ROW);
    const before = new Set(elements());
    expect(before.size).toBe(WITH_MARGINS + 1); // and the one that the keyboard is on
    for (let top = 10 * ROW; top < 60 * ROW; top += 30) {
      scrollTo(top);
      expect(new Set(elements())).toEqual(before);
      for (let at = 0; at < IN_SIGHT; at++) expect(places()).toContain(Math.floor(top / ROW) + at);
    }
  });

  it("are only those in sight after a jump, then also those around it, in their order", () => {
    const before = new Set(elements());
    scrollTo(5000 * ROW);
    expect(elements()).toHaveLength(IN_SIGHT + 1);
    expect(elements().every((element) => before.has(element))).toBe(true);
    vi.runAllTimers();
    expect(elements()).toHaveLength(WITH_MARGINS + 1);
    expect(inOrder()).toBe(true);
  });

  it("are there in the frame that shows them, also where a script scrolls on in that frame", () => {
    scrollTo(2000 * ROW);
    box.scrollTop = 5000 * ROW;
    vi.advanceTimersToNextFrame();
    for (let at = 0; at < IN_SIGHT; at++) expect(places()).toContain(5000 + at);
    view.close();
    scrollTo(10 * ROW);
    view.close();
    box.scrollTop = 0;
    vi.runAllTimers();
    expect(places()).toContain(10 + IN_SIGHT - 1);
  });

  it("say everything of the row that is written over another", () => {
    scrollTo(40 * ROW);
    scrollTo(100 * ROW);
    const all = rows();
    for (const [at, element] of elements().entries()) {
      const row = all[places()[at]!]!;
      const said = Object.fromEntries(element.getAttributeNames().map((name) => [name, element.getAttribute(name)]));
      expect(said).toMatchObject({
        "role": "treeitem", "aria-label": row.name, "title": row.path, "data-path": row.path, "aria-selected": "false",
        "aria-level": String(row.level), "aria-setsize": String(row.siblings), "aria-posinset": String(row.position),
        "tabindex": places()[at] === 0 ? "0" : "-1",
      });
      expect(said["aria-expanded"]).toBe(row.folder ? "true" : undefined);
      expect(said["aria-description"]).toBe(row.file ? element.querySelector("em")!.dataset["text"] : undefined);
      expect(element.textContent).toBe(row.name);
      expect(element.querySelector("svg")!.classList.contains("af-turned")).toBe(row.folder);
    }
    expect(elements().map((element) => element.dataset["path"])).toContain("src/part_01");
  });

  it("keep the focus through a far scroll", () => {
    const row = elements()[5]!;
    view.show({ rows: rows(), selected: null, current: 5 });
    row.focus();
    for (const top of [20_000, 0, 20_000]) scrollTo(top);
    vi.runAllTimers();
    expect(elements()).toHaveLength(WITH_MARGINS + 1);
    expect(document.activeElement).toBe(row);
    expect(places()[0]).toBe(5);
    expect(inOrder()).toBe(true);
  });

  it("keep the focus with its row when the rows before it change", () => {
    const row = elements()[20]!;
    row.focus();
    const shorter = rows().filter(({ path }) => !path.endsWith("00.py") || path === row.dataset["path"]);
    view.show({ rows: shorter, selected: null, current: shorter.findIndex(({ path }) => path === row.dataset["path"]) });
    expect(document.activeElement).toBe(row);
    expect(places()).toEqual(Array.from({ length: WITH_MARGINS }, (_, at) => at));
    expect(elements().map((element) => element.dataset["path"])).toEqual(shorter.slice(0, WITH_MARGINS).map(({ path }) => path));
  });

  it("give the focus of a row that was folded away to the one that the keyboard is on", () => {
    elements()[5]!.focus();
    view.show({ rows: rows("src/part_00"), selected: null, current: 1 });
    expect((document.activeElement as HTMLElement).dataset["path"]).toBe("src/part_00");
  });

  it("stay where they are while a button is pressed on one", () => {
    for (const top of [300, 330, 360]) scrollTo(top);
    view.holdStill();
    const pressed = elements();
    vi.runAllTimers();
    expect(elements()).toEqual(pressed);
    expect(inOrder()).toBe(false);
    view.awaitRest();
    vi.runAllTimers();
    expect(inOrder()).toBe(true);
    expect(new Set(elements())).toEqual(new Set(pressed));
  });
});
