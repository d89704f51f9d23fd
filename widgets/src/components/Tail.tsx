/** A long, growing plain text. Pieces are appended, so the text that is being read does not move. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { GrowingText } from "../browser/growingText";
import { t } from "../i18n";
import type { TextTail } from "../model/types";

/** Appends new pieces to the document by hand: a long text is never diffed. */
export function Tail({ tail, revision }: { tail: TextTail; revision: number }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const blocks = useRef<GrowingText | null>(null);
  const done = useRef<{ tail: TextTail; count: number; last: string | undefined } | null>(null);
  const [cut, setCut] = useState(tail.dropped);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const shown = (blocks.current ??= new GrowingText(element));
    const before = done.current;
    const continued =
      before &&
      before.tail === tail &&
      before.count <= tail.chunks.length &&
      tail.chunks[before.count - 1] === before.last;
    if (!continued) shown.clear();
    const cutNow = shown.append(tail.chunks.slice(continued ? before.count : 0).join(""));
    if (cutNow || tail.dropped) setCut(true);
    done.current = { tail, count: tail.chunks.length, last: tail.chunks.at(-1) };
  }, [tail, revision, tail.dropped]);
  return (
    <>
      {cut && <p class="af-quiet">… {t("log.dropped")}</p>}
      <div class="af-tail" ref={box} />
    </>
  );
}
