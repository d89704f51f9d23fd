"""Plays a scenario: the whole program runs once, in its own time, with scripted keys or lines."""

import os
import random
import re
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from ..after_import import AfterImport
from ..player.fonts import patch_fonts
from ..player.inputs import Inputs
from ..script import run_script
from . import functions, output
from .clock import Clock
from .recording import Recorder
from .watching import Window

_SEED: Final = 1
_LOADING_S: Final = 60.0
_MAX_SHOWN: Final = 300
_NUMBER: Final = re.compile(r"-?[0-9]+")
_perf_counter = time.perf_counter

Report = Callable[[dict[str, Any]], None]


class TimeIsUp(BaseException):
    """The scenario has been played to its end; no ``except Exception`` of the program may stop this."""


def run_scenario(script: str, scenario: dict[str, Any], report: Report, *, record: bool = False) -> None:
    """Run the program once and report the result.

    Args:
        script: the main file.
        scenario: as ``aiflow.model.scenarios.Scenario`` writes it; keys have the browser's names.
        report: takes the result.
        record: also report what the program executes.
    """
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    report({"test": 0, "at": "start"})
    clock = Clock()
    clock.patch()
    random.seed(_SEED)
    play = _play_game if scenario["kind"] == "game" else _talk
    recorder = Recorder(os.getcwd()) if record else None  # noqa: PTH109  # pathlib is not loaded
    if recorder is not None:
        recorder.start()
    start = _perf_counter()
    result = play(script, scenario, clock)
    if recorder is not None:
        report({"test": 0, "at": "lines", **recorder.stop()})
    report({"test": 0, "at": "end", "ms": round((_perf_counter() - start) * 1000), **result})


def _talk(script: str, scenario: dict[str, Any], _clock: Clock) -> dict[str, Any]:
    """Run a console program: type the lines, and look for the texts in what it prints."""
    printed = output.install(scenario["lines"])
    ended = _run(script)
    code = ended.get("exit")
    if code is None:
        return ended
    rest = printed.text
    for wanted in scenario["output"]:
        before, found, rest = rest.partition(wanted)
        if not found:
            shown = before.strip()[-_MAX_SHOWN:] or "什么也没有"
            return {"status": "failed", "message": f"应该打印“{wanted}”，得到：{shown}"}
    if scenario["exit"] is not None and code != scenario["exit"]:
        text = f"程序的退出码应该是 {scenario['exit']}，得到 {code}。"
        return {"status": "failed", "message": text}
    return {"status": "passed"}


def _run(script: str) -> dict[str, Any]:
    """Run the program; return ``exit``, its exit code, or the result of a program that raised an error."""
    code = 0

    def run() -> None:
        nonlocal code
        try:
            run_script(script, [])
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except EOFError:
            code = 1  # there were no more lines: the dialogue is over

    result = functions.outcome(run)
    return {"exit": code} if result["status"] == "passed" else result


def _play_game(script: str, scenario: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """Play a game: press the keys at their times, and compare what the window showed."""
    output.install()
    window, inputs = Window(clock), Inputs()
    events = _events(scenario)
    began = 0.0

    def step() -> None:
        nonlocal began
        # Until the first picture a program loads fonts, and looks at the clock the oftener the slower it is.
        if not window.shown and clock.passed < _LOADING_S:
            began = clock.passed
        while events and events[0][0] <= clock.passed - began:
            window.is_touched = True
            inputs.handle(events.pop(0)[1])
        if clock.passed - began >= scenario["seconds"]:
            raise TimeIsUp

    def patch(pygame: Any) -> None:
        clock.patch_pygame(pygame)
        window.patch(pygame, step)
        inputs.patch(pygame)
        patch_fonts(pygame)

    sys.meta_path.insert(0, AfterImport("pygame", patch))
    ended = False
    try:
        result = _run_game(script)
        ended = result.get("exit") == 0
    except TimeIsUp:
        result = {"exit": 0}
    if "exit" not in result:
        return result
    if not window.shown:
        return {"status": "failed", "message": "程序没有打开窗口，或者一直没有显示画面。"}
    failed = [_WORDS[what] for what in scenario["expect"] if not _is_met(what, window, ended=ended)]
    if failed:
        return {"status": "failed", "message": f"玩了 {scenario['seconds']:g} 秒，{'；'.join(failed)}。"}
    return {"status": "passed"}


_WORDS: Final = {
    "picture_changed": "画面应该变化，可是没有变",
    "caption_changed": "窗口标题应该变化，可是没有变",
    "score_grew": "分数应该变大，可是没有变大",
    "ended": "程序应该自己结束，可是没有结束",
}


def _is_met(what: str, window: Window, *, ended: bool) -> bool:
    if what == "picture_changed":
        return window.picture_changed
    if what == "caption_changed":
        return len(window.captions) > 1
    return ended if what == "ended" else _grew(window.texts)


def _grew(texts: list[str]) -> bool:
    """Return whether a number grew in a text that is otherwise the same: ``得分 0``, then ``得分 10``."""
    first: dict[str, int] = {}
    for text in texts:
        numbers = _NUMBER.findall(text)
        if numbers and len(text) <= _MAX_SHOWN:
            value = int(numbers[0])
            if value > first.setdefault(_NUMBER.sub("#", text), value):
                return True
    return False


def _run_game(script: str) -> dict[str, Any]:
    """Run the program like ``_run``, but let the end of the time through."""
    is_over = False

    def run() -> None:
        nonlocal is_over
        try:
            run_script(script, [])
        except TimeIsUp:
            is_over = True
        except SystemExit as error:
            if error.code:
                raise RuntimeError(f"程序以错误结束：{str(error.code)[:_MAX_SHOWN]}") from None

    result = functions.outcome(run)
    if is_over:
        raise TimeIsUp
    return {"exit": 0} if result["status"] == "passed" else result


def _events(scenario: dict[str, Any]) -> list[tuple[float, dict[str, Any]]]:
    """Return what the player does, in the order of the times."""
    events: list[tuple[float, dict[str, Any]]] = []
    for press in scenario["keys"]:
        code = press["key"]
        key = code[-1].lower() if code.startswith(("Key", "Digit")) else {"Space": " "}.get(code, code)
        for kind, at in (("key_down", press["at"]), ("key_up", press["at"] + press["hold"])):
            events.append((at, {"type": kind, "code": code, "key": key}))
    for click in scenario["clicks"]:
        for kind, at in (("pointer_down", click["at"]), ("pointer_up", click["at"] + 0.1)):
            events.append((at, {"type": kind, "x": click["x"], "y": click["y"], "button": 0}))
    return sorted(events, key=lambda event: event[0])
