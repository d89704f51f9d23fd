/** The lessons in the panel of models: prepared programs, which need no model. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { aboutRow, type EngineList, rowsOf } from "../model/engines";
import { enginesOf } from "../session/engines";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Examples } from "./Empty";
import { EngineCard } from "./EngineCard";

export function LessonsCard({ session, list }: { session: Session; list: EngineList }): JSX.Element | null {
  const [isListed, setListed] = useState(false);
  const [row] = rowsOf(list, "lessons");
  if (!row) return null;
  const isCurrent = row.name === list.engine;
  return (
    <EngineCard
      session={session}
      kind="lessons"
      title={t("engines.lessons")}
      isCurrent={isCurrent}
      choice={isCurrent ? undefined : () => ({ name: row.name })}
      canUse
      actions={
        <Button class="af-small" expanded={isListed} onClick={() => setListed(!isListed)}>
          {t("engines.lessons.list")}
        </Button>
      }>
      <p>{aboutRow(row)}</p>
      <p>{t("engines.lessons.honest")}</p>
      {isListed && <Examples session={session} onChosen={() => enginesOf(session).close()} />}
    </EngineCard>
  );
}
