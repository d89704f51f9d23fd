/** A section that the person folds and unfolds; folded content is not in the document. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { FoldButton } from "./FoldButton";

interface FoldProps {
  title: string;
  name: "sent" | "thinking";
  /** Whether it is open until the person decides. */
  initiallyOpen?: boolean;
  children: ComponentChildren;
}

export function Fold({ title, name, initiallyOpen = false, children }: FoldProps): JSX.Element {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? initiallyOpen;
  return (
    <div class="af-thinking" data-fold={name} data-open={open ? "" : undefined}>
      <FoldButton open={open} label={title} onClick={() => setChosen(!open)} />
      {open && <div>{children}</div>}
    </div>
  );
}
