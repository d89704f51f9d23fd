/**
 * CodeMirror's configuration: the look of the page's theme, and phrases in the interface's language.
 */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { language as uiLanguage, t } from "../i18n";
import { zhPhrases } from "../i18n/codemirror";
import { editorColours } from "./colours";

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--af-ink)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--af-mono)", lineHeight: "1.62", overflow: "auto" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--af-ink)" },
  ".cm-line": { padding: "0 14px 0 8px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--af-ink3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 14px", minWidth: "38px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--af-hover)" },
  // The gutter of findings is narrow: most files have none.
  ".cm-gutter-lint": { width: "10px" },
  ".cm-gutter-lint .cm-gutterElement": { display: "flex", alignItems: "center", padding: "0" },
  ".cm-lint-marker": { width: "10px", height: "10px" },
  ".cm-cursor": { borderLeftColor: "var(--af-ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--af-selection)",
  },
  ".cm-panels": { backgroundColor: "var(--af-bg2)", color: "var(--af-ink)", borderColor: "var(--af-line)" },
  ".cm-tooltip": {
    backgroundColor: "var(--af-bg)",
    color: "var(--af-ink)",
    border: "1px solid var(--af-line)",
  },
});

/** The extensions of every editor. `label` is a function because the label changes with the text. */
export function baseExtensions(label: () => string): Extension[] {
  return [
    lineNumbers(),
    lintGutter(),
    bracketMatching(),
    // A beginner sees where else a name is used by double-clicking it.
    highlightSelectionMatches(),
    syntaxHighlighting(editorColours),
    theme,
    indentUnit.of("    "),
    // No completion: its popup would take Enter and the arrow keys from a person who is learning to type.
    keymap.of([...defaultKeymap, ...searchKeymap]),
    // An editable text is reached by Tab anyway; accessibility checkers look for the attribute.
    EditorView.contentAttributes.of(() => ({ "aria-label": label(), tabindex: "0" })),
    uiLanguage.value === "zh" ? EditorState.phrases.of(zhPhrases) : [],
  ];
}

/** Tab indents, and leaves the editor only after Esc: the description says so, as it cannot be guessed. */
export const editing = (): Extension => [
  drawSelection(),
  history(),
  highlightActiveLine(),
  keymap.of([...historyKeymap, indentWithTab]),
  EditorView.contentAttributes.of({ "aria-description": t("view.file.leave") }),
];
export const reading: Extension = [drawSelection(), EditorState.readOnly.of(true)];
/**
 * While the model types: the selection is the browser's own, as CodeMirror would measure a drawn one with
 * each piece.
 */
export const growing: Extension = [
  EditorState.readOnly.of(true),
  EditorView.theme({
    ".cm-line::selection, .cm-line ::selection": { backgroundColor: "var(--af-selection)" },
  }),
];
