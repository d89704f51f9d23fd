/** The clarifying questions of a run: which are asked, and in which words. */

import { language } from "../i18n";
import type { Question, QuestionOption, Snapshot } from "./types";

/** The gate before the first phase. */
const GATE = "specify";

/** Whether the run waits for answers before its first phase. */
export function asksFirst(snapshot: Snapshot): boolean {
  return snapshot.status === "paused" && snapshot.waiting_for === "answers";
}

export function askedQuestions(snapshot: Snapshot): Question[] {
  return Object.values(snapshot.questions).filter(({ gate }) => gate === GATE);
}

/** The text in the language of the interface; the Chinese one where no other was written. */
export function wordsOf({ text, text_en }: Pick<QuestionOption, "text" | "text_en">): string {
  return (language.value === "en" && text_en) || text;
}
