/** The result of the checks, the cost of the run, and the actions on the project. */

import type { JSX } from "preact";
import { now } from "../browser/clock";
import { formatDuration, formatNumber, t, type TextKey } from "../i18n";
import { isChange } from "../model/change";
import { isFinal } from "../model/fold";
import { planOf } from "../model/phases";
import { asksFirst } from "../model/questions";
import type { ProjectStore } from "../model/store";
import type { Snapshot } from "../model/types";
import { programsOf } from "../program/programs";
import { takesNext } from "../session/nextChange";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { RunSwitches } from "./RunSwitches";
import { RunButtons } from "./RunPane";
import { TestsChip } from "./TestsChip";

export function Footer({ session }: { session: Session }): JSX.Element {
  const snapshot = session.store.value?.current ?? null;
  const ready = snapshot?.status === "completed" && snapshot.syntax_validated === true;
  const hint = t(downloadHint(snapshot));
  return (
    <footer class="af-foot">
      {snapshot && <Facts session={session} />}
      <div class="af-foot-actions">
        {!takesNext(session) && <RunSwitches session={session} />}
        <Button
          icon="download"
          primary={ready && !programsOf(session).canRun.value && session.next.value.trim() === ""}
          disabled={!ready || session.pending.value.has("download")}
          title={hint}
          description={hint}
          onClick={() => session.download()}>
          {t("action.download")}
        </Button>
        {snapshot && <RunButtons session={session} />}
      </div>
    </footer>
  );
}

function downloadHint(snapshot: Snapshot | null): TextKey {
  if (!snapshot) return "hint.download.none";
  if (!isFinal(snapshot.status)) return "hint.download.running";
  if (snapshot.syntax_validated === null) return "hint.download.none";
  return snapshot.syntax_validated ? "hint.download.ready" : "hint.download.invalid";
}

function Facts({ session }: { session: Session }): JSX.Element | null {
  const snapshot = session.store.value?.current;
  if (!snapshot) return null;
  const { syntax_validated: valid } = snapshot;
  const running = session.isRunning;
  const tokens = snapshot.prompt_tokens + snapshot.completion_tokens;
  const planned = planOf(snapshot)?.files ?? [];
  const done = planned.filter(({ path }) => (snapshot.files[path]?.writes ?? 0) > 0).length;
  const change = isChange(snapshot);
  const changed = planned.filter(({ path }) => path in snapshot.changes).length;
  const took = duration(snapshot);
  return (
    <div class="af-facts">
      {asksFirst(snapshot) && <span>{t("questions.waiting")}</span>}
      {valid !== null && (
        <span class={valid ? "af-ok" : "af-bad"}>
          <Icon name={valid ? "check" : "cross"} />
          {t(valid ? "foot.syntax.ok" : "foot.syntax.bad")}
        </span>
      )}
      {valid === null && change && planned.length > 0 && (
        <span>{t("foot.changed", { done: changed, planned: planned.length })}</span>
      )}
      {valid === null && !change && planned.length > 0 && (
        <span>{t("foot.written", { done, planned: planned.length })}</span>
      )}
      <TestsChip session={session} />
      {tokens > 0 && <span>{t("foot.tokens", { count: formatNumber(tokens) })}</span>}
      {running && snapshot.status === "processing" && <Rate store={session.store.value!} />}
      {took !== null && <span>{t("foot.elapsed", { time: formatDuration(took) })}</span>}
    </div>
  );
}

/** Updated once a second: with each piece of text it would lay out the page in every frame. */
function Rate({ store }: { store: ProjectStore }): JSX.Element | null {
  const rate = store.rate(now.value);
  return rate >= 1 ? <span>{t("foot.rate", { count: formatNumber(rate) })}</span> : null;
}

/** From the start of the first phase to the end of the last one; files that are saved later do not count. */
function duration(snapshot: Snapshot): number | null {
  const phases = Object.values(snapshot.phases);
  const begun = phases[0]?.started_at;
  const ended = phases.findLast((phase) => phase.completed_at)?.completed_at;
  if (!begun || !ended || !isFinal(snapshot.status)) return null;
  const ms = Date.parse(ended) - Date.parse(begun);
  return ms > 0 && ms < 86_400_000 ? ms : null;
}
