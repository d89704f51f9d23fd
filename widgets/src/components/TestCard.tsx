/** A test that a person has to look at: what is wrong, and what can be done about it. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { isFinal } from "../model/fold";
import { nameOfTest } from "../model/tests";
import type { TestResult } from "../model/types";
import type { Session } from "../session/session";
import { testsOf } from "../session/tests";
import { Button } from "./Button";

export function TestCard({ session, result }: { session: Session; result: TestResult }): JSX.Element {
  const tests = testsOf(session);
  const name = nameOfTest(result);
  const disabled = tests.isBusy.value || !isFinal(session.store.value!.current.status);
  const suspect = result.status === "quarantined";
  return (
    <div class="af-test-card" data-test={result.test} data-status={result.status}>
      <p>
        <b>{name}</b>
        <span class="af-sr">{t(`tests.state.${result.status}`)}</span>
      </p>
      {suspect && <p>{t("tests.suspect")}</p>}
      {result.message && <p class="af-test-message">{result.message}</p>}
      <p class="af-do">
        {suspect ? (
          <>
            <Button
              class="af-small"
              description={name}
              disabled={disabled}
              onClick={() => tests.decide(result.test, "remove")}>
              {t("tests.remove")}
            </Button>
            <Button
              class="af-small"
              description={name}
              disabled={disabled}
              onClick={() => tests.decide(result.test, "keep")}>
              {t("tests.keep")}
            </Button>
          </>
        ) : (
          <Button
            class="af-text"
            title={t("tests.repair.hint")}
            disabled={disabled}
            onClick={() => tests.repair()}>
            {t("tests.repair")}
          </Button>
        )}
      </p>
    </div>
  );
}
