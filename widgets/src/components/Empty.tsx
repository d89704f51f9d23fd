/** Nothing yet: three lines that teach the first use, and examples to begin with. */

import type { JSX } from "preact";
import type { Session } from "../state/session";
import { language, t } from "../i18n";

export function Empty({ session, focusPrompt }: { session: Session; focusPrompt: () => void }): JSX.Element {
  const { templates } = session.welcome;
  return (
    <div class="af-empty">
      <h3>{t("empty.title")}</h3>
      <ol>
        <li>{t("empty.step1")}</li>
        <li>{t("empty.step2")}</li>
        <li>{t("empty.step3")}</li>
      </ol>
      {templates.length > 0 && (
        <div class="af-examples">
          <h4 id="af-examples">{t("empty.examples")}</h4>
          <ul aria-labelledby="af-examples">
            {templates.map((template) => (
              <li key={template.id}>
                <button
                  type="button"
                  class="af-chip"
                  title={template.summary}
                  onClick={() => {
                    session.prompt.value = language.value === "en" ? `Write me: ${template.title_en}` : (template.example ?? `帮我写个${template.title}`);
                    focusPrompt();
                  }}
                >
                  {language.value === "en" ? template.title_en : template.title}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
