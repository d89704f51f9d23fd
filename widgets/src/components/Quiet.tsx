/** A quiet sentence in place of what is being read, is not there, or failed. */

import type { JSX } from "preact";
import { errorText } from "../i18n";
import type { ApiError } from "../model/errors";

interface QuietProps {
  text?: string;
  /** It is being read. */
  busy?: boolean;
  /** In place of the text. */
  failure?: ApiError | null;
}

export function Quiet({ text, busy, failure }: QuietProps): JSX.Element {
  if (failure) {
    return (
      <p class="af-quiet af-bad" role="alert">
        {errorText(failure.reason, failure.message)}
      </p>
    );
  }
  return (
    <p class="af-quiet" role={busy ? undefined : "status"} aria-busy={busy}>
      {text}
    </p>
  );
}
