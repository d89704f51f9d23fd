/** A field with its label beside it. */

import type { ComponentChildren, JSX } from "preact";

export function LabelledField({
  label,
  children,
}: {
  label: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <label class="af-labelled">
      <span>{label}</span>
      {children}
    </label>
  );
}
