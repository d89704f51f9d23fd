/** After an import: what was left out and why, what was converted, and what the checks found. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { programsOf } from "../program/programs";
import { importsOf } from "../session/imports";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Notice } from "./Notice";

/** The events keep the report itself too, for who opens the project later. */
const REPORTED: ReadonlySet<string> = new Set(["imported", "left_out"]);
/** So many findings are listed; all of them stand with their files. */
const SHOWN = 5;

export function ImportNotice({ session }: { session: Session }): JSX.Element | null {
  const imports = importsOf(session);
  const report = imports.report.value;
  const store = session.store.value;
  if (!report || !store || store.projectId !== report.project_id) return null;
  const { files, artifacts, diagnostics } = store.current;
  const findings = diagnostics.filter(({ rule }) => !REPORTED.has(rule));
  const skipped = report.skipped.map((path) => ({ path, reason: t("import.skipped") }));
  const leftOut = [...report.left_out, ...skipped];
  // The specification and the plan were read out of the program; they are no files of it.
  const count = Math.max(0, Object.keys(files).length - Object.keys(artifacts).length);
  return (
    <Notice
      kind="plain"
      icon="inward"
      role="status"
      title={t(leftOut.length > 0 ? "import.done.some" : "import.done", { count, left: leftOut.length })}
      text={t("import.copy")}
      actions={
        <Button
          onClick={() => {
            imports.report.value = null;
          }}>
          {t("action.dismiss")}
        </Button>
      }>
      <div class="af-imported">
        {leftOut.length > 0 && (
          <section>
            <h5>{t("import.left")}</h5>
            <ul>
              {leftOut.map(({ path, reason }, index) => (
                <li key={index}>
                  <code>{path}</code> <span>{reason}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {report.notes.length > 0 && (
          <section>
            <h5>{t("import.converted")}</h5>
            <ul>
              {report.notes.map((note, index) => (
                <li key={index}>{note}</li>
              ))}
            </ul>
          </section>
        )}
        {findings.length > 0 && (
          <section>
            <h5>{t("import.found", { count: findings.length })}</h5>
            <ul>
              {findings.slice(0, SHOWN).map(({ path, line, message }, index) => (
                <li key={index}>
                  {path !== null && (
                    <Button class="af-text" onClick={() => programsOf(session).show(path, line ?? 1)}>
                      {line === null ? path : t("explain.place", { path, line })}
                    </Button>
                  )}{" "}
                  <span>{message}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </Notice>
  );
}
