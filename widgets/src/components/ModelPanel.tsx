/** The panel of models: the lessons, the models of this machine, a service; the next run uses one of them. */

import type { JSX } from "preact";
import { formatNumber, t } from "../i18n";
import { chosenText, type EngineList, lockText, usageSum } from "../model/engines";
import { enginesOf } from "../session/engines";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { LessonsCard } from "./LessonsCard";
import { LocalCard } from "./LocalCard";
import { Panel } from "./Panel";
import { Quiet } from "./Quiet";
import { ServiceCard } from "./ServiceCard";

export function ModelPanel({ session }: { session: Session }): JSX.Element | null {
  const engines = enginesOf(session);
  if (!engines.isOpen.value) return null;
  const list = engines.list.value;
  const failure = engines.failure.value;
  return (
    <Panel
      class="af-drawer af-engines"
      title={t("engines.title")}
      closing={t("engines.close")}
      opener=".af-origin"
      onClose={() => engines.close()}>
      {() => (
        <>
          <p>{(list && lockText(list)) || t(noLesson(session) ? "engines.help.lesson" : "engines.help")}</p>
          {failure && <Quiet failure={failure} />}
          {!list && engines.isReading.value && <Quiet busy text={t("engines.reading")} />}
          {!list && failure && <Button onClick={() => engines.read()}>{t("engines.reread")}</Button>}
          {list && (
            <div class="af-engine-cards">
              <LessonsCard session={session} list={list} />
              <LocalCard session={session} list={list} />
              <ServiceCard session={session} list={list} />
            </div>
          )}
          <Chosen session={session} />
          {list && <Usage list={list} />}
        </>
      )}
    </Panel>
  );
}

function noLesson(session: Session): boolean {
  const state = session.store.value?.current;
  return state?.status === "failed" && state.reason === "no_lesson";
}

/** What the last selection changed; a request that failed can be sent again at once. */
function Chosen({ session }: { session: Session }): JSX.Element | null {
  const engines = enginesOf(session);
  const row = engines.chosen.value;
  if (!row) return null;
  return (
    <div class="af-engine-chosen" role="status">
      <Icon name="check" />
      <span>{chosenText(row)}</span>
      {engines.canTryAgain && (
        <Button primary class="af-small" onClick={() => engines.tryAgain()}>
          {t("engines.again")}
        </Button>
      )}
    </div>
  );
}

function Usage({ list }: { list: EngineList }): JSX.Element {
  const { today, requests, total } = usageSum(list);
  const values = { today: formatNumber(today), count: requests, total: formatNumber(total) };
  return <footer>{t(total > 0 ? "engines.usage" : "engines.usage.none", values)}</footer>;
}
