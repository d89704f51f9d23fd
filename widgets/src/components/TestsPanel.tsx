/** The tests of the program, by feature: first what a person has to look at, then what passes. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import { isFinal } from "../model/fold";
import { countTests, type FeatureTests, type Outcome, testsByFeature } from "../model/tests";
import type { Session } from "../session/session";
import { testsOf } from "../session/tests";
import { tracesOf } from "../session/traces";
import { Button } from "./Button";
import { FeatureRow } from "./FeatureRow";
import { Panel } from "./Panel";
import { Quiet } from "./Quiet";
import { Splitter } from "./Splitter";

export function TestsPanel({ session }: { session: Session }): JSX.Element {
  const tests = testsOf(session);
  const traces = tracesOf(session);
  const store = session.store.value!;
  const { current } = store;
  // A feature without lines is a warning here, so all of them have to be known.
  useEffect(() => traces.want(), [traces, store]);
  const { passed, total, quarantined } = countTests(current.tests);
  const sum = t(quarantined > 0 ? "tests.sum.quarantined" : "tests.sum", { passed, total, quarantined });
  const groups = testsByFeature(current);
  const having = (outcome: Outcome): FeatureTests[] => groups.filter((group) => group.outcome === outcome);
  const parts: [title: TextKey, list: FeatureTests[]][] = [
    ["tests.need", [...having("failed"), ...having("quarantined")]],
    ["tests.passed", having("passed")],
    ["tests.none", having("none")],
  ];
  return (
    <Panel
      class="af-side af-tests"
      title={t("tests.title")}
      closing={t("tests.close")}
      opener=".af-tests-chip"
      takesFocus
      onEscape={() => traces.leave()}
      onClose={() => {
        traces.choose(null);
        tests.open(false);
      }}
      head={() => (total > 0 ? <span role="status">{sum}</span> : null)}>
      {() => (
        <>
          <Splitter panel="side" edge="left" />
          <Splitter panel="log" edge="top" />
          <div class="af-log" tabIndex={0} role="region" aria-label={t("tests.title")}>
            {tests.failure.value && <Quiet failure={tests.failure.value} />}
            {total === 0 && <Quiet text={t("tests.unrun")} />}
            {parts.map(
              ([title, list]) =>
                list.length > 0 && (
                  <section key={title}>
                    <h5>{t(title)}</h5>
                    <ul>
                      {list.map((feature) => (
                        <FeatureRow key={feature.id} session={session} feature={feature} />
                      ))}
                    </ul>
                  </section>
                ),
            )}
          </div>
          {isFinal(current.status) && <Actions session={session} />}
        </>
      )}
    </Panel>
  );
}

/** Below the list: run them again, and find out how much they notice. */
function Actions({ session }: { session: Session }): JSX.Element {
  const tests = testsOf(session);
  const found = tests.mutants.value;
  const mutating = tests.isMutating.value;
  return (
    <footer class="af-tests-foot">
      <Button
        class="af-small"
        icon="retry"
        disabled={tests.areRunning || tests.isBusy.value}
        onClick={() => tests.run()}>
        {t(tests.areRunning ? "tests.running" : "tests.run")}
      </Button>
      {found || mutating ? (
        <p role="status">
          {found ? t("tests.mutants", { caught: found.caught, total: found.total }) : t("tests.mutating")}
        </p>
      ) : (
        <Button class="af-text" disabled={tests.isBusy.value} onClick={() => tests.mutate()}>
          {t("tests.mutate")}
        </Button>
      )}
    </footer>
  );
}
