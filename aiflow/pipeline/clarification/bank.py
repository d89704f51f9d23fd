"""The bank of questions: TOML files, one for each type of program, and one for changes.

A teacher's folder has files of the same form. A type with the name of one that is there takes its place;
others are added.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from aiflow.exceptions import ConfigError
from aiflow.model.questions import Option, Question
from aiflow.pipeline.clarification.phrases import Phrases
from aiflow.storage.safefs import explain

Slot = Literal["controls", "speed", "winning", "persistence", "players", "look", "input", "files"]
_FOLDER = Path(__file__).with_name("bank")
_SLOTS_NAME = "slots.toml"
_CHANGES_NAME = "changes.toml"
# A file of a teacher's folder that is larger is no bank.
_MAX_BYTES = 1_000_000

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


Table = TypeVar("Table", bound=BaseModel)


class _Table(BaseModel):
    """A table of a file; unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BankOption(_Table):
    """One of the answers that are offered."""

    id: Line
    text: Line
    text_en: str = ""


class BankQuestion(_Table):
    """A question of the bank.

    Attributes:
        slot: what it fills.
        text: in Chinese, without a colon, which separates question and answer in an agreement.
        text_en: in English.
        why: one Chinese sentence: what the answer changes.
        why_en: the same in English.
        required: whether the program depends much on it.
        options: two to four.
        recommended: the id of one of them.
        about: phrases; the question is only for requests that contain one. Empty: for all.
        answered_by: phrases that fill it, beside those of its slot.
        opened_by: of a question about a change, the phrases that raise it.
    """

    slot: Slot
    text: Line
    text_en: str = ""
    why: Line
    why_en: str = ""
    required: bool = False
    options: list[BankOption] = Field(min_length=2, max_length=4)
    recommended: str
    about: list[Phrase] = []
    answered_by: list[Phrase] = []
    opened_by: list[Phrase] = []

    @model_validator(mode="after")
    def _check(self) -> Self:
        ids = [option.id for option in self.options]
        if self.recommended not in ids or len(set(ids)) != len(ids):
            raise ValueError("recommended")
        if "：" in self.text:
            raise ValueError("text")
        return self

    @cached_property
    def about_phrases(self) -> Phrases:
        """The phrases of ``about``."""
        return Phrases(self.about)

    @cached_property
    def answering(self) -> Phrases:
        """The phrases of ``answered_by``."""
        return Phrases(self.answered_by)

    @cached_property
    def opening(self) -> Phrases:
        """The phrases of ``opened_by``."""
        return Phrases(self.opened_by)

    def question(self) -> Question:
        """Return the question as it is asked."""
        return Question(
            question_id=f"specify.{self.slot}",
            gate="specify",
            kind="clarify",
            slot=self.slot,
            text=self.text,
            text_en=self.text_en,
            why=self.why,
            why_en=self.why_en,
            options=[Option.model_validate(option.model_dump()) for option in self.options],
            recommended=self.recommended,
            required=self.required,
        )


class ProgramType(_Table):
    """A type of program and its questions, the most important first.

    Attributes:
        name: of the type.
        names: phrases that name such a program; the longest of all types decides.
        hints: phrases that decide where no name is found.
        question: the questions.
    """

    name: Line
    names: list[Phrase] = []
    hints: list[Phrase] = []
    question: list[BankQuestion] = []

    @cached_property
    def name_phrases(self) -> Phrases:
        """The phrases of ``names``."""
        return Phrases(self.names)

    @cached_property
    def hint_phrases(self) -> Phrases:
        """The phrases of ``hints``."""
        return Phrases(self.hints)


class _Slots(_Table):
    """The phrases by which a request fills a slot, whatever the type of the program."""

    slots: dict[Slot, list[Phrase]]


class _Changes(_Table):
    """The questions about changes."""

    question: list[BankQuestion] = []


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions.

    Attributes:
        types: the types of programs; the last one is for requests of no other type.
        changes: the questions about changes.
        filling: by slot, the phrases that fill it.
    """

    types: Sequence[ProgramType]
    changes: Sequence[BankQuestion]
    filling: dict[Slot, Phrases]


def load_bank(folders: Iterable[Path] = ()) -> Bank:
    """Return the bank with what the folders add to it.

    Raises:
        ConfigError: a folder or a file cannot be used; a Chinese sentence that names it.
    """
    bank = _own_bank()
    types = {one.name: one for one in bank.types}
    changes = list(bank.changes)
    for folder in folders:
        for path in _files(folder):
            if path.name == _CHANGES_NAME:
                # A teacher's question is asked before ours about the same.
                changes = [*_read(path, _Changes).question, *changes]
            else:
                found = _read(path, ProgramType)
                types[found.name] = found
    return Bank(_ordered(types.values()), tuple(changes), bank.filling)


@cache
def _own_bank() -> Bank:
    slots = _read(_FOLDER / _SLOTS_NAME, _Slots).slots
    paths = [path for path in _files(_FOLDER) if path.name not in {_SLOTS_NAME, _CHANGES_NAME}]
    types = [_read(path, ProgramType) for path in paths]
    changes = _read(_FOLDER / _CHANGES_NAME, _Changes).question
    return Bank(_ordered(types), tuple(changes), {slot: Phrases(found) for slot, found in slots.items()})


def _ordered(types: Iterable[ProgramType]) -> tuple[ProgramType, ...]:
    # A type without phrases fits every request, so it comes after all others.
    return tuple(sorted(types, key=lambda one: not (one.names or one.hints)))


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        reason = explain(error).message
        raise ConfigError(f"配置项 questions.folders 里的“{folder.name}”读不了：{reason}") from None


def _read(path: Path, table: type[Table]) -> Table:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES)
        return table.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in found["loc"]) or "recommended、text"
        raise ConfigError(f"题库文件“{path.name}”里的 {where} 写得不对，请照着自带的题库改。") from None
    except (OSError, ValueError):
        raise ConfigError(f"题库文件“{path.name}”读不了：它应该是 UTF-8 的 TOML。") from None
