/** What a finished change means for the tests: those from before, and those that came with it. */

import type { JSX } from "preact";
import { t } from "../i18n";
import type { TestResult } from "../model/types";
import type { Session } from "../session/session";
import { testsOf } from "../session/tests";
import { Button } from "./Button";

export function WhyTests({ session }: { session: Session }): JSX.Element | null {
  const { tests, changes } = session.store.value!.current;
  const results = Object.values(tests);
  if (results.length === 0) return null;
  const isNew = ({ test }: TestResult): boolean => test.split("::")[0]! in changes;
  const said = [
    sentence(
      "old",
      results.filter((result) => !isNew(result)),
    ),
    sentence("new", results.filter(isNew)),
  ].filter(Boolean);
  return (
    <section>
      <h5>{t("tests.why")}</h5>
      <p>
        {said.join(t("tests.why.join")) + t("tests.why.end")}{" "}
        <Button class="af-text" onClick={() => testsOf(session).open(true)}>
          {t("tests.why.look")}
        </Button>
      </p>
    </section>
  );
}

function sentence(which: "old" | "new", results: readonly TestResult[]): string {
  const { length: total } = results;
  if (total === 0) return "";
  const failed = results.filter(({ status }) => status !== "passed").length;
  return t(`tests.why.${which}.${failed > 0 ? "failed" : "passed"}`, { total, failed });
}
