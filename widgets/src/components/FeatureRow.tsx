/** A feature in the list of tests: its result, its tests and, once chosen, whether it has lines. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { type FeatureTests, nameOfTest, type Outcome } from "../model/tests";
import type { TestResult } from "../model/types";
import type { Session } from "../session/session";
import { tracesOf } from "../session/traces";
import { Icon, type IconName } from "./Icon";
import { Inline } from "./Inline";
import { TestCard } from "./TestCard";

interface FeatureRowProps {
  session: Session;
  feature: FeatureTests;
}

export function FeatureRow({ session, feature }: FeatureRowProps): JSX.Element {
  const traces = tracesOf(session);
  const { id, text, tests, passed, outcome } = feature;
  const isChosen = id !== "" && traces.featureId.value === id;
  const traced = traces.found.value?.features.find((one) => one.id === id)?.status;
  const cards = tests.filter(({ status }) => status !== "passed").sort(byNeed);
  const fine = tests.filter(({ status }) => status === "passed");
  const head = (
    <>
      <b>{id}</b>
      <span class="af-feature-text">
        <Inline text={text || t("tests.others")} />
      </span>
      {tests.length > 0 && (
        <span class="af-outcome-mark" data-outcome={outcome}>
          <Icon name={MARKS[outcome]} />
          <span class="af-sr">{t(`tests.state.${outcome}`)}</span>
          {outcome === "passed" ? passed : `${passed} / ${tests.length}`}
        </span>
      )}
    </>
  );
  return (
    <li data-feature={id} data-outcome={outcome} data-trace={traced} data-chosen={isChosen ? "" : undefined}>
      {id ? (
        <button
          type="button"
          class="af-feature"
          aria-pressed={isChosen}
          title={t("trace.show", { id })}
          onClick={() => traces.choose(isChosen ? null : id)}>
          {head}
        </button>
      ) : (
        <p class="af-feature">{head}</p>
      )}
      {traced === "missing" && (
        <p class="af-unlinked">
          <Icon name="alert" />
          {t("trace.missing")}
        </p>
      )}
      {cards.map((result) => (
        <TestCard key={result.test} session={session} result={result} />
      ))}
      {(isChosen || cards.length > 0 || !id) && fine.length > 0 && (
        <ul class="af-fine">
          {fine.map((result) => (
            <li key={result.test} data-test={result.test} data-status="passed">
              <Icon name="check" />
              <span>{nameOfTest(result)}</span>
              <em>{t("tests.ms", { ms: result.ms })}</em>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const MARKS: Record<Outcome, IconName> = {
  failed: "cross",
  quarantined: "pause",
  passed: "check",
  none: "equal",
};

/** What fails comes before what is set aside. */
function byNeed(one: TestResult, other: TestResult): number {
  return Number(one.status === "quarantined") - Number(other.status === "quarantined");
}
