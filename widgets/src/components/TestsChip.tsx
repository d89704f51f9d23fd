/** Among the facts: how many tests pass. It opens the list of them. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { countTests, hasTests } from "../model/tests";
import type { Session } from "../session/session";
import { testsOf } from "../session/tests";

export function TestsChip({ session }: { session: Session }): JSX.Element | null {
  const snapshot = session.store.value?.current;
  if (!snapshot || !hasTests(snapshot)) return null;
  const tests = testsOf(session);
  const { passed, total, quarantined } = countTests(snapshot.tests);
  const left = tests.awaited.value.size;
  const text = left > 0 ? t("tests.chip.running", { done: total - left, total }) : chipText(passed, total);
  const outcome =
    total === 0
      ? "none"
      : passed === total
        ? "passed"
        : passed + quarantined < total
          ? "failed"
          : "quarantined";
  return (
    <button
      type="button"
      class="af-tests-chip"
      data-outcome={left > 0 ? "running" : outcome}
      aria-expanded={tests.isOpen.value}
      title={t("tests.open")}
      onClick={() => tests.open(!tests.isOpen.value)}>
      <i
        class="af-ring"
        aria-hidden="true"
        style={{
          "--af-share": total > 0 ? passed / total : 0,
          "--af-aside": total > 0 ? quarantined / total : 0,
        }}
      />
      {text}
    </button>
  );
}

function chipText(passed: number, total: number): string {
  return total > 0 ? t("tests.chip", { passed, total }) : t("tests.chip.none");
}
