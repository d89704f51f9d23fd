/** The field for an answer in one's own words; Enter or leaving it ends the answer. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";

interface Props {
  text: string;
  label: string;
  onInput(text: string): void;
  onDone(text: string): void;
}

/** As the server or the kernel accepts. */
const LIMIT = 200;

export function OwnWords({ text, label, onInput, onDone }: Props): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const wasEmpty = useRef(text === "");
  useLayoutEffect(() => {
    // A click made it appear; an answer that was read again takes no focus.
    if (wasEmpty.current) field.current?.focus();
  }, []);
  return (
    <input
      ref={field}
      class="af-own"
      type="text"
      value={text}
      maxLength={LIMIT}
      aria-label={label}
      placeholder={t("questions.own.placeholder")}
      onInput={(event) => onInput(event.currentTarget.value)}
      onChange={(event) => onDone(event.currentTarget.value.trim())}
    />
  );
}
