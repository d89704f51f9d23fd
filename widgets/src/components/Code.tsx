/** A text with syntax colours: read-only, editable, or growing while the model types it. */

import { diagnosticCount, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { baseExtensions, editing, growing, reading } from "../editor/codemirror";
import { languageOf } from "../editor/languages";
import { featureLines, lightLines, revealLine } from "../editor/featureLines";
import { lineOrigins, showOrigin } from "../editor/lineOrigin";
import { language } from "../i18n";
import type { LineNote, Lines } from "../model/trace";
import type { Diagnostic } from "../model/types";

interface CodeProps {
  path: string;
  text: string;
  label: string;
  /** The end stays visible as the text grows, unless the person scrolled up. */
  live?: boolean;
  diagnostics?: Diagnostic[];
  /** A line to scroll to; `onLine` is called when it is visible. */
  line?: number | null;
  onLine?: () => void;
  /** Lines to light; `reveal` is the one of them to scroll to. */
  lit?: readonly Lines[];
  reveal?: number | null;
  /** Where a line comes from; `onAsk` is called with the line (from 1) that a person asks about. */
  origin?: LineNote | null;
  onAsk?: (line: number) => void;
  onChange?: (text: string) => void;
  onSave?: () => void;
}

type Use = "edit" | "read" | "grow";

/** The state that an editor shows. */
interface Shown {
  editor: EditorView;
  end: FollowedEnd;
  language: string;
  path: string;
  use: Use;
}

function modeOf(latest: { current: CodeProps }, use: Use): Extension {
  // A growing text belongs to no feature yet, and each of its pieces would be measured for the marks.
  if (use === "grow") return growing;
  const mode = use === "edit" ? editing() : reading;
  return [
    lineOrigins((line) => latest.current.onAsk?.(line), { editable: use === "edit" }),
    mode,
    featureLines,
  ];
}

export function Code(props: CodeProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const use: Use = props.onChange ? "edit" : props.live ? "grow" : "read";
  const diagnostics = props.diagnostics ?? NONE;

  useLayoutEffect(() => {
    const draw = (): void => {
      if (!host.current) return;
      shown.current = update(shown.current, host.current, latest, use);
      const { editor, end } = shown.current;
      // CodeMirror moves the marks with typed text; a new text needs them set again.
      if (showText(editor, latest.current.text)) mark(editor, latest.current.diagnostics ?? NONE);
      if (use === "grow") end.scrollToEnd();
    };
    // An editor forces a layout: once, after everything else that this frame draws.
    if (shown.current?.use === "grow" && use === "grow") queueMicrotask(draw);
    else draw();
  }, [props.path, props.text, language.value, use]);

  useLayoutEffect(() => () => shown.current?.editor.destroy(), []);

  useEffect(() => {
    mark(shown.current!.editor, diagnostics);
  }, [diagnostics, props.path, language.value]);

  useEffect(() => {
    if (!shown.current || !props.line) return;
    showLine(shown.current.editor, props.line);
    latest.current.onLine?.();
  }, [props.line]);

  const { lit = NO_LINES, reveal = null, origin = null } = props;
  useEffect(() => {
    lightLines(shown.current!.editor, lit);
    if (reveal !== null) revealLine(shown.current!.editor, reveal);
  }, [lit, reveal, props.path, language.value]);

  useEffect(() => {
    showOrigin(shown.current!.editor, origin);
  }, [origin, props.path, language.value]);

  return <div class="af-code" ref={host} />;
}

/** Make the editor, or switch it to another file or to another use of the same one. */
function update(before: Shown | null, host: HTMLElement, latest: { current: CodeProps }, use: Use): Shown {
  const { path, text } = latest.current;
  const editor = before?.editor ?? new EditorView({ parent: host, state: stateOf(latest, use) });
  const end = before?.end ?? new FollowedEnd(editor);
  const now = { editor, end, language: language.value, path, use };
  if (before?.language === now.language && before.path === path && before.use === use) return before;
  if (before?.language === now.language && before.path === path) {
    editor.dispatch({ effects: modeCompartment.reconfigure(modeOf(latest, use)) });
    return now;
  }
  // A new editor or state would measure everything again. Files that the model types one after the other are
  // therefore one document that changes; nobody edited them, so there is no history to drop.
  if (before?.language === now.language && before.use === "grow" && use === "grow") {
    const effects =
      languageOf(before.path) === languageOf(path) ? [] : languageCompartment.reconfigure(languageOf(path));
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: text },
      selection: { anchor: 0 },
      effects,
    });
  } else if (before) {
    editor.setState(stateOf(latest, use));
    if (use !== "grow") editor.scrollDOM.scrollTop = 0;
  }
  end.reset();
  return now;
}

/** Keeps the end of a growing text visible, unless the person scrolled up. */
class FollowedEnd {
  followed = true;
  /** The scroll position when the end was last shown. Growth since then is no scrolling up. */
  #top = 0;

  constructor(readonly editor: EditorView) {
    editor.scrollDOM.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = editor.scrollDOM;
      const stays = this.followed && this.#top > 0 && scrollTop > this.#top - NEAR;
      this.followed = stays || scrollHeight - scrollTop - clientHeight < NEAR;
    });
  }

  /** Start with another text. */
  reset(): void {
    this.followed = true;
    this.#top = 0;
  }

  /** Scroll to the end, in this frame. */
  scrollToEnd(): void {
    if (!this.followed) return;
    this.editor.requestMeasure({
      key: this,
      read: ({ scrollDOM }) => scrollDOM.scrollHeight - scrollDOM.clientHeight,
      write: (top, { scrollDOM }) => {
        scrollDOM.scrollTop = this.#top = top;
      },
    });
    // Reading a height makes the editor measure now, and not in a frame of its own.
    this.editor.elementAtHeight(0);
  }
}

/** Pixels. */
const NEAR = 48;
const modeCompartment = new Compartment();
const languageCompartment = new Compartment();
const NONE: Diagnostic[] = [];
const NO_LINES: readonly Lines[] = [];
const BY_HAND = ["input", "delete", "undo", "redo", "move"];

function stateOf(latest: { current: CodeProps }, use: Use): EditorState {
  const { path, text } = latest.current;
  return EditorState.create({
    doc: text,
    extensions: [
      baseExtensions(() => latest.current.label),
      languageCompartment.of(languageOf(path)),
      modeCompartment.of(modeOf(latest, use)),
      EditorView.updateListener.of(({ docChanged, transactions, state }) => {
        if (!docChanged || !transactions.some((change) => BY_HAND.some((kind) => change.isUserEvent(kind))))
          return;
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

/** Replace only the part that differs, so that the selection stays; return whether there is one. */
function showText(editor: EditorView, text: string): boolean {
  const old = editor.state.doc.toString();
  if (old === text) return false;
  const from = text.startsWith(old) ? old.length : samePrefix(old, text);
  const same = sameSuffix(old, text, Math.min(old.length, text.length) - from);
  editor.dispatch({ changes: { from, to: old.length - same, insert: text.slice(from, text.length - same) } });
  return true;
}

function samePrefix(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

function sameSuffix(one: string, other: string, most: number): number {
  let count = 0;
  while (
    count < most &&
    one.charCodeAt(one.length - 1 - count) === other.charCodeAt(other.length - 1 - count)
  )
    count++;
  return count;
}

function mark(editor: EditorView, diagnostics: Diagnostic[]): void {
  if (diagnostics.length === 0 && diagnosticCount(editor.state) === 0) return;
  editor.dispatch(setDiagnostics(editor.state, marks(editor.state.doc, diagnostics)));
}

/** Scroll a line (from 1) into the middle and select it. */
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
      return {
        from: line.from,
        to: line.to,
        severity: found.severity,
        message: found.message,
        source: found.rule,
      };
    })
    .sort((a, b) => a.from - b.from);
}
