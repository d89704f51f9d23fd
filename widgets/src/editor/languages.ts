/** The language of a file's text, by the ending of its name. */

import { css } from "@codemirror/lang-css";
import { html } from "@codemirror/lang-html";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { StreamLanguage } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

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
