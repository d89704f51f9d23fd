/** The button that folds and unfolds what follows it. */

import type { JSX } from "preact";
import { Icon } from "./Icon";

interface Props {
  open: boolean;
  label: string;
  onClick(): void;
}

export function FoldButton({ open, label, onClick }: Props): JSX.Element {
  return (
    <button type="button" class="af-fold" aria-expanded={open} onClick={onClick}>
      <Icon name="chevron" class={open ? "af-turned" : ""} />
      {label}
    </button>
  );
}
