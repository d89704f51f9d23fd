/** The lines of the chosen feature in an editor: lit, and marked beside the scrollbar. */

import { type EditorState, type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Lines } from "../model/trace";

const setLines = StateEffect.define<readonly Lines[]>();
const LIT = Decoration.line({ class: "af-lit" });

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lit, change) {
    // What is typed moves the lines below it.
    let next = lit.map(change.changes);
    for (const effect of change.effects)
      if (effect.is(setLines)) next = Decoration.set(decorations(change.state.doc, effect.value));
    return next;
  },
  provide: (one) => EditorView.decorations.from(one),
});

function decorations(doc: Text, blocks: readonly Lines[]): ReturnType<typeof LIT.range>[] {
  return blocks.flatMap(([first, last]) => {
    const end = Math.min(last, doc.lines);
    return Array.from({ length: Math.max(0, end - first + 1) }, (_, at) =>
      LIT.range(doc.line(first + at).from),
    );
  });
}

/** A thin column over the scrollbar, so that lines out of sight can be seen to exist. */
const marks = ViewPlugin.fromClass(
  class {
    private readonly column = document.createElement("div");

    constructor(view: EditorView) {
      this.column.className = "af-lit-marks";
      this.column.setAttribute("aria-hidden", "true");
      view.dom.append(this.column);
      this.draw(view);
    }

    update(update: ViewUpdate): void {
      const changed = update.startState.field(field) !== update.state.field(field);
      if (changed || update.geometryChanged) this.draw(update.view);
    }

    destroy(): void {
      this.column.remove();
    }

    private draw(view: EditorView): void {
      const { lines } = view.state.doc;
      this.column.replaceChildren(
        ...blocksOf(view.state).map(([first, last]) => {
          const mark = document.createElement("i");
          mark.style.top = `${((first - 1) / lines) * 100}%`;
          mark.style.height = `${((last - first + 1) / lines) * 100}%`;
          return mark;
        }),
      );
    }
  },
);

/** The lit lines as they are now, in blocks. */
function blocksOf(state: EditorState): Lines[] {
  const blocks: [number, number][] = [];
  for (const cursor = state.field(field).iter(); cursor.value; cursor.next()) {
    const { number } = state.doc.lineAt(cursor.from);
    const block = blocks.at(-1);
    if (block?.[1] === number - 1) block[1] = number;
    else blocks.push([number, number]);
  }
  return blocks;
}

export const featureLines: Extension = [field, marks];

export function lightLines(editor: EditorView, blocks: readonly Lines[]): void {
  const lit = editor.state.field(field, false);
  if (!lit || (blocks.length === 0 && lit.size === 0)) return;
  editor.dispatch({ effects: setLines.of(blocks) });
}

/** Scroll a line (from 1) into the middle. The focus stays where it is. */
export function revealLine(editor: EditorView, number: number): void {
  const { doc } = editor.state;
  const { from } = doc.line(Math.min(Math.max(1, number), doc.lines));
  editor.dispatch({ effects: EditorView.scrollIntoView(from, { y: "center" }) });
}
