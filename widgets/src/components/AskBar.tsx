/**
 * The sentence at work: the field for a new program or, while a program is open, its title and its sentence.
 * Two open fields would make a new program of "faster, please" by accident.
 */

import type { JSX } from "preact";
import { t } from "../i18n";
import { isChange } from "../model/change";
import { titleOf } from "../model/phases";
import { isSendable, type Session } from "../session/session";
import { Button } from "./Button";
import { SentenceField } from "./SentenceField";
import { Tool } from "./Tool";

export function AskBar({ session }: { session: Session }): JSX.Element {
  return session.store.value && !session.composing.value ? (
    <Open session={session} />
  ) : (
    <Ask session={session} />
  );
}

function Ask({ session }: { session: Session }): JSX.Element {
  const text = session.prompt.value;
  const canStart = isSendable(text) && !session.pending.value.has("start");
  const start = (): void => {
    if (canStart) void session.start();
  };
  const close = (): void => {
    session.composing.value = false;
  };
  return (
    <form
      class="af-ask"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}>
      <SentenceField
        text={text}
        label={t("ask.label")}
        placeholder={t("ask.placeholder")}
        focus={session.composing.value}
        onInput={(value) => (session.prompt.value = value)}
        onSend={start}
        onLeave={close}
      />
      <Button submit primary icon="play" disabled={!canStart}>
        {t("action.start")}
      </Button>
      {session.composing.value && <Tool icon="cross" label={t("action.close")} onClick={close} />}
    </form>
  );
}

function Open({ session }: { session: Session }): JSX.Element {
  const store = session.store.value!;
  const { current, request } = store;
  const title = titleOf(current) || (request.value?.title ?? "");
  const sentence = current.version?.request || (request.value?.user_input ?? "");
  const running = session.isRunning;
  const doing = isChange(current) ? "change.doing" : "change.making";
  return (
    <div class="af-ask">
      <div class="af-open">
        {/* No heading: the specification below has the same one. */}
        {title && <b>{title}</b>}
        <p title={sentence}>
          {running && t(doing)}
          {sentence}
        </p>
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
        <Button icon="plus" label={t("action.fresh")} onClick={() => session.compose("")}>
          {t("action.fresh.short")}
        </Button>
      )}
    </div>
  );
}
