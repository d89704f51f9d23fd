/** The workbench before its first answer, and when neither server nor kernel answers. */

import type { JSX } from "preact";
import { errorText, t } from "../i18n";
import type { ApiError } from "../model/errors";
import { Notice } from "./Notice";

interface Props {
  state: "loading" | "error";
  error?: ApiError | null;
  onRetry?: () => void;
}

export function Unavailable({ state, error, onRetry }: Props): JSX.Element {
  if (state === "loading") {
    return (
      <div
        class="af-workbench"
        data-aiflow-workbench
        data-project-id=""
        data-status="loading"
        aria-busy="true">
        <div class="af-skeleton" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
        <p class="af-sr" role="status">
          {t("status.loading")}
        </p>
      </div>
    );
  }
  return (
    <div class="af-workbench" data-aiflow-workbench data-project-id="" data-status="unavailable">
      <Notice
        kind="bad"
        icon="alert"
        role="alert"
        title={t("conn.unavailable")}
        {...(error ? { text: errorText(error.reason, error.message) } : {})}
        help={t("conn.unavailable.help")}>
        {onRetry && (
          <button type="button" class="af-btn af-primary" onClick={onRetry}>
            {t("action.retry")}
          </button>
        )}
      </Notice>
    </div>
  );
}
