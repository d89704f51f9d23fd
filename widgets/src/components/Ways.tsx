/** The ways to look at one thing, as a row of buttons. */

import type { ComponentChildren, JSX } from "preact";
import { t, type TextKey } from "../i18n";

interface WaysProps<W extends string> {
  ways: readonly W[];
  titles: Record<W, TextKey>;
  way: W;
  label: string;
  onChoose(way: W): void;
  /** At the end of the row. */
  children?: ComponentChildren;
}

export function Ways<W extends string>(props: WaysProps<W>): JSX.Element {
  const { ways, titles, way, label, onChoose, children } = props;
  return (
    <div class="af-ways" role="group" aria-label={label}>
      {ways.map((name) => (
        <button
          key={name}
          type="button"
          data-way={name}
          aria-pressed={name === way}
          onClick={() => onChoose(name)}>
          {t(titles[name])}
        </button>
      ))}
      {children}
    </div>
  );
}
