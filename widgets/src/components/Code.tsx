/** A text with syntax colours: read, edited, or growing while somebody types it. */

import { diagnosticCount, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
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
  const shown = useRef("");
  const mode = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;
  const editable = props.onChange !== undefined;
  const diagnostics = props.diagnostics ?? NONE;

  useLayoutEffect(() => {
    const what = `${language.value} ${props.path}`;
    if (view.current && shown.current === what) return;
    shown.current = what;
    const state = stateOf(latest, mode.current);
    // Another file is another state of the same editor: a new editor would have to measure everything anew.
    if (view.current) {
      view.current.setState(state);
      if (!props.live) view.current.scrollDOM.scrollTop = 0;
    } else {
      view.current = new EditorView({ parent: host.current!, state });
    }
    if (props.live) showEnd(view.current);
  }, [props.path, language.value]);

  useLayoutEffect(() => () => view.current?.destroy(), []);

  useLayoutEffect(() => {
    view.current?.dispatch({ effects: mode.current.reconfigure(editable ? editing() : reading) });
  }, [editable]);

  useLayoutEffect(() => {
    const editor = view.current!;
    // What the reader types moves the marks by itself; a text from elsewhere has them on the lines that it was told.
    if (showText(editor, props.text, props.live ?? false)) mark(editor, latest.current.diagnostics ?? NONE);
  }, [props.text, props.live, props.path]);

  useEffect(() => {
    mark(view.current!, diagnostics);
  }, [diagnostics, props.path, language.value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !props.line) return;
    showLine(editor, props.line);
    latest.current.onLine?.();
  }, [props.line]);

  return <div class="af-code" ref={host} />;
}

const NONE: Diagnostic[] = [];
const BY_HAND = ["input", "delete", "undo", "redo", "move"];

function stateOf(latest: { current: CodeProps }, mode: Compartment): EditorState {
  const { path, text, label, onChange } = latest.current;
  return EditorState.create({
    doc: text,
    extensions: [
      baseExtensions(label),
      languageOf(path),
      mode.of(onChange ? editing() : reading),
      EditorView.updateListener.of(({ docChanged, transactions, state }) => {
        if (!docChanged || !transactions.some((change) => BY_HAND.some((kind) => change.isUserEvent(kind)))) return;
        latest.current.onChange?.(state.doc.toString());
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
  });
}

/** Change what differs and no more (no flicker, the selection stays); true if anything did. */
function showText(editor: EditorView, text: string, live: boolean): boolean {
  const old = editor.state.doc.toString();
  if (old === text) return false;
  const scroller = editor.scrollDOM;
  const atEnd = live && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  const from = text.startsWith(old) ? old.length : samePrefix(old, text);
  const same = sameSuffix(old, text, Math.min(old.length, text.length) - from);
  editor.dispatch({ changes: { from, to: old.length - same, insert: text.slice(from, text.length - same) } });
  if (atEnd) showEnd(editor);
  return true;
}

function showEnd(editor: EditorView): void {
  editor.requestMeasure({
    key: showEnd,
    read: ({ scrollDOM }) => scrollDOM.scrollHeight,
    write: (height, { scrollDOM }) => {
      scrollDOM.scrollTop = height;
    },
  });
}

function samePrefix(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

function sameSuffix(one: string, other: string, most: number): number {
  let count = 0;
  while (count < most && one.charCodeAt(one.length - 1 - count) === other.charCodeAt(other.length - 1 - count)) count++;
  return count;
}

function mark(editor: EditorView, diagnostics: Diagnostic[]): void {
  if (diagnostics.length === 0 && diagnosticCount(editor.state) === 0) return;
  editor.dispatch(setDiagnostics(editor.state, marks(editor.state.doc, diagnostics)));
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
