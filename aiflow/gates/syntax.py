"""Whether a file is what its name says: source that its language can read, JSON, TOML, UTF-8."""

import json
import tomllib
from collections.abc import Iterable, Iterator

from aiflow.languages.base import not_utf8
from aiflow.languages.registry import language_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, at

_TEXT_SUFFIXES = (
    ".md", ".txt", ".json", ".csv", ".toml", ".html", ".css", ".js", ".ini", ".cfg", ".yaml", ".yml",
)  # fmt: skip


class SyntaxGate:
    """Every file, each as what it is."""

    name = "syntax"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Check each file that is not known to be cut off."""
        for path in project.paths:
            yield from project.file(path).once(_check)


def _check(file: SourceFile) -> list[Finding]:
    return check_bytes(file.path, file.data)


def check_bytes(path: str, data: bytes) -> list[Finding]:
    """Check one file by itself.

    Args:
        path: its suffix says what it must be.
        data: its bytes.

    Returns:
        What is wrong with it, with rule ``syntax`` or ``encoding``.
    """
    language = language_of(path)
    if language is not None:
        return language.check_file(path, data)
    name = path.lower()
    if not name.endswith(_TEXT_SUFFIXES):
        return []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_read_by_program = name.endswith((".json", ".toml"))
        return [not_utf8(path, data, error, "程序", "error" if is_read_by_program else "warning")]
    if name.endswith(".json"):
        return list(_check_json(path, text))
    if name.endswith(".toml"):
        return list(_check_toml(path, text))
    return []


def _check_json(path: str, text: str) -> Iterable[Finding]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        # An empty file is often filled by the program later.
        if not text.strip():
            message = f"{at(path)}是空的，程序把它当 JSON 读时会出错。至少要有 {{}} 或 []。"
            yield Finding(path, None, "syntax", message, "warning")
            return
        message = (
            f"{at(path, error.lineno)}不是正确的 JSON（{error.msg}），程序读它时会出错。"
            "检查引号、逗号和括号；JSON 里不能写注释，最后一项后面不能有逗号。"
        )
        yield Finding(path, error.lineno, "syntax", message)
    except (RecursionError, ValueError):
        yield Finding(path, None, "syntax", f"{at(path)}嵌套太深或数字太长，JSON 读不了它。请改得简单一些。")


def _check_toml(path: str, text: str) -> Iterable[Finding]:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message = (
            f"{at(path)}不是正确的 TOML（{str(error)[:120]}），程序读它时会出错。检查引号、等号和方括号。"
        )
        yield Finding(path, None, "syntax", message)
