/** The request field, and the one button that starts or stops. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { countChars, PROMPT_LIMIT, type Session } from "../session/session";
import { Button } from "./Button";

export function AskBar({ session }: { session: Session }): JSX.Element {
  const running = session.isRunning;
  const text = session.prompt.value;
  const used = countChars(text);
  const over = used - PROMPT_LIMIT;
  const canStart = text.trim() !== "" && over <= 0 && !session.pending.value.has("start");

  const start = (): void => {
    if (canStart && !running) void session.start();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method is composing, Enter selects its candidate.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    start();
  };

  return (
    <form
      class="af-ask"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}>
      <div class="af-field" data-over={over > 0 ? "" : undefined}>
        <PromptField
          text={text}
          readOnly={running}
          invalid={over > 0}
          onInput={(value) => {
            session.prompt.value = value;
          }}
          onKeyDown={onKeyDown}
        />
        <span class="af-count" id="af-count" aria-live={over > 0 ? "polite" : "off"}>
          {over > 0 ? t("ask.tooLong", { over }) : t("ask.count", { used, limit: PROMPT_LIMIT })}
        </span>
      </div>
      {running ? (
        <Button
          class="af-stop"
          icon="stop"
          disabled={session.pending.value.has("cancel")}
          onClick={() => session.cancel()}>
          {t("action.stop")}
        </Button>
      ) : (
        <Button submit primary icon="play" disabled={!canStart}>
          {t("action.start")}
        </Button>
      )}
    </form>
  );
}

interface FieldProps {
  text: string;
  readOnly: boolean;
  invalid: boolean;
  onInput(value: string): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** A field as high as its text, up to six lines. */
function PromptField({ text, readOnly, invalid, onInput, onKeyDown }: FieldProps): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 140)}px`;
  }, [text]);
  return (
    <textarea
      ref={field}
      rows={1}
      value={text}
      readOnly={readOnly}
      spellcheck={false}
      aria-label={t("ask.label")}
      aria-invalid={invalid}
      aria-describedby="af-count"
      placeholder={t("ask.placeholder")}
      onInput={(event) => onInput(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
