/** The files on disk as a tree: only the rows in sight are in the document, so 10,000 scroll like ten. */

import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Session } from "../session/session";
import { treeKey, treeRows, typeAhead, type Row } from "../model/tree";
import { t } from "../i18n";
import { ROW, TreeRows } from "./treeRows";

const TYPE_AHEAD_MS = 700;

export function Tree({ session }: { session: Session }): JSX.Element {
  const store = session.store.value;
  const revision = store?.filesRevision.value;
  const files = store?.snapshot.files;
  const closed = session.closed.value;
  const rows = useMemo(() => (files ? treeRows(files, closed) : []), [files, revision, closed]);
  const box = useRef<HTMLDivElement>(null);
  const tree = useRef<HTMLDivElement>(null);
  const view = useRef<TreeRows>(null);
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

  useLayoutEffect(() => {
    const made = new TreeRows(box.current!, tree.current!);
    view.current = made;
    return () => made.close();
  }, []);
  useLayoutEffect(() => view.current!.show({ rows, selected, current }));

  return (
    <div class="af-tree-box" ref={box} onScroll={() => view.current?.scrolled()}>
      <div
        role="tree"
        aria-label={t("files.tree")}
        class="af-tree"
        ref={tree}
        style={{ height: `${rows.length * ROW}px` }}
        onKeyDown={onKeyDown}
        onPointerDown={() => view.current?.holdStill()}
        onPointerUp={() => view.current?.awaitRest()}
        onClick={({ target }) => {
          const row = rowOf(rows, target);
          if (row) choose(row);
        }}
        onFocusIn={({ target }) => setFocused(rowOf(rows, target)?.path ?? null)}
      />
    </div>
  );
}

/** The row that an event came from. */
function rowOf(rows: Row[], target: EventTarget | null): Row | undefined {
  const path = (target as Element).closest<HTMLElement>("[role=treeitem]")?.dataset["path"];
  return rows.find((row) => row.path === path);
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
