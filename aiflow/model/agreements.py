"""The agreements with a person before a specification is written: its section 约定, "问题：答案" each."""

import re
from collections.abc import Iterable, Sequence

from aiflow.model.markdown_reader import Kind, Outline
from aiflow.model.questions import AnswerValue, Question

_COLON = "："
_NAMES_AGREEMENTS = re.compile(r"(?:\d{1,2}[.、] ?)?(?:约定|agreements?)", re.IGNORECASE).fullmatch


def agreement(question: Question, value: AnswerValue) -> str:
    """Return the line for the answer ``value`` to a question, in Chinese."""
    return f"{question.text.rstrip('？? ')}{_COLON}{question.option_text(value)}"


def merge_agreements(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Return all agreements; a new answer to a question takes the place of the old one."""
    by_question = {line.partition(_COLON)[0]: line for line in old}
    by_question |= {line.partition(_COLON)[0]: line for line in new}
    return list(by_question.values())


def agreements_in(outline: Outline) -> list[str]:
    """Return the agreements that a specification lists."""
    return outline.items_under(_NAMES_AGREEMENTS)


def replace_agreements(text: str, agreements: Sequence[str]) -> str:
    """Return ``text`` with ``agreements`` as its section 约定, which is the last where it is new."""
    outline = Outline(text)
    lines = [line.source for line in outline.lines]
    span = outline.section(_NAMES_AGREEMENTS)
    before, after = lines, list[str]()
    if span is not None:
        heading = max(at for at in range(span[0]) if outline.lines[at].kind is Kind.HEADING)
        before, after = lines[:heading], lines[span[1] :]
    section = ["## 约定", "", *(f"- {line}" for line in agreements), ""] if agreements else []
    return "\n".join(["\n".join(before).rstrip(), "", *section, *after]).strip("\n") + "\n"
