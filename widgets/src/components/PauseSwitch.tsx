/** Whether the next run stops after each step. */

import type { JSX } from "preact";
import { t } from "../i18n";
import type { Session } from "../session/session";

export function PauseSwitch({ session }: { session: Session }): JSX.Element {
  return (
    <label class="af-switch" title={t("hint.pauseEach")}>
      <input
        type="checkbox"
        role="switch"
        checked={session.pauseEach.value}
        aria-label={t("action.pauseEach")}
        onChange={(event) => session.setPauseEach(event.currentTarget.checked)}
      />
      <span class="af-track" aria-hidden="true" />
      <span aria-hidden="true">{t("action.pauseEach")}</span>
    </label>
  );
}
