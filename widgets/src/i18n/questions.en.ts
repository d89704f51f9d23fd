/** The same in English. */
import type { questionsZh } from "./questions.zh";

export const questionsEn: Record<keyof typeof questionsZh, string> = {
  "questions.title": "First, a few small questions",
  "questions.title.1": "First, one small question",
  "questions.title.2": "First, two small questions",
  "questions.title.3": "First, three small questions",
  "questions.help":
    "The recommended answers are selected. They become part of the specification and can be edited.",
  "questions.skip": "Skip",
  "questions.skip.of": "Skip “{question}”",
  "questions.skipped": "Skipped: the program does what fits best.",
  "questions.recommended": "recommended",
  "questions.own": "In my own words",
  "questions.own.label": "Your own answer to “{question}”",
  "questions.own.placeholder": "Say it in one sentence",
  "questions.accept": "Use the recommended ones",
  "questions.go": "Go on like this",
  "questions.never": "Don’t ask again, just begin",
  "questions.switch": "Ask first",
  "questions.switch.hint": "Before it starts, ask about what the request leaves open",
  "questions.waiting": "Waits for your answers; nothing is written yet",
  "phase.asking": "waits for your answers",
  "phase.asking.about": "A few small questions first.",
  "status.answers": "Waiting for your answers",
  "edit.agreements": "Agreements (one a line)",
};
