"""Makes one check: reads it from a file, and prints the result as the last line of its output."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import constructs, functions, stage, talk, texts, window

CHECK_FILE = "_aiflow_check.json"
_MAX_TEXT = 8_000


def check_function(check: Mapping[str, Any], main: str) -> tuple[list[str], str]:
    """Make a check of function values."""
    functions.find_function(check.get("names", ()), check["cases"], main, check.get("within", 1e-6))
    return [], ""


def check_code(check: Mapping[str, Any], main: str) -> tuple[list[str], str]:
    """Run a check's own Python; an AssertionError is its verdict, any other error one too."""
    said: list[str] = []

    def observed(*args: Any, **more: Any) -> stage.Seen:
        seen = talk.talk(*args, **{"main": main, **more})
        said.append(talk.transcript(seen))
        return seen

    names: dict[str, Any] = {
        "main": main,
        "talk": observed,
        "run": talk.run,
        "printed": talk.printed,
        "play": window.play,
        "Press": window.Press,
        "find_function": functions.find_function,
        "functions": functions.functions,
        "call": functions.call,
        "constructs": constructs.constructs,
        **{name: getattr(texts, name) for name in ("fold", "has", "numbers_in", "has_numbers", "menu_label")},
    }
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - an entry of the path is a text
    try:
        exec(compile(check["code"], "<check>", "exec"), names)  # noqa: S102  # the check is ours
    except Exception as error:
        error.add_note("\n----\n".join(said))
        raise
    return [], "\n----\n".join(said)


def check_files(check: Mapping[str, Any], main: str) -> tuple[list[str], str]:
    """Run the program, then look at the files that it has written."""
    before = {path: path.read_bytes() for path in _files()}
    seen = talk.talk(check.get("steps", ()), check.get("answers", ()), main=main)
    wrong = talk.expectations(check, seen)
    for wanted in check["made"]:
        paths = [
            path for path in _files() if path.match(wanted["path"]) and path.read_bytes() != before.get(path)
        ]
        found = "\n".join(path.read_text(encoding="utf-8-sig", errors="replace") for path in paths)
        if not paths:
            wrong.append(f"没有写文件 {wanted['path']}")
        wrong += [
            f"{wanted['path']} 里没有“{words}”"
            for words in wanted.get("contains", ())
            if not texts.has(found, words)
        ]
        wrong += [
            f"{wanted['path']} 里不应该有“{words}”"
            for words in wanted.get("lacks", ())
            if texts.has(found, words)
        ]
        lines = [line for line in found.splitlines() if line.strip()]
        if "lines" in wanted and lines != wanted["lines"]:
            wrong.append(f"{wanted['path']} 里的行不对：{lines[:10]}")
    return wrong, talk.transcript(seen)


def _files() -> list[Path]:
    return [path for path in Path().rglob("*") if path.is_file() and not path.parts[0].startswith("_aiflow")]


def check_constructs(check: Mapping[str, Any], _main: str) -> tuple[list[str], str]:
    """Make a check of forbidden and required constructs."""
    return constructs.check_constructs(check), ""


_CHECKS: dict[str, Callable[[Mapping[str, Any], str], tuple[list[str], str]]] = {
    "console": talk.check_talk,
    "window": window.check_window,
    "function": check_function,
    "files": check_files,
    "constructs": check_constructs,
    "code": check_code,
}


def main() -> None:
    """Make the check and print ``nonce {"wrong": [...], "text": …}``."""
    given = json.loads(Path(CHECK_FILE).read_text(encoding="utf-8"))
    check = given["check"]
    try:
        wrong, text = _CHECKS[check["kind"]](check, given["main"])
    except AssertionError as error:
        wrong, text = [str(error) or "检查没有通过"], _notes(error)
    except Exception as error:  # noqa: BLE001 - a check that a program breaks is a check that it fails
        wrong, text = [f"检查时出错：{type(error).__name__}: {error}"[:500]], _notes(error)
    result = {"wrong": [one[:500] for one in wrong], "text": text[:_MAX_TEXT]}
    # Threads of the program and its cleanup must not delay or change what was found.
    sys.__stdout__.write(f"\n{given['nonce']}{json.dumps(result)}\n")  # type: ignore[union-attr]  # there is one here
    sys.__stdout__.flush()  # type: ignore[union-attr]
    os._exit(0)


def _notes(error: BaseException) -> str:
    return "\n".join(getattr(error, "__notes__", []))
