/**
 * The answers to the questions before a run. Each one is sent as soon as it is chosen, so that a reload and
 * another browser show it; the last one waits for the button, because with it the run goes on.
 */

import { signal } from "@preact/signals";
import { asApiError } from "../model/errors";
import { askedQuestions } from "../model/questions";
import type { AnswerValue, Question } from "../model/types";
import { askSetting } from "./askSetting";
import { perSession } from "./perSession";
import type { Session } from "./session";

/** What the person chose. It holds until another browser sends a later attempt. */
interface Choice {
  value: AnswerValue;
  /** As which it was sent; infinite before that. */
  attempt: number;
}

export class Clarifying {
  /** By project and question. */
  private readonly choices = signal<ReadonlyMap<string, Choice>>(new Map());
  /** The end of the last answer: they are sent one after the other. */
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly session: Session) {}

  get questions(): Question[] {
    const store = this.session.store.value;
    return store ? askedQuestions(store.current) : [];
  }

  /** The answer that is shown: null where the question is skipped. */
  valueOf(question: Question): AnswerValue {
    const own = this.choices.value.get(this.key(question));
    const known = this.session.store.value?.current.answers[question.question_id];
    if (own && (known?.attempt ?? 0) <= own.attempt) return own.value;
    return known ? known.value : question.recommended;
  }

  get isAsRecommended(): boolean {
    return this.questions.every((question) => this.valueOf(question) === question.recommended);
  }

  /** Whether every answer says something: words of one's own may not be written yet. */
  get isComplete(): boolean {
    return this.questions.every((question) => this.valueOf(question) !== "");
  }

  /** Show an answer that is not complete, as words of one's own while they are typed. */
  write(question: Question, value: AnswerValue): void {
    this.keep(question, { value, attempt: Infinity });
  }

  /** Answer a question; null skips it. */
  choose(question: Question, value: AnswerValue): Promise<void> {
    this.write(question, value);
    this.sending = this.sending.then(async () => {
      const isLast = this.open.every((one) => one === question);
      if (isLast || value === "" || this.valueOf(question) !== value) return;
      try {
        await this.send(question);
      } catch (error) {
        this.session.failure.value = asApiError(error);
      }
    });
    return this.sending;
  }

  /** Send what is not sent yet, accept the recommended answers for the rest, and go on. */
  go(): Promise<void> {
    const { session } = this;
    return session.actions.attempt("resume", async () => {
      await this.sending;
      const { open } = this;
      const unsent = this.questions.filter(
        (one) => this.choices.value.get(this.key(one))?.attempt === Infinity,
      );
      // The last open one ends the pause, after which no answer can be changed.
      unsent.sort((a, b) => Number(open.includes(a)) - Number(open.includes(b)));
      for (const question of unsent) await this.send(question);
      const id = session.store.value?.projectId;
      if (!id) return;
      // The answer to the last open question continues the run by itself.
      const isContinued = open.length > 0 && open.every((one) => unsent.includes(one));
      if (!isContinued) await session.transport.resume(id);
      session.following.value = true;
      session.hub.revive(id);
    });
  }

  /** Never ask again, and accept the recommended answers now. */
  stopAsking(): Promise<void> {
    askSetting.set(false);
    return this.go();
  }

  /** The questions without an answer that was sent, from here or from elsewhere. */
  private get open(): Question[] {
    const answers = this.session.snapshot?.answers ?? {};
    const isSent = (one: Question): boolean =>
      (this.choices.value.get(this.key(one))?.attempt ?? Infinity) < Infinity;
    return this.questions.filter((one) => !(one.question_id in answers) && !isSent(one));
  }

  private async send(question: Question): Promise<void> {
    const { session } = this;
    const id = session.store.value?.projectId;
    if (!id) return;
    const value = this.valueOf(question);
    const { attempt } = await session.transport.answer(id, question.question_id, value);
    // The person may have chosen again meanwhile.
    if (this.valueOf(question) === value) this.keep(question, { value, attempt });
    session.hub.revive(id);
  }

  private keep(question: Question, choice: Choice): void {
    this.choices.value = new Map([...this.choices.value, [this.key(question), choice]]);
  }

  private key({ question_id }: Question): string {
    return `${this.session.store.value?.projectId ?? ""} ${question_id}`;
  }
}

export const clarifyingOf = perSession((session) => new Clarifying(session));
