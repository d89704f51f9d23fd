/** A button whose action replaces something: a click asks, and a second one does it. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "./Button";

interface TwoClicksProps {
  label: string;
  question: string;
  confirm: string;
  cancel: string;
  disabled?: boolean;
  onConfirm(): Promise<unknown>;
}

export function TwoClicks(props: TwoClicksProps): JSX.Element {
  const { label, question, confirm, cancel, disabled, onConfirm } = props;
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const second = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked) second.current?.focus();
  }, [asked]);
  const drop = (): void => {
    setAsked(false);
    // The pressed button is removed; the focus returns to the one that asked.
    requestAnimationFrame(() => first.current?.focus());
  };
  const confirmIt = async (): Promise<void> => {
    setBusy(true);
    await onConfirm();
    setBusy(false);
    drop();
  };
  if (!asked)
    return (
      <Button class="af-small" element={first} disabled={disabled ?? false} onClick={() => setAsked(true)}>
        {label}
      </Button>
    );
  return (
    <span
      class="af-armed"
      role="group"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        drop();
      }}>
      <b role="status">{question}</b>
      <Button class="af-small" onClick={drop}>
        {cancel}
      </Button>
      <Button class="af-small" primary element={second} disabled={busy} onClick={confirmIt}>
        {confirm}
      </Button>
    </span>
  );
}
