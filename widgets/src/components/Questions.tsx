/** The questions before a run, in place of its files: the recommended answers are selected. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import { wordsOf } from "../model/questions";
import type { Question } from "../model/types";
import { clarifyingOf } from "../session/questions";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Inline } from "./Inline";
import { OwnWords } from "./OwnWords";

const TITLES: Record<number, TextKey> = {
  1: "questions.title.1",
  2: "questions.title.2",
  3: "questions.title.3",
};

export function Questions({ session }: { session: Session }): JSX.Element {
  const clarifying = clarifyingOf(session);
  const { questions } = clarifying;
  const title = t(TITLES[questions.length] ?? "questions.title");
  const busy = session.pending.value.has("resume");
  return (
    <section class="af-questions" aria-label={title}>
      <h3>{title}</h3>
      <p>{t("questions.help")}</p>
      <ol>
        {questions.map((question) => (
          <Item key={question.question_id} session={session} question={question} />
        ))}
      </ol>
      <div class="af-questions-end">
        <Button primary disabled={busy || !clarifying.isComplete} onClick={() => clarifying.go()}>
          {t(clarifying.isAsRecommended ? "questions.accept" : "questions.go")}
        </Button>
        <button
          type="button"
          class="af-quietly"
          disabled={busy || !clarifying.isComplete}
          onClick={() => void clarifying.stopAsking()}>
          {t("questions.never")}
        </button>
      </div>
    </section>
  );
}

interface ItemProps {
  session: Session;
  question: Question;
}

function Item({ session, question }: ItemProps): JSX.Element {
  const clarifying = clarifyingOf(session);
  const id = useId();
  const words = wordsOf(question);
  const why = wordsOf({ text: question.why, text_en: question.why_en });
  const value = clarifying.valueOf(question);
  const skipped = value === null;
  const known = session.store.value?.current.answers[question.question_id];
  const outcome = skipped ? "skipped" : known?.value === value ? known.outcome : "open";
  const isOwn = typeof value === "string" && !question.options.some((option) => option.id === value);
  return (
    <li data-question={question.question_id} data-outcome={outcome}>
      <h4>
        <span id={`${id}-text`}>
          <Inline text={words} />
        </span>
        <button
          type="button"
          class="af-quietly"
          aria-label={t("questions.skip.of", { question: words })}
          aria-pressed={skipped}
          onClick={() => void clarifying.choose(question, skipped ? question.recommended : null)}>
          {t("questions.skip")}
        </button>
      </h4>
      <p id={`${id}-why`} role={skipped ? "status" : undefined}>
        {skipped ? t("questions.skipped") : why}
      </p>
      <div class="af-options" role="radiogroup" aria-labelledby={`${id}-text`} aria-describedby={`${id}-why`}>
        {question.options.map((option) => (
          <Choice
            key={option.id}
            group={id}
            text={wordsOf(option)}
            recommended={option.id === question.recommended}
            checked={value === option.id}
            onChoose={() => void clarifying.choose(question, option.id)}
          />
        ))}
        <Choice
          group={id}
          text={t("questions.own")}
          checked={isOwn}
          onChoose={() => clarifying.write(question, "")}
        />
      </div>
      {isOwn && (
        <OwnWords
          text={value}
          label={t("questions.own.label", { question: words })}
          onInput={(text) => clarifying.write(question, text)}
          onDone={(text) => void clarifying.choose(question, text)}
        />
      )}
    </li>
  );
}

interface ChoiceProps {
  /** The name that the radio buttons of a question share. */
  group: string;
  text: string;
  recommended?: boolean;
  checked: boolean;
  onChoose(): void;
}

function Choice({ group, text, recommended, checked, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label class="af-option">
      <input type="radio" name={group} checked={checked} onChange={onChoose} />
      <span>{text}</span>
      {recommended && <em>{t("questions.recommended")}</em>}
    </label>
  );
}
