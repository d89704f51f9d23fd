/** The lines that an automatic fix changed, as its unified diff has them. */

import type { JSX } from "preact";
import { t } from "../i18n";

export function FixDiff({ diff }: { diff: string }): JSX.Element {
  return (
    <details class="af-fix">
      <summary>{t("view.fix")}</summary>
      <div class="af-hunk-lines" tabIndex={0} role="group" aria-label={t("view.fix")}>
        <div>
          {changedLines(diff).map((line, index) => (
            <div class="af-l" key={index} data-mark={line[0]}>
              <s>{line[0] === "-" ? "−" : line[0]}</s>
              <code>{line.slice(1)}</code>
            </div>
          ))}
        </div>
      </div>
    </details>
  );
}

/** The lines of a unified diff without its headers and its remarks about line ends. */
function changedLines(diff: string): string[] {
  const lines = diff.split("\n");
  return lines.slice(2).filter((line) => line !== "" && !line.startsWith("@@") && !line.startsWith("\\"));
}
