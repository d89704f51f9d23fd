/** The model servers of this machine in the panel of models, each with its models. */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { formatSize, t } from "../i18n";
import { aboutRow, type EngineList, type EngineRow, rowsOf } from "../model/engines";
import { enginesOf } from "../session/engines";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { EngineCard } from "./EngineCard";

/** A model of a server. */
interface Selection {
  name: string;
  model: string;
}

export function LocalCard({ session, list }: { session: Session; list: EngineList }): JSX.Element {
  const engines = enginesOf(session);
  const group = useId();
  const [chosen, setChosen] = useState<Selection | null>(null);
  const rows = rowsOf(list, "local");
  const isThere = ({ name, model }: Selection): boolean =>
    rows.some((row) => row.name === name && modelsOf(row).includes(model));
  const selected = chosen && isThere(chosen) ? chosen : firstModel(list, rows);
  const current = rows.find(({ name }) => name === list.engine);
  const isInUse =
    current !== undefined && current.name === selected?.name && current.model === selected.model;
  const select = (next: Selection): void => {
    setChosen(next);
    engines.forgetCheck("local");
  };
  return (
    <EngineCard
      session={session}
      kind="local"
      title={t("engines.local")}
      isCurrent={current !== undefined}
      choice={selected ? () => selected : undefined}
      canUse={isInUse ? undefined : true}
      actions={
        !rows.some((row) => row.available) && (
          <Button class="af-small" disabled={engines.isReading.value} onClick={() => engines.read()}>
            {t("engines.local.again")}
          </Button>
        )
      }>
      {rows.length === 0 && <p>{t("engines.local.none")}</p>}
      {rows.map((row) => (
        <div key={row.name} class="af-models">
          <p>{aboutRow(row)}</p>
          <div role="radiogroup" aria-label={t("engines.local.models", { label: row.label })}>
            {modelsOf(row).map((model) => (
              <label key={model} class="af-model" title={row.base_url ?? ""}>
                <input
                  type="radio"
                  name={group}
                  disabled={list.locked || (list.model_locked && model !== row.model)}
                  checked={selected?.name === row.name && selected.model === model}
                  onChange={() => select({ name: row.name, model })}
                />
                <span>{model}</span>
                {row.sizes[model] !== undefined && <em>{formatSize(row.sizes[model])}</em>}
              </label>
            ))}
          </div>
        </div>
      ))}
    </EngineCard>
  );
}

/** A server that was entered by its address lists no models; the one in use is known. */
function modelsOf({ model, models }: EngineRow): string[] {
  return model === null || models.includes(model) ? models : [model, ...models];
}

/** What is selected before the person selects: the model in use, else the first one that is found. */
function firstModel(list: EngineList, rows: EngineRow[]): Selection | null {
  const row = rows.find(({ name }) => name === list.engine) ?? rows.find((one) => modelsOf(one).length > 0);
  const model = row?.model ?? row?.models[0];
  return row && model && row.available ? { name: row.name, model } : null;
}
