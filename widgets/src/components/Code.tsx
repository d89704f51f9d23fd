/** A text with syntax colours: read, edited, or growing while somebody types it. */

import { setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { Compartment, EditorState, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { language } from "../i18n";
import type { Diagnostic } from "../types";
import { baseExtensions, editing, languageOf, reading } from "./codemirror";

interface CodeProps {
  path: string;
  text: string;
  label: string;
  /** The end stays in sight as the text grows, unless the reader scrolled up. */
  live?: boolean;
  diagnostics?: Diagnostic[];
  /** A line to look at; `onLine` is told when it is in sight. */
  line?: number | null;
  onLine?: () => void;
  onChange?: (text: string) => void;
  onSave?: () => void;
}

export function Code(props: CodeProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const mode = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;
  const editable = props.onChange !== undefined;

  useLayoutEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: props.text,
        extensions: [
          baseExtensions(props.label),
          languageOf(props.path),
          mode.current.of(editable ? editing : reading),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && update.transactions.some((change) => change.isUserEvent("input") || change.isUserEvent("delete") || change.isUserEvent("undo") || change.isUserEvent("redo") || change.isUserEvent("move"))) {
              latest.current.onChange?.(update.state.doc.toString());
            }
          }),
          EditorView.domEventHandlers({
            keydown: (event) => {
              if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || !latest.current.onSave) return false;
              event.preventDefault();
              event.stopPropagation();
              latest.current.onSave();
              return true;
            },
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [props.path, language.value]);

  useLayoutEffect(() => {
    view.current?.dispatch({ effects: mode.current.reconfigure(editable ? editing : reading) });
  }, [editable]);

  useLayoutEffect(() => {
    if (view.current) showText(view.current, props.text, props.live ?? false);
  }, [props.text, props.live, props.path]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, marks(editor.state.doc, props.diagnostics ?? [])));
  }, [props.diagnostics, props.text, props.path]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !props.line) return;
    showLine(editor, props.line);
    latest.current.onLine?.();
  }, [props.line]);

  return <div class="af-code" ref={host} />;
}

/** Grow where the new text continues the old one (no flicker, the selection stays), else replace. */
function showText(editor: EditorView, text: string, live: boolean): void {
  const old = editor.state.doc;
  const { scroller } = { scroller: editor.scrollDOM };
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  const current = old.toString();
  if (current === text) return;
  if (text.startsWith(current)) {
    editor.dispatch({ changes: { from: old.length, insert: text.slice(current.length) } });
  } else {
    editor.dispatch({ changes: { from: 0, to: old.length, insert: text } });
  }
  if (live && atEnd) {
    editor.requestMeasure({
      read: () => scroller.scrollHeight,
      write: (height) => {
        scroller.scrollTop = height;
      },
    });
  }
}

/** Put a line (from 1) into the middle, marked by the cursor. */
function showLine(editor: EditorView, number: number): void {
  const line = editor.state.doc.line(Math.min(Math.max(1, number), editor.state.doc.lines));
  editor.dispatch({
    selection: { anchor: line.from, head: line.to },
    effects: EditorView.scrollIntoView(line.from, { y: "center" }),
  });
  editor.focus();
}

function marks(doc: Text, diagnostics: Diagnostic[]): Mark[] {
  return diagnostics
    .filter((found) => found.line !== null && found.line >= 1 && found.line <= doc.lines)
    .map((found) => {
      const line = doc.line(found.line!);
      return { from: line.from, to: line.to, severity: found.severity, message: found.message, source: found.rule };
    })
    .sort((a, b) => a.from - b.from);
}
