/**
 * CodeMirror's configuration: languages, the colours of the page's theme, and phrases in the interface's
 * language.
 */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { css } from "@codemirror/lang-css";
import { html } from "@codemirror/lang-html";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { language as uiLanguage, t } from "../i18n";
import { zhPhrases } from "../i18n/codemirror";

const colour = (name: string, fallback: string): string =>
  `var(--jp-mirror-editor-${name}-color, ${fallback})`;

const highlight = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.modifier, tags.controlKeyword, tags.operatorKeyword],
    color: "var(--af-code-keyword)",
  },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--af-code-string)" },
  { tag: [tags.comment], color: "var(--af-code-comment)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--af-code-number)" },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
    color: "var(--af-code-def)",
  },
  { tag: [tags.propertyName, tags.attributeName], color: "var(--af-code-property)" },
  { tag: [tags.tagName, tags.typeName, tags.className], color: "var(--af-code-def)" },
  { tag: tags.heading, fontWeight: "600", color: "var(--af-code-def)" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: [tags.link, tags.url], color: "var(--af-code-string)" },
  { tag: tags.invalid, color: colour("error", "#c02b2b") },
]);

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

const languages = new Map<string, Extension>();

/**
 * Return the same extension for all files of a kind, so that an editor that changes files is not
 * reconfigured.
 */
export function languageOf(path: string): Extension {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const found = languages.get(ending) ?? makeLanguage(ending);
  languages.set(ending, found);
  return found;
}

function makeLanguage(ending: string): Extension {
  switch (ending) {
    case "py":
    case "pyw":
      return python();
    case "md":
    case "markdown":
      return [markdown(), EditorView.lineWrapping];
    case "json":
    case "ipynb":
      return json();
    case "html":
    case "htm":
      return html();
    case "css":
      return css();
    case "toml":
      return StreamLanguage.define(toml);
    default:
      return [];
  }
}

/** The extensions of every editor. `label` is a function because the label changes with the text. */
export function baseExtensions(label: () => string): Extension[] {
  return [
    lineNumbers(),
    lintGutter(),
    bracketMatching(),
    // A beginner sees where else a name is used by double-clicking it.
    highlightSelectionMatches(),
    syntaxHighlighting(highlight),
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
