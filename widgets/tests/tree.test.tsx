import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Hub } from "../src/api/hub";
import { Tree } from "../src/components/Tree";
import { setLanguage } from "../src/i18n";
import type { AIFlowEvent } from "../src/model/types";
import { Session } from "../src/session/session";
import { FakeTransport, until, WELCOME } from "./fakes";

const PROJECT = "3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e";

let transport: FakeTransport;
let session: Session;
let root: HTMLElement;
let seq = 0;

const frame = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
const rows = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>("[role=treeitem]")];
const row = (path: string): HTMLElement => rows().find((one) => one.dataset["path"] === path)!;
const focusedPath = (): string | undefined => (document.activeElement as HTMLElement | null)?.dataset["path"];
const press = (key: string): boolean =>
  document.activeElement!.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );

async function write(...paths: string[]): Promise<void> {
  for (const path of paths) {
    session.store.value!.push({
      seq: ++seq,
      project_id: PROJECT,
      timestamp: "2026-01-01T00:00:00.000Z",
      event_type: "file_written",
      filename: path.slice(path.lastIndexOf("/") + 1),
      path,
      size_bytes: 1200,
    } as AIFlowEvent);
  }
  await frame();
  await frame();
}

beforeEach(async () => {
  setLanguage("zh");
  seq = 0;
  transport = new FakeTransport();
  session = new Session({ page: new Hub(transport, { pollMs: 5 }), kernel: null }, WELCOME, {
    show: () => undefined,
    idle: () => undefined,
  });
  root = document.createElement("div");
  document.body.append(root);
  session.show(PROJECT);
  await until(() => transport.streams.length > 0, "a stream");
  render(<Tree session={session} />, root);
  await write("game/board.py", "game/snake.py", "main.py");
});

afterEach(() => {
  render(null, root);
  session.close();
  root.remove();
});

describe("the tree", () => {
  it("describes each row to a screen reader", () => {
    expect(rows().map((one) => one.dataset["path"])).toEqual([
      "game",
      "game/board.py",
      "game/snake.py",
      "main.py",
    ]);
    const attributes = (path: string): Record<string, string | null> =>
      Object.fromEntries(
        row(path)
          .getAttributeNames()
          .map((name) => [name, row(path).getAttribute(name)]),
      );
    expect(attributes("game")).toMatchObject({
      "aria-label": "game",
      "aria-level": "1",
      "aria-setsize": "2",
      "aria-posinset": "1",
      "aria-expanded": "true",
      tabindex: "0",
      title: "game",
    });
    expect(attributes("game/snake.py")).toMatchObject({
      "aria-label": "snake.py",
      "aria-description": "1.2 KB",
      "aria-level": "2",
      "aria-setsize": "2",
      "aria-posinset": "2",
      "aria-selected": "false",
      tabindex: "-1",
      title: "game/snake.py",
    });
    expect(row("game/snake.py").hasAttribute("aria-expanded")).toBe(false);
    expect(row("main.py").textContent).toBe("main.py");
  });

  it("marks a file that was written again", async () => {
    await write("main.py");
    expect(row("main.py").dataset["mark"]).toBe("changed");
    expect(row("main.py").getAttribute("aria-description")).toBe("已改 1.2 KB");
  });

  it("is one stop of the Tab key, moved by the arrows, by letters and by a click", async () => {
    row("game").focus();
    press("ArrowDown");
    expect(focusedPath()).toBe("game/board.py");
    press("End");
    expect(focusedPath()).toBe("main.py");
    await frame();
    expect(
      rows()
        .filter((one) => one.tabIndex === 0)
        .map((one) => one.dataset["path"]),
    ).toEqual(["main.py"]);
    press("g");
    expect(focusedPath()).toBe("game");
    row("game/snake.py").click();
    await frame();
    expect(session.path.value).toBe("game/snake.py");
    expect(row("game/snake.py").getAttribute("aria-selected")).toBe("true");
  });

  it("keeps the focus with its row when rows before it come", async () => {
    row("game/snake.py").focus();
    await write("game/apple.py");
    expect(rows()).toHaveLength(5);
    expect(focusedPath()).toBe("game/snake.py");
  });

  it("gives the focus of a row that vanishes to the current row", async () => {
    row("game/board.py").focus();
    await frame();
    session.fold("game", true);
    await frame();
    expect(rows().map((one) => one.dataset["path"])).toEqual(["game", "main.py"]);
    expect(focusedPath()).toBe("game");
  });
});
