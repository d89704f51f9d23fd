/** The files on disk as a tree: only the rows in sight are in the document, so 10,000 scroll like ten. */

import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Session } from "../state/session";
import { treeKey, treeRows, typeAhead, type Row } from "../state/tree";
import { formatSize, t } from "../i18n";
import { Icon } from "./icons";

const ROW = 28;
const MARGIN = 8;
/** Until the box is laid out. */
const UNKNOWN_HEIGHT = 400;
const TYPE_AHEAD_MS = 700;

export function Tree({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const revision = store?.filesRevision.value;
  const files = store?.snapshot.files;
  const closed = session.closed.value;
  const rows = useMemo(() => (files ? treeRows(files, closed) : []), [files, revision, closed]);
  const box = useRef<HTMLDivElement>(null);
  const [top, height, onScroll] = useWindow(box);
  const [focused, setFocused] = useState<string | null>(null);
  const typed = useRef({ text: "", at: 0 });
  const selected = session.tab.value === "file" ? session.path.value : null;

  const current = Math.max(0, rows.findIndex((row) => row.path === (focused ?? selected)));
  const fold = (row: Row, shut: boolean): void => session.fold(row.path, shut);
  const choose = (row: Row): void => {
    setFocused(row.path);
    if (row.folder) fold(row, row.open);
    else session.look("file", row.path);
  };
  const moveTo = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    setFocused(row.path);
    focusRow(box.current, index, row.path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeKey(rows, current, event.key);
    const row = rows[current];
    if (!move && event.key.length !== 1) return;
    event.preventDefault();
    event.stopPropagation();
    if (!move) {
      const fresh = event.timeStamp - typed.current.at > TYPE_AHEAD_MS;
      typed.current = { text: (fresh ? "" : typed.current.text) + event.key, at: event.timeStamp };
      moveTo(typeAhead(rows, current, typed.current.text));
      return;
    }
    typed.current = { text: "", at: 0 };
    if ("to" in move) moveTo(move.to);
    else if (row && "fold" in move) fold(row, move.fold);
    else if (row) choose(row);
  };

  const first = Math.max(0, Math.floor(top / ROW) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW) + MARGIN);
  const shown = rows.slice(first, last).map((row, offset) => ({ row, index: first + offset }));
  // The row that holds the focus stays in the document, or scrolling would drop it.
  if (rows[current] && (current < first || current >= last)) shown.push({ row: rows[current], index: current });

  return (
    <div class="af-tree-box" ref={box} onScroll={onScroll}>
      <div
        role="tree"
        aria-label={t("files.tree")}
        class="af-tree"
        style={{ height: `${rows.length * ROW}px` }}
        onKeyDown={onKeyDown}
      >
        {shown.map(({ row, index }) => (
          <TreeRow
            key={row.path}
            row={row}
            top={index * ROW}
            selected={row.path === selected}
            tabbable={index === current}
            onChoose={() => choose(row)}
            onFocus={() => setFocused(row.path)}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: Row;
  top: number;
  selected: boolean;
  tabbable: boolean;
  onChoose(): void;
  onFocus(): void;
}

function TreeRow({ row, top, selected, tabbable, onChoose, onFocus }: RowProps): JSX.Element {
  const mark = row.file ? markOf(row) : null;
  return (
    <div
      role="treeitem"
      class="af-row"
      style={{ top: `${top}px`, paddingInlineStart: `${8 + (row.level - 1) * 16}px` }}
      data-path={row.path}
      data-mark={mark?.kind}
      aria-label={row.name}
      aria-description={row.file ? `${mark?.text ?? ""} ${formatSize(row.file.size_bytes)}`.trim() : undefined}
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-selected={selected}
      aria-expanded={row.folder ? row.open : undefined}
      tabIndex={tabbable ? 0 : -1}
      title={row.path}
      onClick={onChoose}
      onFocus={onFocus}
    >
      <Icon name={row.folder ? (row.open ? "chevron" : "chevron") : "file"} class={row.folder && row.open ? "af-turned" : ""} />
      <span class="af-name">{row.name}</span>
      {/* Not as text: the row is named by the file alone, and its description says this too. */}
      {row.file && <em aria-hidden="true" data-text={mark ? mark.text : formatSize(row.file.size_bytes)} />}
    </div>
  );
}

const NEW_FOR_MS = 12_000;

function markOf(row: Row): { kind: string; text: string } | null {
  const { file } = row;
  if (!file) return null;
  if (file.status === "error") return { kind: "error", text: t("files.error") };
  if (file.status === "typing") return { kind: "typing", text: t("files.typing") };
  if (file.writes > 1) return { kind: "changed", text: t("files.changed") };
  const age = Date.now() - Date.parse(file.written_at ?? "");
  return age < NEW_FOR_MS ? { kind: "new", text: t("files.new") } : null;
}

/** Which part of a scrolled box is in sight. */
function useWindow(box: { current: HTMLDivElement | null }): [number, number, () => void] {
  const [[top, height], setWindow] = useState([0, UNKNOWN_HEIGHT]);
  const read = (): void => {
    const element = box.current;
    if (!element) return;
    // Whole rows only: scrolling by less shows what is there already.
    const next: [number, number] = [Math.floor(element.scrollTop / ROW) * ROW, element.clientHeight || UNKNOWN_HEIGHT];
    setWindow((old) => (old[0] === next[0] && old[1] === next[1] ? old : next));
  };
  useLayoutEffect(() => {
    read();
    const element = box.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [top!, height!, read];
}

/** Bring a row into sight, then (once it is in the document) give it the focus. */
function focusRow(box: HTMLElement | null, index: number, path: string): void {
  if (!box) return;
  const top = index * ROW;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  requestAnimationFrame(() => {
    box.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus({ preventScroll: true });
  });
}
