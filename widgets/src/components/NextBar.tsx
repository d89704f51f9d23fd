/** What to change next: the box below a finished program, with ideas that a click puts into it. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../i18n";
import { hasFailed } from "../model/change";
import { parentName, sendChange } from "../session/nextChange";
import { isSendable, type Session } from "../session/session";
import { Button } from "./Button";
import { RunSwitches } from "./RunSwitches";
import { SentenceField } from "./SentenceField";

/** As many as a beginner reads. */
const IDEAS = 3;

export function NextBar({ session }: { session: Session }): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  const store = session.store.value!;
  const { current } = store;
  const text = session.next.value;
  const failed = hasFailed(current);
  // What failed is not sent again as it is: it is retried, or said differently.
  const isNew = current.status !== "failed" || text.trim() !== current.version?.request.trim();
  const canSend = isSendable(text) && isNew && !session.pending.value.has("change");
  const send = (): void => {
    if (canSend) void sendChange(session);
  };
  const ideas = failed ? [] : store.ideas.value.slice(0, IDEAS);
  return (
    <form
      ref={form}
      class="af-nextbar"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}>
      <SentenceField
        text={text}
        label={t("next.label")}
        placeholder={t("next.placeholder")}
        onInput={(value) => (session.next.value = value)}
        onSend={send}
      />
      <Button
        submit
        primary={canSend}
        class={canSend ? "" : "af-tonal"}
        disabled={text.trim() !== "" && !canSend}>
        {t("action.change")}
      </Button>
      <div class="af-ideas" role="group" aria-label={t("next.ideas")}>
        {failed && <span>{t("next.from", { version: parentName(session) })}</span>}
        {ideas.length > 0 && <span aria-hidden="true">{t("next.try")}</span>}
        {ideas.map((idea) => (
          <button
            key={idea}
            type="button"
            class="af-chip"
            onClick={() => {
              session.next.value = idea;
              form.current?.querySelector("textarea")?.focus();
            }}>
            {idea}
          </button>
        ))}
      </div>
      <RunSwitches session={session} />
    </form>
  );
}
