"""A question to a person and its answer: before Specify (clarifying), at a gate, or as practice."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Gate = Literal["specify", "plan", "implement", "run", "download", "practice"]
QuestionKind = Literal[
    "clarify", "commit", "match", "return_value", "state_after_call", "lines_run", "next_output",
    "which_function", "what_if", "repair", "counterexample", "parsons", "fill_blank", "file_order",
    "script_value", "modify",
]  # fmt: skip
AnswerInput = Literal["text", "choice", "choices", "order", "code"]
Outcome = Literal["right", "wrong", "accepted", "skipped", "shown"]
AnsweredBy = Literal["student", "teacher", "default"]
# The value of an answer: an option's id or a person's own words, several of them, or None: skipped.
AnswerValue = str | list[str] | None


class _Part(BaseModel):
    """A question or a part of one; a later version may write further fields."""

    model_config = ConfigDict(extra="ignore")


class QuestionCode(_Part):
    """The lines of the program that a question is about."""

    path: str
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)
    text: str


class Option(_Part):
    """One of the answers that are offered; an empty English text stands for the Chinese one."""

    id: str
    text: str
    text_en: str = ""


class Question(_Part):
    """One question. Nothing in it tells which answer is right.

    Attributes:
        question_id: unique in its project.
        gate: what waits for the answer.
        kind: how it is asked and checked.
        slot: of a clarifying question, what the request leaves open: ``speed``, ``controls``.
        text: Markdown, in Chinese.
        text_en: the same in English.
        why: one Chinese sentence: what the answer changes.
        why_en: the same in English.
        code: the lines that it is about.
        input: how it is answered.
        options: what can be chosen; of a clarifying question, beside the person's own words.
        recommended: the id of the option that is chosen for a person who does not choose.
        required: whether the program depends much on the answer.
    """

    question_id: str
    gate: Gate
    kind: QuestionKind
    slot: str | None = None
    text: str
    text_en: str = ""
    why: str = ""
    why_en: str = ""
    code: QuestionCode | None = None
    input: AnswerInput = "choice"
    options: list[Option] = Field(default_factory=list)
    recommended: str | None = None
    required: bool = False

    def option_text(self, value: AnswerValue) -> str:
        """Return the words of an answer: those of the options that it names, else its own."""
        texts = {option.id: option.text for option in self.options}
        values = value if isinstance(value, list) else [value or ""]
        return "、".join(texts.get(one, one) for one in values)


class Answer(_Part):
    """One answer.

    Attributes:
        question_id: what is answered.
        attempt: counts the answers to this question, from 1.
        value: None where it was skipped.
        outcome: ``accepted`` where no answer is right or wrong.
        feedback: Markdown, in Chinese; may be empty.
        by: ``default`` where nobody answered and the recommended answer was used.
    """

    question_id: str
    attempt: int = Field(default=1, ge=1)
    value: AnswerValue = None
    outcome: Outcome
    feedback: str = ""
    by: AnsweredBy = "student"
