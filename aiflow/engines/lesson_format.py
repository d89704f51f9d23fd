"""Reading the files of lesson folders: texts, TOML and recorded lines, and the errors about them."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from aiflow.exceptions import ConfigError
from aiflow.model.tests import TESTS_FOLDER, is_test_file

LESSONS_DIR = Path(__file__).parents[1] / "lessons"
LessonPhase = Literal["specify", "plan", "implement", "repair", "tests"]
AModel = TypeVar("AModel", bound=BaseModel)


class RecordedUsage(BaseModel, frozen=True, extra="forbid"):
    """The token counts that a service gave for a request."""

    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class RecordedLine(BaseModel, frozen=True, extra="forbid"):
    """One line of ``recording.jsonl``: a piece of text, the usage, or the end of an answer.

    ``prompts`` are the messages that were sent to the model; they are kept for readers and are not played.
    """

    phase: LessonPhase
    t: float = Field(default=0.0, ge=0)
    channel: Literal["thinking", "content"] | None = None
    text: str | None = None
    usage: RecordedUsage | None = None
    finish: Literal["stop", "length", "content_filter"] | None = None
    prompts: list[dict[str, str]] | None = None

    @model_validator(mode="after")
    def _check_fields(self) -> "RecordedLine":
        given = [
            self.text is not None,
            self.usage is not None,
            self.finish is not None,
            self.prompts is not None,
        ]
        if sum(given) != 1:
            raise ValueError("exactly one of text, usage, finish, prompts")
        if (self.text is None) != (self.channel is None):
            raise ValueError("text and channel go together")
        return self


def broken(folder: Path, why: str) -> ConfigError:
    """Return the error for a fault in a lesson's folder; it names no path of the machine."""
    return ConfigError(f"课程“{folder.name}”有问题：{why}。写法见 docs/lessons.md。")


def read_text(folder: Path, name: str) -> str:
    """Read a text without translating newlines: a lesson's files are written byte for byte.

    Raises:
        ConfigError: it is missing, unreadable or not UTF-8.
    """
    try:
        # `read_text` would turn \r\n into \n.
        return (folder / name).read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise broken(folder, f"缺少文件 {name}") from error
    except UnicodeDecodeError as error:
        raise broken(folder, f"{name} 不是 UTF-8 编码") from error
    except OSError as error:
        raise broken(folder, f"读不了 {name}") from error


def read_tests(folder: Path) -> dict[str, str]:
    """Read the tests in a lesson's or a change's folder, by their paths in the project; there may be none.

    Raises:
        ConfigError: one is no file of tests, or is not UTF-8.
    """
    found: dict[str, str] = {}
    for file in sorted((folder / TESTS_FOLDER).glob("*.*")):
        path = f"{TESTS_FOLDER}/{file.name}"
        if not is_test_file(path):
            raise broken(folder, f"{path} 不是测试文件")
        found[path] = read_text(folder, path)
    return found


@cache
def read_words() -> dict[str, Any]:
    """Read ``words.toml``, the words that the phrases of all lessons share."""
    return tomllib.loads((LESSONS_DIR / "words.toml").read_text(encoding="utf-8"))


def read_model(folder: Path, name: str, model: type[AModel], **more: Any) -> AModel:
    """Read a TOML file and check it.

    Args:
        folder: the lesson's folder.
        name: the file's name.
        model: what it holds.
        more: fields that are not in the file.

    Raises:
        ConfigError: it is no TOML, or breaks a rule of the model.
    """
    try:
        return model.model_validate(tomllib.loads(read_text(folder, name)) | more)
    except tomllib.TOMLDecodeError as error:
        raise broken(folder, f"{name} 不是正确的 TOML：{error}") from error
    except ValidationError as error:
        raise invalid(folder, name, error) from error


def invalid(folder: Path, name: str, error: ValidationError) -> ConfigError:
    """Return the error for the first rule that a file's values break."""
    # One fault at a time: a teacher corrects the first and runs the check again.
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or name
    return broken(folder, f"{where}：{first['msg']}")


def read_recording(folder: Path) -> tuple[RecordedLine, ...]:
    """Read ``recording.jsonl``.

    Raises:
        ConfigError: a line is wrong, or a phase is missing.
    """
    lines: list[RecordedLine] = []
    # Not splitlines: a model's text may hold U+2028, which JSON leaves as it is.
    for number, line in enumerate(read_text(folder, "recording.jsonl").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            lines.append(RecordedLine.model_validate(json.loads(line)))
        except (json.JSONDecodeError, ValidationError) as error:
            raise broken(folder, f"recording.jsonl 第 {number} 行不对") from error
    phases = {line.phase for line in lines}
    if absent := [phase for phase in ("specify", "plan", "implement") if phase not in phases]:
        raise broken(folder, f"recording.jsonl 里没有 {absent[0]} 阶段")
    return tuple(lines)
