/** An error that ended a program, explained to a beginner beside the interpreter's own message. */

import type { JSX } from "preact";
import type { Explained } from "../api/program";
import { t } from "../i18n";
import { Icon } from "./Icon";

export function Explanation({
  error,
  onShow,
}: {
  error: Explained;
  onShow: (path: string, line: number) => void;
}): JSX.Element {
  const { path, line } = error;
  return (
    <section class="af-explain" role="alert">
      <h4>
        <Icon name="alert" />
        {t("explain.title", { error: error.error })}
      </h4>
      {path !== null && line !== null && (
        <button
          type="button"
          class="af-place"
          aria-label={t("explain.open", { path, line })}
          onClick={() => onShow(path, line)}>
          <span>
            <Icon name="file" />
            {t("explain.place", { path, line })}
          </span>
          {error.code && <code>{error.code}</code>}
        </button>
      )}
      <h5>{t("explain.meaning")}</h5>
      <p>{error.meaning}</p>
      <h5>{t("explain.advice")}</h5>
      <p>{error.advice}</p>
      <p class="af-original">
        <code>{error.original}</code>
      </p>
    </section>
  );
}
