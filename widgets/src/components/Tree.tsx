/**
 * The files on disk as a tree, used by the mouse and by the keyboard (WAI-ARIA Authoring Practices, tree
 * view).
 */

import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { awaitedFiles, isChange } from "../model/change";
import { ageMark, changeMark, litMark } from "../model/treeMarks";
import { type Row, treeKey, treeRows, typeAhead } from "../model/tree";
import type { Session } from "../session/session";
import { tracesOf } from "../session/traces";
import { TreeRow } from "./TreeRow";

const NO_FILES: ReadonlySet<string> = new Set();

const TYPE_AHEAD_MS = 700;

export function Tree({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const traces = tracesOf(session);
  const revision = store?.filesRevision.value;
  const files = store?.snapshot.files;
  const closed = session.closed.value;
  const snapshot = store?.snapshot;
  const change = snapshot !== undefined && isChange(snapshot);
  const imported = snapshot?.version?.cause === "import";
  const { rows, awaited } = useMemo(() => {
    const awaited = snapshot ? awaitedFiles(snapshot) : NO_FILES;
    return { awaited, rows: files ? treeRows(files, closed, change ? awaited : undefined) : [] };
  }, [files, revision, closed, change]);
  const tree = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const typed = useRef({ text: "", at: 0 });
  const selected = session.tab.value === "file" ? session.path.value : null;

  const current = Math.max(
    0,
    rows.findIndex((row) => row.path === (focused ?? selected)),
  );
  const choose = (row: Row): void => {
    setFocused(row.path);
    if (row.folder) session.fold(row.path, row.open);
    else session.openTab("file", row.path);
  };
  const moveTo = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    setFocused(row.path);
    focusRow(tree.current, index);
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
    else if (row && "fold" in move) session.fold(row.path, move.fold);
    else if (row) choose(row);
  };

  // A focused row may vanish (its folder is closed, its file deleted): the focus then goes to the current
  // row.
  const hadFocus = hasFocus(tree.current);
  useLayoutEffect(() => {
    if (hadFocus && !hasFocus(tree.current)) focusRow(tree.current, current);
  });

  return (
    <div class="af-tree-box">
      <div
        role="tree"
        aria-label={t("files.tree")}
        class="af-tree"
        ref={tree}
        onKeyDown={onKeyDown}
        onClick={({ target }) => {
          const row = rowOf(rows, target);
          if (row) choose(row);
        }}
        onFocusIn={({ target }) => setFocused(rowOf(rows, target)?.path ?? null)}>
        {rows.map((row, index) => (
          <TreeRow
            key={row.path}
            row={row}
            selected={row.path === selected}
            tabStop={index === current}
            mark={
              litMark(row, traces.feature.value) ??
              (change ? changeMark(row, snapshot.changes, awaited) : ageMark(row, imported))
            }
          />
        ))}
      </div>
    </div>
  );
}

/** The row that an event came from. */
function rowOf(rows: Row[], target: EventTarget | null): Row | undefined {
  const path = (target as Element).closest<HTMLElement>("[role=treeitem]")?.dataset["path"];
  return rows.find((row) => row.path === path);
}

function hasFocus(tree: HTMLElement | null): boolean {
  return tree !== null && tree.contains((tree.getRootNode() as Document | ShadowRoot).activeElement);
}

/** Give a row the focus. Only the tree scrolls, never the notebook around it. */
function focusRow(tree: HTMLElement | null, index: number): void {
  const row = tree?.children[index] as HTMLElement | undefined;
  const box = tree?.parentElement;
  if (!row || !box) return;
  row.focus({ preventScroll: true });
  const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
