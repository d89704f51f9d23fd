"""One row of what Python's errors mean."""

import re
from dataclasses import dataclass
from typing import Final

_TYPES: Final = {
    "str": "文字（str）", "int": "整数（int）", "float": "小数（float）", "list": "列表（list）",
    "dict": "字典（dict）", "tuple": "元组（tuple）", "set": "集合（set）", "NoneType": "空值（None）",
    "bool": "真假值（bool）", "function": "函数", "builtin_function_or_method": "内置函数", "method": "方法",
    "module": "模块", "type": "类",
}  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """A row: ``{name}`` in its texts is the pattern's group of that name."""

    errors: tuple[str, ...]
    pattern: str
    meaning: str
    advice: str

    def say(self, match: re.Match[str]) -> tuple[str, str]:
        """Meaning and advice with the message's own names in them."""
        groups = {name: _TYPES.get(value or "", value or "") for name, value in match.groupdict().items()}
        return _filled(self.meaning, groups), _filled(self.advice, groups)


def _filled(text: str, groups: dict[str, str]) -> str:
    # Not str.format: what the program says may hold braces.
    for name, value in groups.items():
        text = text.replace("{" + name + "}", value)
    return text


def row(error: str | tuple[str, ...], pattern: str, meaning: str, advice: str) -> Explanation:
    """Makes a row; the pattern is searched in what the error says."""
    return Explanation((error,) if isinstance(error, str) else error, pattern, meaning, advice)
