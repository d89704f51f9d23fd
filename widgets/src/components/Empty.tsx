/** The empty workbench: three lines that teach the first use, and examples to start from. */

import type { JSX } from "preact";
import { language, t } from "../i18n";
import type { Session } from "../session/session";

export function Empty({ session }: { session: Session }): JSX.Element {
  return (
    <div class="af-empty">
      <h3>{t("empty.title")}</h3>
      <ol>
        <li>{t("empty.step1")}</li>
        <li>{t("empty.step2")}</li>
        <li>{t("empty.step3")}</li>
      </ol>
      <Examples session={session} />
    </div>
  );
}

interface ExamplesProps {
  session: Session;
  onChosen?(): void;
}

/** Requests that a lesson answers; a click puts one into the request field. */
export function Examples({ session, onChosen }: ExamplesProps): JSX.Element | null {
  const { templates } = session.welcome;
  if (templates.length === 0) return null;
  const english = language.value === "en";
  return (
    <div class="af-examples">
      <h4>{t("empty.examples")}</h4>
      <ul aria-label={t("empty.examples")}>
        {templates.map((template) => (
          <li key={template.id}>
            <button
              type="button"
              class="af-chip"
              title={template.summary}
              onClick={() => {
                const example = template.example ?? template.title;
                onChosen?.();
                session.compose(
                  english ? t("empty.prompt", { title: template.title_en.toLowerCase() }) : example,
                );
              }}>
              {english ? template.title_en : template.title}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
