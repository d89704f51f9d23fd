/** A service in the panel of models: its address, its model, and the key, which is in its field only. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { aboutRow, type EngineChoice, type EngineList, type EngineRow, rowsOf } from "../model/engines";
import { isApiError } from "../model/errors";
import { enginesOf } from "../session/engines";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { EngineCard } from "./EngineCard";
import { LabelledField } from "./LabelledField";
import { ModelField } from "./ModelField";

interface CardProps {
  session: Session;
  list: EngineList;
}

export function ServiceCard({ session, list }: CardProps): JSX.Element {
  const engines = enginesOf(session);
  const service = useService(list);
  const { row, model } = service;
  // No state: it would be kept longer than its field.
  const key = useRef<HTMLInputElement>(null);
  const clearKey = (): void => {
    if (key.current) key.current.value = "";
  };
  const edited = (): void => engines.forgetCheck("service");
  const choice = (): EngineChoice => {
    const secret = key.current?.value.trim();
    return { ...service.choice, ...(secret && { api_key: secret }) };
  };
  const checked = engines.checks.value.get("service");
  const found = checked && !isApiError(checked) ? checked.models : [];
  const hasAddress = row?.base_url !== null;
  const isKept = row?.key === "keyring" || row?.key === "file";
  return (
    <EngineCard
      session={session}
      kind="service"
      title={t("engines.service")}
      isCurrent={rowsOf(list, "service").some(({ name }) => name === list.engine)}
      choice={choice}
      canUse={service.isComplete}
      canCheck={service.isAddressed}
      onChosen={() => {
        clearKey();
        service.select(null);
      }}
      notes={
        <>
          {row && <p>{aboutRow(row)}</p>}
          {!list.locked && <p>{t("engines.key.help")}</p>}
        </>
      }
      actions={
        isKept && (
          <Button class="af-text" onClick={() => engines.choose({ ...service.choice, api_key: "" })}>
            {t("engines.key.delete")}
          </Button>
        )
      }>
      <div class="af-engine-fields" onInput={edited}>
        <Which
          list={list}
          service={service}
          onSelect={(target) => {
            service.select(target);
            clearKey(); // it belongs to one address
          }}
        />
        {hasAddress && (
          <ModelField
            model={model}
            models={found.length > 0 ? found : (row?.models ?? [])}
            locked={list.locked || list.model_locked}
            onChange={service.setModel}
          />
        )}
        {hasAddress && !list.locked && (
          <LabelledField label={t("engines.key")}>
            {(id) => (
              <input
                id={id}
                ref={key}
                type="password"
                autocomplete="off"
                placeholder={row?.key ? t("engines.key.kept") : ""}
              />
            )}
          </LabelledField>
        )}
      </div>
    </EngineCard>
  );
}

/** Stands for an address that is typed. */
const OTHER = "";

interface Service {
  /** The name of a row, the address of a suggestion, or none. */
  target: string;
  row: EngineRow | undefined;
  address: string;
  model: string;
  choice: EngineChoice;
  isAddressed: boolean;
  isComplete: boolean;
  /** Null: the one in use, else the first. */
  select(target: string | null): void;
  setAddress(address: string): void;
  setModel(model: string): void;
}

/** What the person selected and typed, but for the key. */
function useService(list: EngineList): Service {
  const rows = rowsOf(list, "service");
  const first = rows.find(({ name }) => name === list.engine) ?? rows[0];
  const [selected, setSelected] = useState<string | null>(null);
  const target = selected ?? first?.name ?? list.services[0]?.base_url ?? OTHER;
  const [address, setAddress] = useState("");
  const [typed, setModel] = useState<string | null>(null);
  const row = rows.find(({ name }) => name === target);
  const baseUrl = target === OTHER ? address.trim() : target;
  const model = (list.model_locked ? null : typed) ?? row?.model ?? "";
  const isAddressed = row !== undefined || baseUrl !== "";
  return {
    target,
    row,
    address,
    model,
    choice: {
      ...(row ? { name: row.name } : { base_url: baseUrl }),
      ...(model.trim() && { model: model.trim() }),
    },
    isAddressed,
    isComplete: isAddressed && (row !== undefined || model.trim() !== ""),
    select(next) {
      setSelected(next);
      setModel(null);
    },
    setAddress,
    setModel,
  };
}

interface WhichProps {
  list: EngineList;
  service: Service;
  onSelect(target: string): void;
}

function Which({ list, service, onSelect }: WhichProps): JSX.Element {
  const rows = rowsOf(list, "service");
  const known = new Set(rows.map(({ base_url }) => base_url));
  const suggested = list.services.filter(({ base_url }) => !known.has(base_url));
  return (
    <>
      <LabelledField label={t("engines.service.which")}>
        {(id) => (
          <select
            id={id}
            value={service.target}
            disabled={list.locked}
            onChange={(event) => onSelect(event.currentTarget.value)}>
            {rows.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
            {suggested.map(({ base_url, label }) => (
              <option key={base_url} value={base_url}>
                {label}
              </option>
            ))}
            <option value={OTHER}>{t("engines.service.other")}</option>
          </select>
        )}
      </LabelledField>
      {service.target === OTHER && (
        <LabelledField label={t("engines.service.url")}>
          {(id) => (
            <input
              id={id}
              type="url"
              value={service.address}
              placeholder="https://"
              spellcheck={false}
              onInput={(event) => service.setAddress(event.currentTarget.value)}
            />
          )}
        </LabelledField>
      )}
    </>
  );
}
