"""Checks of callers' values: a sentence, an id, a result that must be there."""

import unicodedata
from typing import TypeVar, cast, get_args
from uuid import UUID

from aiflow.config import Asking
from aiflow.exceptions import ConflictError, InputError

T = TypeVar("T")

MAX_PROMPT_CHARS = 1000
MAX_TITLE_CHARS = 100
MAX_LABEL_CHARS = 40
# They turn the text after them around: a title would change how the line that it stands in reads.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UUID_VERSION = 4  # random: an id holds neither a time nor a machine


def check_prompt(text: str) -> str:
    """Return ``text`` if it can be a request.

    Raises:
        InputError: when it is blank or longer than 1000 characters.
    """
    if not text.strip():
        raise InputError("请先写一句话，说说你想做什么程序。")
    if len(text) > MAX_PROMPT_CHARS:
        raise InputError(f"这句话有 {len(text)} 个字符，最多 {MAX_PROMPT_CHARS} 个，请写短一点。")
    # JSON can hold half of a surrogate pair. UTF-8 cannot, so no file could be written with the request.
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputError("这句话里有无法保存的字符，请删掉奇怪的符号再试。")
    return text


def check_title(value: object) -> str:
    """Return a project's title as a person gave it, without the space around it.

    Raises:
        InputError: when it is no text, has no or more than 100 characters, or one that is no part of a line.
    """
    title = _check_line(value, "名字", MAX_TITLE_CHARS)
    if not title:
        raise InputError("名字不能是空的。")
    return title


def check_label(value: object) -> str:
    """Return a version's label as a person gave it, without the space around it; empty for no label.

    Raises:
        InputError: when it is no text, has more than 40 characters, or one that is no part of a line.
    """
    return _check_line(value, "标签", MAX_LABEL_CHARS)


def _check_line(value: object, name: str, limit: int) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name}应该是文字。")
    # Before the length is checked, because the blanks are not stored.
    line = value.strip()
    if len(line) > limit:
        raise InputError(f"{name}有 {len(line)} 个字符，最多 {limit} 个，请写短一点。")
    # Not all of the category Cf is refused: the zero-width joiner is a part of many emoji.
    if any(char in _TURNING or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line):
        raise InputError(f"{name}里有换行或看不见的控制字符，请删掉再试。")
    return line


def as_uuid(project_id: UUID | str) -> UUID:
    """Return an id.

    Raises:
        InputError: when it is no UUID of version 4.
    """
    try:
        found = project_id if isinstance(project_id, UUID) else UUID(project_id)
    # ``UUID`` calls ``replace`` of its argument first, so a number causes an AttributeError.
    except (AttributeError, TypeError, ValueError):
        raise InputError("项目编号应该是一个 UUID。") from None
    if found.version != _UUID_VERSION:
        raise InputError("项目编号应该是一个版本 4（随机生成）的 UUID。")
    return found


def required(value: T | None) -> T:
    """Return what an earlier phase must have made.

    Raises:
        ConflictError: when it is not there yet.
    """
    if value is None:
        raise ConflictError("前一个阶段还没有结果，不能继续。")
    return value


def check_asking(ask: object) -> Asking:
    """Return whether to ask, as it stands in a request.

    Raises:
        InputError: when it is none of the words.
    """
    if ask not in get_args(Asking):
        raise InputError(f"ask 只能是 {'、'.join(get_args(Asking))}。")
    return cast("Asking", ask)
