/** The note that says where a line comes from, and the ways to ask for it: the number, Alt+Enter. */

import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, showTooltip, type Tooltip } from "@codemirror/view";
import { t } from "../i18n";
import type { LineNote } from "../model/trace";

const setNote = StateEffect.define<LineNote | null>();

const field = StateField.define<Tooltip | null>({
  create: () => null,
  update(note, change) {
    for (const effect of change.effects)
      if (effect.is(setNote))
        return effect.value && tooltip(change.state.doc.line(effect.value.line).from, effect.value);
    // The line may be another one after an edit.
    return change.docChanged ? null : note;
  },
  provide: (one) => showTooltip.from(one),
});

function tooltip(pos: number, { lead, emphasis, more }: LineNote): Tooltip {
  return {
    pos,
    above: false,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "af-origin-note";
      dom.setAttribute("role", "note");
      const sentence = document.createElement("p");
      const strong = document.createElement("b");
      strong.textContent = emphasis;
      sentence.append(lead, strong);
      dom.append(sentence);
      if (more) dom.append(Object.assign(document.createElement("p"), { textContent: more }));
      return { dom };
    },
  };
}

/** Let a person ask about a line; `onAsk` gets its number, from 1. */
export function lineOrigins(onAsk: (line: number) => void, { editable }: { editable: boolean }): Extension {
  const ask = (view: EditorView, position: number): true => {
    onAsk(view.state.doc.lineAt(position).number);
    return true;
  };
  return [
    field,
    lineNumbers({
      domEventHandlers: {
        click: (view, { from }) => ask(view, from),
        mouseover: (_, __, event) => {
          (event.target as HTMLElement).title = t("trace.gutter");
          return false;
        },
      },
    }),
    // Before the description of an editable text, which it contains.
    EditorView.contentAttributes.of(() => ({
      "aria-description": [editable && t("view.file.leave"), t("trace.key")].filter(Boolean).join("; "),
    })),
    Prec.high(keymap.of([{ key: "Alt-Enter", run: (view) => ask(view, view.state.selection.main.head) }])),
  ];
}

/** Show the note of a line; null hides it. */
export function showOrigin(editor: EditorView, note: LineNote | null): void {
  if (!note && !editor.state.field(field, false)) return;
  const line = note && Math.min(note.line, editor.state.doc.lines);
  const text = note ? [note.lead + note.emphasis, note.more].filter(Boolean).join(" ") : "";
  editor.dispatch({
    effects: [setNote.of(note && { ...note, line: line! }), ...(note ? [EditorView.announce.of(text)] : [])],
  });
}
