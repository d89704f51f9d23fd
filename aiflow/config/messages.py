"""The sentence for a wrong value in config.json."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from aiflow.config.sections import FASTEST_SPEED, SLOWEST_SPEED


def explain(config: type[BaseModel], error: ValidationError, name: str) -> str:
    """Return the Chinese sentence for the first wrong key: what it holds, and what it may hold.

    Args:
        config: the model of the whole configuration.
        error: what validating it raised.
        name: the file's name, for an error that concerns no key.
    """
    found = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in found["loc"]) or name
    if found["type"] == "extra_forbidden":
        return f"配置项 {key}：没有这个配置项，请检查拼写。"
    held = json.dumps(found.get("input"), ensure_ascii=False, default=str)[:80]
    # A lone surrogate in the value would stop the sentence from being printed.
    held = held.encode("utf-8", "backslashreplace").decode()
    return f"配置项 {key} 现在是 {held}，应该是：{_expectation(config, found)}。"


_EXPECTED = {
    "lesson_speed": f"0（不等待），或者 {SLOWEST_SPEED} 到 {FASTEST_SPEED} 之间的数",
    "characters": "不含空字符和残缺字符的文字",
    "bool_parsing": "true 或 false",
    "bool_type": "true 或 false",
    "string_type": "文字",
    "list_type": "列表",
    "model_type": "一个对象",
    "path_type": "路径",
}


def _expectation(config: type[BaseModel], found: Mapping[str, Any]) -> str:
    kind = str(found["type"])
    if kind == "literal_error":
        return str(found["ctx"]["expected"]).replace(" or ", " 或 ")
    return _EXPECTED.get(kind) or _range(config, found["loc"]) or str(found["msg"])


def _range(config: type[BaseModel], loc: Sequence[int | str]) -> str:
    """The numbers that the key at ``loc`` may hold; empty for a key that holds no number."""
    model: Any = config
    for part in loc[:-1]:
        model = model.model_fields[part].annotation
    field = model.model_fields[loc[-1]]
    kind = {int: "整数", float: "数"}.get(field.annotation, "")
    words = (("gt", "大于"), ("ge", "不小于"), ("lt", "小于"), ("le", "不大于"))
    bounds = [
        f"{word} {getattr(bound, name)}"
        for name, word in words
        for bound in field.metadata
        if hasattr(bound, name)
    ]
    return kind and "、".join(bounds) + (" 的" if bounds else "") + kind
