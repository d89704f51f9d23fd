/** A field with its label beside it. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  /** The field, which gets this id. */
  children(id: string): JSX.Element;
}

export function LabelledField({ label, children }: Props): JSX.Element {
  const id = useId();
  return (
    <div class="af-labelled">
      {/* Not around the field: the options of a select would be part of its name. */}
      <label for={id}>{label}</label>
      {children(id)}
    </div>
  );
}
