/** The name of a service's model: from the list of its models where that is known, else typed. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { LabelledField } from "./LabelledField";

interface Props {
  model: string;
  /** Those of the service; empty where they are not known. */
  models: readonly string[];
  locked: boolean;
  onChange(model: string): void;
}

/** Stands for a name that is not in the list. */
const OTHER = "";

export function ModelField({ model, models, locked, onChange }: Props): JSX.Element {
  const [typing, setTyping] = useState(false);
  const listed = model === "" || models.includes(model) ? models : [model, ...models];
  return (
    <LabelledField label={t("engines.service.model")}>
      {(id) =>
        models.length === 0 || typing ? (
          <input
            id={id}
            type="text"
            value={model}
            disabled={locked}
            spellcheck={false}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        ) : (
          <select
            id={id}
            value={model}
            disabled={locked}
            onChange={({ currentTarget: { value } }) => {
              setTyping(value === OTHER);
              onChange(value);
            }}>
            {listed.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            <option value={OTHER}>{t("engines.service.other.model")}</option>
          </select>
        )
      }
    </LabelledField>
  );
}
