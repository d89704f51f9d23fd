/** Who wrote the shown program, or writes the next one; it opens the panel of models. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { enginesOf } from "../session/engines";
import type { Session } from "../session/session";
import { Icon } from "./Icon";

export function Origin({ session }: { session: Session }): JSX.Element {
  const engines = enginesOf(session);
  const open = engines.isOpen.value;
  const snapshot = session.store.value?.current;
  const next = engines.current;
  const engine = snapshot?.engine ?? next?.name ?? null;
  const model = snapshot?.engine ? snapshot.model : (next?.model ?? next?.label);
  const isLesson = engine === "lessons";
  // A lesson is a prepared run, and the chip says so.
  const text = isLesson ? t("lesson.chip") : t("model.chip", { model: model ?? engine ?? "" }).trim();
  return (
    <button
      type="button"
      class="af-origin"
      data-origin={engine === null ? undefined : isLesson ? "lesson" : "model"}
      title={text}
      aria-label={isLesson ? t("engines.open", { who: text }) : text}
      aria-expanded={open}
      onClick={() => (open ? engines.close() : engines.open())}>
      <span>{text}</span>
      <Icon name="chevron" />
    </button>
  );
}
