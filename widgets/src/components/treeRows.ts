/** The rows of the tree that are in the document, written without a view library: while the tree is scrolled, the element of
    a row that left is written over for the row that came, so a frame makes no element, drops none, and leaves no garbage. */

import type { Row } from "../model/tree";
import { formatSize, t } from "../i18n";
import { iconPath } from "./Icon";

export const ROW = 28;
/** Rows beyond each edge of what is in sight, for a scroll that the page hears of late. */
const MARGIN = 8;
/** Until the box is laid out. */
const UNKNOWN_HEIGHT = 400;
/** After the last scroll. */
const REST_MS = 120;
const NEW_FOR_MS = 12_000;

/** What the rows show beside themselves. */
export interface Shown {
  rows: Row[];
  selected: string | null;
  /** The row that the keyboard is on: it stays in the document, or scrolling would drop the focus. */
  current: number;
}

export class TreeRows {
  #shown: Shown = { rows: [], selected: null, current: 0 };
  #parts = new Map<number, RowElement>();
  #spare: RowElement[] = [];
  #top = 0;
  #height = UNKNOWN_HEIGHT;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;
  #observer: ResizeObserver | null = null;

  constructor(readonly box: HTMLElement, readonly tree: HTMLElement) {
    this.#measure();
    if (typeof ResizeObserver === "undefined") return;
    this.#observer = new ResizeObserver(() => {
      this.#measure();
      this.#place(MARGIN);
      this.#sort();
    });
    this.#observer.observe(box);
  }

  close(): void {
    this.#observer?.disconnect();
    clearTimeout(this.#rest);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Other rows, or others of them selected: an element stays with its row, so focus and animations do. A focus whose row is
      gone goes to the row that the keyboard is on instead. */
  show(shown: Shown): void {
    this.#shown = shown;
    const [first, last] = this.#range(MARGIN);
    const wanted = indices(first, last, shown.current, shown.rows.length);
    if (!this.#areThere(wanted)) this.#assign(wanted);
    for (const [index, part] of this.#parts) part.write(shown.rows[index]!, index, shown);
  }

  /** Whether each of these rows has its element, and no other row has one. */
  #areThere(wanted: number[]): boolean {
    return wanted.length === this.#parts.size && wanted.every((index) => this.#parts.get(index)?.path === this.#shown.rows[index]!.path);
  }

  #assign(wanted: number[]): void {
    const shown = this.#shown;
    const byPath = new Map([...this.#parts.values()].map((part) => [part.path, part]));
    this.#parts.clear();
    for (const index of wanted) {
      const { path } = shown.rows[index]!;
      const part = byPath.get(path);
      if (!part) continue;
      this.#parts.set(index, part);
      byPath.delete(path);
    }
    const gone = [...byPath.values()];
    const orphaned = gone.some(({ element }) => element === this.#focused());
    this.#fill(wanted, gone);
    this.#sort();
    if (orphaned) this.#parts.get(shown.current)?.element.focus({ preventScroll: true });
  }

  /** The box was scrolled. */
  scrolled(): void {
    this.#follow();
    // A script may scroll on in this very frame, after the event: what is in sight is known when the frame is drawn.
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#follow();
    });
    this.awaitRest();
  }

  #follow(): void {
    const top = this.box.scrollTop;
    if (top === this.#top) return;
    // Of what was in sight nothing is left: only what is in sight now is worth the frame's time.
    const far = Math.abs(top - this.#top) > this.#height;
    this.#top = top;
    this.#place(far ? 0 : MARGIN);
  }

  /** A pressed button keeps the elements where they are, or its click would find another one under it. */
  holdStill(): void {
    clearTimeout(this.#rest);
  }

  awaitRest(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#place(MARGIN);
      this.#sort();
    }, REST_MS);
  }

  #measure(): void {
    this.#height = this.box.clientHeight || UNKNOWN_HEIGHT;
    this.#top = this.box.scrollTop;
  }

  /** Always as many rows, wherever the scroll stands, so that as many come as leave. */
  #range(margin: number): [number, number] {
    const all = this.#shown.rows.length;
    const count = Math.min(all, Math.ceil(this.#height / ROW) + 1 + 2 * margin);
    const first = Math.max(0, Math.min(Math.floor(this.#top / ROW) - margin, all - count));
    return [first, first + count];
  }

  #place(margin: number): void {
    const { rows, current } = this.#shown;
    const [first, last] = this.#range(margin);
    const free: RowElement[] = [];
    for (const [index, part] of this.#parts) {
      if ((index >= first && index < last) || index === current) continue;
      this.#parts.delete(index);
      free.push(part);
    }
    this.#fill(indices(first, last, current, rows.length), free);
  }

  /** Give the rows that have no element one of those that are free. */
  #fill(wanted: number[], free: RowElement[]): void {
    const [first, last] = this.#range(MARGIN);
    for (const index of wanted) {
      if (this.#parts.has(index)) continue;
      let part = free.pop();
      if (!part) {
        part = this.#spare.pop() ?? new RowElement();
        this.tree.append(part.element);
      }
      part.write(this.#shown.rows[index]!, index, this.#shown);
      set(part.element, "data-away", index < first || index >= last ? "" : undefined);
      this.#parts.set(index, part);
    }
    for (const part of free) part.element.remove();
    this.#spare.push(...free);
  }

  #focused(): Element | null {
    return (this.tree.getRootNode() as Document | ShadowRoot).activeElement;
  }

  /** Bring the elements into the order of their rows, which is the order they are read in; the focused one is not moved. */
  #sort(): void {
    const focused = this.#focused();
    const order = [...this.#parts].sort(([a], [b]) => a - b);
    let next = this.tree.firstElementChild;
    for (const [, { element }] of order) {
      while (element === focused && next && next !== element) {
        const later: Element | null = next.nextElementSibling;
        this.tree.append(next);
        next = later;
      }
      if (element === next) next = next.nextElementSibling;
      else this.tree.insertBefore(element, next);
    }
  }
}

function indices(first: number, last: number, current: number, all: number): number[] {
  const found = Array.from({ length: last - first }, (_, offset) => first + offset);
  if (current < all && (current < first || current >= last)) found.push(current);
  return found;
}

class RowElement {
  readonly element: HTMLElement;
  path = "";
  #icon: SVGElement;
  #name: Text;
  #size: HTMLElement;

  constructor() {
    this.element = template().cloneNode(true) as HTMLElement;
    const [icon, name, size] = this.element.children as unknown as [SVGElement, HTMLElement, HTMLElement];
    this.#icon = icon;
    this.#name = name.firstChild as Text;
    this.#size = size;
  }

  write(row: Row, index: number, { selected, current }: Shown): void {
    const { element } = this;
    const mark = markOf(row);
    const size = row.file ? formatSize(row.file.size_bytes) : "";
    this.path = row.path;
    element.style.top = `${index * ROW}px`;
    element.style.paddingInlineStart = `${8 + (row.level - 1) * 16}px`;
    set(element, "data-path", row.path);
    set(element, "data-mark", mark?.kind);
    set(element, "aria-label", row.name);
    set(element, "aria-description", row.file ? `${mark?.text ?? ""} ${size}`.trim() : undefined);
    set(element, "aria-level", String(row.level));
    set(element, "aria-setsize", String(row.siblings));
    set(element, "aria-posinset", String(row.position));
    set(element, "aria-selected", String(row.path === selected));
    set(element, "aria-expanded", row.folder ? String(row.open) : undefined);
    set(element, "tabindex", index === current ? "0" : "-1");
    set(element, "title", row.path);
    set(this.#icon, "class", row.open ? "af-icon af-turned" : "af-icon");
    set(this.#icon.firstElementChild!, "d", iconPath(row.folder ? "chevron" : "file"));
    if (this.#name.data !== row.name) this.#name.data = row.name;
    // Not as text: the row is named by the file alone, and its description says this too.
    set(this.#size, "data-text", mark?.text ?? size);
  }
}

let row: HTMLElement | null = null;

function template(): HTMLElement {
  if (row) return row;
  row = document.createElement("div");
  row.className = "af-row";
  row.setAttribute("role", "treeitem");
  row.innerHTML =
    '<svg class="af-icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"' +
    ' stroke-linejoin="round" aria-hidden="true"><path/></svg><span class="af-name"> </span><em aria-hidden="true"></em>';
  return row;
}

/** Only what differs: each attribute that is written costs a look through the page's styles. */
function set(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function markOf({ file }: Row): { kind: string; text: string } | null {
  if (!file) return null;
  if (file.status === "error") return { kind: "error", text: t("files.error") };
  if (file.status === "typing") return { kind: "typing", text: t("files.typing") };
  if (file.writes > 1) return { kind: "changed", text: t("files.changed") };
  const age = Date.now() - Date.parse(file.written_at ?? "");
  return age < NEW_FOR_MS ? { kind: "new", text: t("files.new") } : null;
}
