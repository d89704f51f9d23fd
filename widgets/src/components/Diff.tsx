/** The differences between two texts, line by line and within the lines, in one column. */

import { getChunks, goToNextChunk, goToPreviousChunk, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { baseExtensions, reading } from "../editor/codemirror";
import { languageOf } from "../editor/languages";
import { language, t } from "../i18n";
import { Tool } from "./Tool";

/** Draws the bar above the text, with the way from one place to the next in it. */
export type DiffBar = (places: JSX.Element | null) => JSX.Element;

interface DiffProps {
  path: string;
  before: string;
  after: string;
  bar?: DiffBar;
}

export function Diff({ path, before, after, bar }: DiffProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const [place, setPlace] = useState({ at: 0, of: 0 });
  useLayoutEffect(() => {
    if (!host.current || before === after) return setPlace({ at: 0, of: 0 });
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          baseExtensions(() => t("edit.diff")),
          languageOf(path),
          reading,
          wholeLines,
          EditorView.updateListener.of(({ view }) => {
            nameFolds(view);
            setPlace((old) => samePlace(old, placeOf(view.state)));
          }),
          unifiedMergeView({
            original: before,
            mergeControls: false,
            gutter: true,
            collapseUnchanged: { margin: 3, minSize: 6 },
          }),
        ],
      }),
    });
    view.current = editor;
    // In the first place, so that one step leads to the second.
    editor.dispatch({ selection: { anchor: getChunks(editor.state)?.chunks[0]?.fromB ?? 0 } });
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [path, before, after, language.value]);
  const go = (to: typeof goToNextChunk): void => {
    if (view.current) to(view.current);
  };
  const places = (
    <span class="af-places">
      <span>{t("diff.place", place)}</span>
      <Tool icon="up" label={t("diff.previous")} onClick={() => go(goToPreviousChunk)} />
      <Tool icon="down" label={t("diff.next")} onClick={() => go(goToNextChunk)} />
    </span>
  );
  return (
    <>
      {bar?.(place.of > 0 ? places : null)}
      {before === after ? (
        <p class="af-quiet">{t("edit.diff.none")}</p>
      ) : (
        <div class="af-code af-diff" ref={host} onKeyDown={unfold} />
      )}
    </>
  );
}

/** Marks the lines of places where nothing was before: every word in them is new. */
const wholeLines = EditorView.decorations.compute(["doc"], (state) => {
  const { doc } = state;
  const lines = (getChunks(state)?.chunks ?? [])
    .filter(({ fromA, toA }) => fromA === toA)
    .flatMap(({ fromB, endB }) => {
      const [first, last] = [doc.lineAt(fromB).number, doc.lineAt(endB).number];
      return Array.from({ length: last - first + 1 }, (_, at) => WHOLE.range(doc.line(first + at).from));
    });
  return Decoration.set(lines);
});
const WHOLE = Decoration.line({ class: "af-whole" });

interface Place {
  /** From 1. */
  at: number;
  of: number;
}

/** The changed place that the cursor is in or before. */
function placeOf(state: EditorState): Place {
  const chunks = getChunks(state)?.chunks ?? [];
  const { head } = state.selection.main;
  const index = chunks.findIndex((chunk) => chunk.endB >= head);
  return { at: index < 0 ? chunks.length : index + 1, of: chunks.length };
}

function samePlace(old: Place, now: Place): Place {
  return old.at === now.at && old.of === now.of ? old : now;
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
