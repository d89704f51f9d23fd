/** A field for a name that is stored when the person has finished: of a project, or of a version. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { countChars } from "../session/session";
import { Button } from "./Button";

interface NameFieldProps {
  label: string;
  value: string;
  least: 0 | 1;
  limit: number;
  save: string;
  cancel: string;
  /** Returns whether it was stored; if not, the page says why. */
  onSave(text: string): Promise<boolean>;
  /** The field is to be removed, and the focus to return to what opened it. */
  onDone(): void;
}

export function NameField({ label, value, least, limit, save, cancel, ...on }: NameFieldProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [busy, setBusy] = useState(false);
  const length = countChars(text.trim());
  const wrong = length < least || length > limit;
  useEffect(() => field.current?.select(), []);
  const store = async (): Promise<void> => {
    if (wrong || busy) return;
    setBusy(true);
    const stored = await on.onSave(text.trim());
    setBusy(false);
    if (stored) on.onDone();
    else field.current?.focus();
  };
  return (
    <form
      class="af-renaming"
      onSubmit={(event) => {
        event.preventDefault();
        void store();
      }}
      onKeyDown={(event) => {
        // While an input method is composing, both keys belong to it.
        if (event.isComposing || event.keyCode === 229) return;
        const isSave = event.key === "Enter" && event.target === field.current;
        if (event.key !== "Escape" && !isSave) return;
        // Some pages (JupyterLab) intercept Enter in a form.
        event.preventDefault();
        event.stopPropagation();
        if (isSave) void store();
        else on.onDone();
      }}>
      <input
        ref={field}
        value={text}
        aria-label={label}
        aria-invalid={wrong}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button submit primary disabled={wrong || busy}>
        {save}
      </Button>
      <Button onClick={on.onDone}>{cancel}</Button>
      {wrong && <p role="alert">{t("projects.rename.length", { least, limit })}</p>}
    </form>
  );
}
