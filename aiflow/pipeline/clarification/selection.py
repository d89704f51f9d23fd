"""Selects the questions that a request leaves open, by rule: no model is asked."""

import unicodedata
from collections.abc import Collection, Iterable

from aiflow.config import Asking
from aiflow.model.questions import Question
from aiflow.pipeline.clarification.bank import Bank, BankQuestion, ProgramType
from aiflow.pipeline.clarification.phrases import Phrases, normalised

MAX_QUESTIONS = 3
# Fewer open slots that matter are no reason to keep a person from the program.
_ENOUGH_REQUIRED = 2


def select_questions(
    bank: Bank, sentence: str, ask: Asking, *, is_change: bool = False, asked: Collection[str] = ()
) -> list[Question]:
    """Return the questions to ask about a sentence, at most three.

    Args:
        bank: the questions.
        sentence: the person's.
        ask: whether to ask; ``auto`` asks where two slots that matter are open.
        is_change: whether the sentence changes a program that is there.
        asked: slots that were asked before and are not asked again.
    """
    if ask == "never":
        return []
    text = normalised(sentence)
    found = changed_questions(bank, text) if is_change else open_questions(bank, text)
    chosen = [one for one in found if one.slot not in asked][:MAX_QUESTIONS]
    if ask == "auto" and sum(one.required for one in chosen) < _ENOUGH_REQUIRED:
        return []
    return [one.question() for one in chosen]


def free_slots(bank: Bank, sentence: str, taken: Collection[str | None]) -> list[str]:
    """Return the slots that a sentence leaves open, without those that are ``taken``."""
    text = normalised(sentence)
    return [
        slot for slot, filling in bank.filling.items() if slot not in taken and not filling.found_in(text)
    ]


def open_questions(bank: Bank, text: str) -> list[BankQuestion]:
    """Return the questions that the normalised ``text`` of a request leaves open, in the bank's order."""
    return _unfilled(bank, text, program_type(bank, text).question)


def changed_questions(bank: Bank, text: str) -> list[BankQuestion]:
    """Return the questions that the normalised ``text`` of a change raises and leaves open."""
    return _unfilled(bank, text, (one for one in bank.changes if one.opening.found_in(text)), general=False)


def program_type(bank: Bank, text: str) -> ProgramType:
    """Return the type of the program that the normalised ``text`` asks for.

    The type with the most of its names in the text wins, hints count little; the last type is for the rest.
    """
    best = max(bank.types, key=lambda one: _score(one, text))
    return best if _score(best, text) else bank.types[-1]


def _score(kind: ProgramType, text: str) -> int:
    return _width(kind.name_phrases, text) * 4 + _width(kind.hint_phrases, text)


def _width(phrases: Phrases, text: str) -> int:
    """Return the columns of the phrases in ``text``; one that is a part of another does not count."""
    found = list(phrases.all_in(text))
    longest = (one for one in found if not any(one != other and one in other for other in found))
    return sum(_columns(one) for one in longest)


def _columns(phrase: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in phrase)


def _unfilled(
    bank: Bank, text: str, questions: Iterable[BankQuestion], *, general: bool = True
) -> list[BankQuestion]:
    """Return the first question of each slot that fits the text and is not filled by it.

    Args:
        bank: the questions.
        text: of the request, normalised.
        questions: those of the type.
        general: whether the phrases of the slot fill a question, too.
    """
    chosen: dict[str, BankQuestion] = {}
    for one in questions:
        fits = not one.about_phrases or one.about_phrases.found_in(text)
        if fits and one.slot not in chosen:
            chosen[one.slot] = one
    return [
        one
        for one in chosen.values()
        if not one.answering.found_in(text) and not (general and bank.filling[one.slot].found_in(text))
    ]
