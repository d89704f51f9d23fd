/**
 * A project's files as the rows of a tree: folders first, by name; the content of closed folders is left out.
 */

import { fileAt } from "./fold";
import type { FileSnapshot } from "./types";

export interface Row {
  path: string;
  name: string;
  level: number;
  /** Its position among its siblings, from 1, and their number. */
  position: number;
  siblings: number;
  folder: boolean;
  open: boolean;
  file: FileSnapshot | null;
}

interface Folder {
  path: string;
  folders: Map<string, Folder>;
  files: FileSnapshot[];
}

/** The files on disk, as rows; with `planned`, also those that are not there yet, in their places. */
export function treeRows(
  files: Record<string, FileSnapshot>,
  closed: ReadonlySet<string>,
  planned?: Iterable<string>,
): Row[] {
  // In a change the tree does not move: a file that is typed or planned has its place from the beginning.
  const showsTyped = planned !== undefined;
  const root: Folder = { path: "", folders: new Map(), files: [] };
  const known = new Map([["", root]]);
  for (const path in files) {
    const file = files[path]!;
    if (!isOnDisk(file) && !showsTyped) continue;
    if (file.type === "directory") folderAt(known, path);
    else folderAt(known, parentPath(path)).files.push(file);
  }
  for (const path of planned ?? [])
    if (!files[path]) folderAt(known, parentPath(path)).files.push(fileAt(path, { writes: 0 }));
  const rows: Row[] = [];
  addRows(root, 1, closed, rows);
  return rows;
}

/**
 * Whether the file was written whole at least once, even if the model is typing it again. A failed one counts
 * too.
 */
export function isOnDisk(file: FileSnapshot): boolean {
  return file.writes > 0;
}

/** Folders are found by their whole path: the rows are built again with each new file. */
function folderAt(known: Map<string, Folder>, path: string): Folder {
  let folder = known.get(path);
  if (folder) return folder;
  folder = { path, folders: new Map(), files: [] };
  known.set(path, folder);
  folderAt(known, parentPath(path)).folders.set(path.slice(path.lastIndexOf("/") + 1), folder);
  return folder;
}

function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function addRows(folder: Folder, level: number, closed: ReadonlySet<string>, rows: Row[]): void {
  const siblings = folder.folders.size + folder.files.length;
  let position = 0;
  const add = (path: string, file: FileSnapshot | null, open: boolean): void => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    rows.push({ path, name, level, position: ++position, siblings, folder: file === null, open, file });
  };
  for (const name of [...folder.folders.keys()].sort()) {
    const child = folder.folders.get(name)!;
    const open = !closed.has(child.path);
    add(child.path, null, open);
    if (open) addRows(child, level + 1, closed, rows);
  }
  folder.files.sort((a, b) => (a.filename < b.filename ? -1 : 1));
  for (const file of folder.files) add(file.path, file, false);
}

/** Return the effect of a key on the row at `index` (WAI-ARIA Authoring Practices, tree view). */
export type TreeMove = { to: number } | { fold: boolean } | { choose: true } | null;

export function treeKey(rows: Row[], index: number, key: string): TreeMove {
  const row = rows[index];
  switch (key) {
    case "ArrowDown":
      return { to: Math.min(index + 1, rows.length - 1) };
    case "ArrowUp":
      return { to: Math.max(index - 1, 0) };
    case "Home":
      return { to: 0 };
    case "End":
      return { to: rows.length - 1 };
    case "ArrowRight":
      if (!row?.folder) return null;
      return row.open ? { to: Math.min(index + 1, rows.length - 1) } : { fold: false };
    case "ArrowLeft":
      if (row?.folder && row.open) return { fold: true };
      return { to: parentIndex(rows, index) };
    case "Enter":
    case " ":
      return { choose: true };
    default:
      return null;
  }
}

/** Return the next row after `index` whose name starts with the typed letters; the search wraps around. */
export function typeAhead(rows: Row[], index: number, typed: string): number {
  const wanted = typed.toLowerCase();
  const start = wanted.length > 1 ? index : index + 1;
  for (let step = 0; step < rows.length; step++) {
    const at = (start + step) % rows.length;
    if (rows[at]!.name.toLowerCase().startsWith(wanted)) return at;
  }
  return index;
}

function parentIndex(rows: Row[], index: number): number {
  const level = rows[index]?.level ?? 1;
  for (let at = index - 1; at >= 0; at--) if (rows[at]!.level < level) return at;
  return index;
}
