/** A field for one sentence: as high as its text, with the count of its characters; Enter sends it. */

import type { JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { countChars, PROMPT_LIMIT } from "../session/session";

interface SentenceProps {
  text: string;
  label: string;
  placeholder: string;
  /** Take the focus when it appears: a click made it appear. */
  focus?: boolean;
  onInput(text: string): void;
  onSend(): void;
  onLeave?(): void;
}

const MAX_HEIGHT = 140; // six lines

export function SentenceField(props: SentenceProps): JSX.Element {
  const { text, label, placeholder, onInput, onSend, onLeave } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const used = countChars(text);
  const over = used - PROMPT_LIMIT;
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT)}px`;
  }, [text]);
  useLayoutEffect(() => {
    if (props.focus) field.current?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onLeave?.();
    // While an input method is composing, Enter selects its candidate.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    onSend();
  };
  return (
    <div class="af-field" data-over={over > 0 ? "" : undefined}>
      <textarea
        ref={field}
        rows={1}
        value={text}
        spellcheck={false}
        aria-label={label}
        aria-invalid={over > 0}
        aria-describedby={id}
        placeholder={placeholder}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="af-count" id={id} aria-live={over > 0 ? "polite" : "off"}>
        {over > 0 ? t("ask.tooLong", { over }) : t("ask.count", { used, limit: PROMPT_LIMIT })}
      </span>
    </div>
  );
}
