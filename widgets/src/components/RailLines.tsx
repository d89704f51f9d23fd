/** The dot of a version and the lines that lead to and from it. The stylesheet draws them across or down. */

import type { JSX } from "preact";
import type { Rail } from "../model/versions";

export function RailLines({ class: name, rail }: { class: string; rail: Rail }): JSX.Element {
  const { trunk, branch, isBent, isBranch } = rail;
  return (
    <span class={name} aria-hidden="true">
      {trunk.before && <i class="af-in" />}
      {trunk.after && <i class="af-out" />}
      {branch.before && <i class="af-in af-low" />}
      {branch.after && <i class="af-out af-low" />}
      {isBent && <i class="af-bend" />}
      <b class={isBranch ? "af-low" : ""} />
    </span>
  );
}
