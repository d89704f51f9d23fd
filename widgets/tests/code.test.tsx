import { undo } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import { Code } from "../src/components/Code";
import { setLanguage } from "../src/i18n";

let root: HTMLElement;

beforeEach(() => {
  setLanguage("zh");
  root = document.createElement("div");
  root.dataset["testRoot"] = "";
  document.body.append(root);
});

const editor = (): EditorView => EditorView.findFromDOM(root.querySelector<HTMLElement>(".cm-editor")!)!;
const shown = (): string => editor().state.doc.toString();
const label = (): string | null => editor().contentDOM.getAttribute("aria-label");
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** As a file that is typed comes: piece by piece. */
async function type(path: string, ...pieces: string[]): Promise<void> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    render(<Code path={path} text={text} label={path} live />, root);
    await nextTask();
  }
}

describe("a text with colours", () => {
  it("goes from one typed file to the next in the same editor", async () => {
    await type("one.py", "import os\n", "print(1)\n");
    const before = editor();
    await type("two.py", "x = 2\n", "y = 3\n");
    expect(editor()).toBe(before);
    expect(shown()).toBe("x = 2\ny = 3\n");
    expect(label()).toBe("two.py");
    await type("three.json", '{"a": 1}');
    expect(shown()).toBe('{"a": 1}');
    expect(root.querySelectorAll(".cm-line span").length).toBeGreaterThan(0);
  });

  it("draws what came last where several pieces come at once", async () => {
    await type("one.py", "a");
    render(<Code path="one.py" text="ab" label="one.py" live />, root);
    render(<Code path="two.py" text="c" label="two.py" live />, root);
    await nextTask();
    expect([shown(), label()]).toEqual(["c", "two.py"]);
  });

  it("takes nothing of what was typed by the model back when its reader undoes", async () => {
    const said: string[] = [];
    await type("one.py", "a = 1\n", "b = 2\n");
    render(
      <Code path="one.py" text={"a = 1\nb = 2\n"} label="one.py" onChange={(text) => said.push(text)} />,
      root,
    );
    expect(undo(editor())).toBe(false);
    editor().dispatch({ changes: { from: 0, insert: "# " }, userEvent: "input.type" });
    expect(undo(editor())).toBe(true);
    expect(undo(editor())).toBe(false);
    expect(said).toEqual(["# a = 1\nb = 2\n", "a = 1\nb = 2\n"]);
  });

  it("is written in while it is edited only", async () => {
    await type("one.py", "a");
    expect(editor().state.readOnly).toBe(true);
    render(<Code path="one.py" text="a" label="one.py" />, root);
    expect(editor().state.readOnly).toBe(true);
    render(<Code path="one.py" text="a" label="one.py" onChange={() => undefined} />, root);
    expect(editor().state.readOnly).toBe(false);
  });

  it("is not drawn when it is gone before its turn", async () => {
    await type("one.py", "a");
    render(<Code path="one.py" text="ab" label="one.py" live />, root);
    render(null, root);
    await nextTask();
    expect(root.childElementCount).toBe(0);
  });
});
