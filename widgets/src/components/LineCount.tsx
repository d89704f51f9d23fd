/** How many lines came and went: `+5 −1`. */

import type { JSX } from "preact";
import { t } from "../i18n";
import type { LineSum } from "../model/change";

export function LineCount({ added, removed }: LineSum): JSX.Element | null {
  if (added === 0 && removed === 0) return null;
  return (
    <span class="af-lines" role="img" aria-label={t("change.lines", { added, removed })}>
      {added > 0 && <b>{`+${added}`}</b>}
      {removed > 0 && <i>{`−${removed}`}</i>}
    </span>
  );
}
