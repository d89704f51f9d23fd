/** A switch with its name beside it. */

import type { JSX } from "preact";

interface Props {
  name: string;
  hint: string;
  checked: boolean;
  onChange(on: boolean): void;
}

export function Switch({ name, hint, checked, onChange }: Props): JSX.Element {
  return (
    <label class="af-switch" title={hint}>
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        aria-label={name}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="af-track" aria-hidden="true" />
      <span aria-hidden="true">{name}</span>
    </label>
  );
}
