/** A text that may be long and may grow, as plain text: appended block by block, so nothing that is being read moves. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TextTail } from "../types";
import { t } from "../i18n";

/** A block of text is closed at the first line end after this many characters: one endless block would cost more and more. */
const BLOCK = 3000;
/** A line that does not end is cut here. */
const HARD = 12_000;
/** What the document holds of one text; the rest is in the copy. */
const SHOWN = 150_000;

/** Appends what is new of a tail to the document, by hand: no diff of a long text, ever. */
export function Tail({ tail, revision }: { tail: TextTail; revision: number }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const done = useRef<{ tail: TextTail; count: number; last: string | undefined } | null>(null);
  const [cut, setCut] = useState(tail.dropped);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = done.current;
    const continued = before && before.tail === tail && before.count <= tail.chunks.length && tail.chunks[before.count - 1] === before.last;
    if (!continued) element.replaceChildren();
    const fresh = tail.chunks.slice(continued ? before.count : 0).join("");
    if (fresh) appendText(element, fresh);
    if (trim(element) || tail.dropped) setCut(true);
    done.current = { tail, count: tail.chunks.length, last: tail.chunks.at(-1) };
  }, [tail, revision, tail.dropped]);
  return (
    <>
      {cut && <p class="af-quiet">… {t("log.dropped")}</p>}
      <div class="af-tail" ref={box} />
    </>
  );
}

function appendText(element: HTMLElement, text: string): void {
  let rest = text;
  while (rest) {
    let block = element.lastElementChild;
    if (!block || isFull(block.textContent)) {
      block = document.createElement("div");
      block.append(document.createTextNode(""));
      element.append(block);
    }
    const used = block.textContent.length;
    const line = rest.indexOf("\n", Math.max(0, BLOCK - used));
    const end = Math.min(line < 0 ? rest.length : line + 1, HARD - used);
    (block.firstChild as Text).appendData(rest.slice(0, end));
    rest = rest.slice(end);
  }
}

function isFull(text: string): boolean {
  return text.length >= HARD || (text.length >= BLOCK && text.endsWith("\n"));
}

function trim(element: HTMLElement): boolean {
  let total = 0;
  for (const block of element.children) total += lengthOf(block);
  let cut = false;
  while (total > SHOWN && element.firstElementChild) {
    total -= lengthOf(element.firstElementChild);
    element.firstElementChild.remove();
    cut = true;
  }
  return cut;
}

/** Each block is one text node, which knows its length. */
function lengthOf(block: Element): number {
  return (block.firstChild as Text).length;
}
