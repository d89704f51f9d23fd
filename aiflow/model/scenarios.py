"""Scenarios: tests of a whole program, as keys for a game or as a dialogue with a console program.

A file holds several, as ``[[scenario]]`` tables of TOML.
"""

import re
import tomllib
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from aiflow.exceptions import InputError

Expectation = Literal["picture_changed", "caption_changed", "score_grew", "ended"]

# A scenario plays in the program's own time, which passes faster than ours; longer ones find nothing more.
MAX_SECONDS = 10.0
_MAX_SCENARIOS = 50
_MAX_TOML_CHARS = 50_000
_MAX_DOTS = 200
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
# pygame's names without ``K_``, in any case, and those of a browser.
_KEYS = {
    "right": "ArrowRight", "left": "ArrowLeft", "up": "ArrowUp", "down": "ArrowDown", "space": "Space",
    "return": "Enter", "enter": "Enter", "escape": "Escape", "esc": "Escape", "tab": "Tab",
    "backspace": "Backspace", "lshift": "ShiftLeft", "shift": "ShiftLeft", "lctrl": "ControlLeft",
}  # fmt: skip


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("letters, digits and _")
    return name


def _check_key(key: str) -> str:
    key_code(key)
    return key


def key_code(key: str) -> str:
    """Return a key's name in a browser (``KeyboardEvent.code``).

    Raises:
        ValueError: there is no such key.
    """
    name = key.removeprefix("K_").strip()
    if name.lower() in _KEYS:
        return _KEYS[name.lower()]
    if len(name) == 1 and name.isascii() and name.isalnum():
        return f"Digit{name}" if name.isdigit() else f"Key{name.upper()}"
    if name.startswith(("Key", "Digit", "Arrow")) or name in _KEYS.values():
        return name
    raise ValueError(f"no key {key[:20]!r}")


class Part(BaseModel):
    """A part of a scenario: a word that is misspelt is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


At = Annotated[float, Field(ge=0, le=MAX_SECONDS)]


class KeyPress(Part):
    """A key that is pressed after some seconds, and held."""

    at: At
    key: Annotated[str, AfterValidator(_check_key)]
    hold: Annotated[float, Field(gt=0, le=MAX_SECONDS)] = 0.1


class Click(Part):
    """A click of the left button, in the pixels of the window."""

    at: At
    x: Annotated[int, Field(ge=0, le=10_000)]
    y: Annotated[int, Field(ge=0, le=10_000)]


class Scenario(Part):
    """One scenario.

    Attributes:
        name: unique in its file.
        title: Chinese: what it tests.
        features: the ids of the features that it tests; ``feature`` names a single one.
        kind: a ``game`` is played, a ``console`` program gets lines.
        seconds: of a game: how long it is played, in the program's time.
        keys: that are pressed.
        clicks: of the mouse.
        expect: what must be true at the end; all of it.
        lines: that are typed into a console program; its input ends behind them.
        output: what it must print, in this order.
        exit: its exit code; None where any is right.
        files: that are in its folder before it starts, by path.
    """

    name: Annotated[str, AfterValidator(_check_name)]
    title: str = Field(default="", max_length=200)
    features: list[str] = Field(default_factory=list, max_length=20)
    kind: Literal["game", "console"]
    seconds: At = 2.0
    keys: list[KeyPress] = Field(default_factory=list, max_length=200)
    clicks: list[Click] = Field(default_factory=list, max_length=200)
    expect: list[Expectation] = Field(default_factory=list)
    lines: list[Annotated[str, Field(max_length=10_000)]] = Field(default_factory=list, max_length=1000)
    output: list[Annotated[str, Field(max_length=10_000)]] = Field(default_factory=list, max_length=200)
    exit: int | None = None
    files: dict[str, str] = Field(default_factory=dict, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _read_feature(cls, values: Any) -> Any:
        if isinstance(values, dict) and "feature" in values:
            values = values | {"features": [values["feature"], *values.get("features", [])]}
            del values["feature"]
        return values

    @model_validator(mode="after")
    def _check_expectations(self) -> Self:
        if self.kind == "game" and not self.expect:
            raise ValueError("a game needs expect")
        if self.kind == "console" and not self.output and self.exit is None:
            raise ValueError("a console program needs output or exit")
        return self


def read_scenarios(text: str) -> list[Scenario]:
    """Read a file of scenarios.

    Raises:
        InputError: it is no TOML, or breaks a rule; the Chinese message says which.
    """
    if len(text) > _MAX_TOML_CHARS:
        raise InputError("情景测试文件太长了。")
    # The parser's time grows with the square of the dots in a key.
    if any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        raise InputError("情景测试文件里有一行太复杂了。")
    try:
        tables = tomllib.loads(text).get("scenario", [])
        if not isinstance(tables, list) or not tables or len(tables) > _MAX_SCENARIOS:
            raise InputError("情景测试文件里要有 [[scenario]]。")
        found = [Scenario.model_validate(table) for table in tables]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"情景测试文件不是正确的 TOML：{str(error)[:200]}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "scenario"
        raise InputError(f"情景测试的 {where} 不对：{first['msg'][:200]}") from None
    if len({one.name for one in found}) < len(found):
        raise InputError("两个情景测试用了同一个名字。")
    return found


def without_scenario(text: str, name: str) -> str:
    """Return a file of scenarios without one of them; an empty text where it was the last."""
    lines = text.splitlines(keepends=True)
    starts = [at for at, line in enumerate(lines) if line.strip() == "[[scenario]]"]
    tables = [lines[at:end] for at, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    kept = [table for table in tables if not any(_names(line, name) for line in table)]
    return "".join([*lines[: starts[0]], *(line for table in kept for line in table)]) if kept else ""


def _names(line: str, name: str) -> bool:
    key, _, value = line.partition("=")
    return key.strip() == "name" and value.strip().strip("\"'") == name
