/** The differences between two texts, line by line, in one column. */

import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { baseExtensions, languageOf, reading } from "../editor/codemirror";
import { language, t } from "../i18n";

export function Diff({ path, before, after }: { path: string; before: string; after: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!host.current || before === after) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          baseExtensions(() => t("edit.diff")),
          languageOf(path),
          reading,
          EditorView.updateListener.of(({ view }) => nameFolds(view)),
          unifiedMergeView({
            original: before,
            mergeControls: false,
            gutter: true,
            collapseUnchanged: { margin: 3, minSize: 6 },
          }),
        ],
      }),
    });
    nameFolds(editor);
    return () => editor.destroy();
  }, [path, before, after, language.value]);
  if (before === after) return <p class="af-quiet">{t("edit.diff.none")}</p>;
  return <div class="af-code af-diff" ref={host} onKeyDown={unfold} />;
}

const FOLD = ".cm-collapsedLines";

/** CodeMirror unfolds unchanged lines by a click only; as buttons the keyboard reaches them. */
function nameFolds(view: EditorView): void {
  for (const fold of view.dom.querySelectorAll<HTMLElement>(FOLD)) {
    fold.role = "button";
    fold.tabIndex = 0;
  }
}

function unfold(event: KeyboardEvent): void {
  const fold = (event.target as Element).closest<HTMLElement>(FOLD);
  if (!fold || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  fold.click();
}
