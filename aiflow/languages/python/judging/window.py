"""Plays a pygame program with simulated time: keys at given moments, pictures and texts as they are drawn."""

import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .stage import OverError, Stage
from .texts import has, numbers_in

_FRAME_S = 1 / 60
_HELD_S = 0.12
_QUIET_S = 4.0
_NO_WINDOW = "程序没有打开窗口"
# Many games wait for a key on their first screen, some for one that moves.
_BEGINNINGS = ("", "space", "return", "click", "right")


@dataclass(frozen=True)
class Press:
    """A key, or a click at a place of the window (as shares of its size), at a moment."""

    at: float
    key: str = ""
    click: tuple[float, float] | None = None
    held: float = _HELD_S


@dataclass
class Played:
    """The observations of a game.

    Attributes:
        pictures: seconds and a digest of each picture that differs from the one before.
        colours: the most colours in one picture, up to 64.
        texts: what was drawn as text, with its seconds; also captions.
        opened: it opened a window.
        error: the error that ended it.
        ended: it ended by itself.
        seconds: how long it ran, in simulated time.
        output: what it printed.
    """

    pictures: list[tuple[float, int]] = field(default_factory=list)
    colours: int = 0
    texts: list[tuple[float, str]] = field(default_factory=list)
    opened: bool = False
    error: str = ""
    ended: bool = False
    seconds: float = 0.0
    output: str = ""

    def changes(self, first: float, last: float) -> int:
        """Return how often the picture changed between two moments."""
        return sum(first < at <= last for at, _ in self.pictures)

    def numbers(self, first: float = 0.0) -> set[float]:
        """Return the numbers in the texts that were drawn from a moment on."""
        return {number for at, text in self.texts if at >= first for number in numbers_in(text)}

    def growth(self) -> float:
        """Return by how much a drawn number became greater: the same number of the same text."""
        first: dict[tuple[str, int], float] = {}
        most = 0.0
        for _, text in self.texts:
            words = "".join(char for char in text if not char.isdigit())
            for place, number in enumerate(numbers_in(text)):
                most = max(most, number - first.setdefault((words, place), number))
        return most

    @property
    def words(self) -> str:
        """All texts that were drawn."""
        return "\n".join(dict.fromkeys(text for _, text in self.texts))


class _Window:
    """Stands between the program and pygame."""

    def __init__(self, stage: Stage, presses: Sequence[Press], seconds: float) -> None:
        import pygame  # noqa: PLC0415 - only a game needs it

        self.pg: Any = pygame
        self.played = Played()
        self._stage = stage
        self._clock = stage.clock
        self._seconds = seconds
        self._presses = sorted(presses, key=lambda press: press.at)
        self._releases: list[tuple[float, Press]] = []
        self._timers: dict[Any, tuple[float, float, int]] = {}
        self._down: dict[int, bool] = defaultdict(bool)
        self._mouse = (0, 0)
        self._buttons = [False, False, False]
        self._last = -1
        self._flipped_at = -1.0

    def install(self) -> list[tuple[Any, str, Any]]:
        """Replace parts of pygame; return what was there before."""
        pg, window = self.pg, self

        class Clock:
            """Stands in for ``pygame.time.Clock``."""

            def __init__(self) -> None:
                self._before, self._passed = window._clock.now, 0

            def tick(self, framerate: float = 0) -> int:
                window.step(1 / framerate if framerate else _FRAME_S / 4)
                self._passed = max(1, round((window._clock.now - self._before) * 1000))
                self._before = window._clock.now
                return self._passed

            tick_busy_loop = tick

            def get_time(self) -> int:
                return self._passed

            get_rawtime = get_time

            def get_fps(self) -> float:
                return 60.0

        pumping = "pump"
        replaced: list[tuple[Any, str, Any]] = [
            (pg.time, "Clock", Clock),
            (pg.time, "get_ticks", lambda: int(self._clock.now * 1000)),
            (pg.time, "wait", self._wait),
            (pg.time, "delay", self._wait),
            (pg.time, "set_timer", self._set_timer),
            (pg.display, "flip", self._flip),
            (pg.display, "update", self._flip),
            (pg.display, "set_mode", self._opening(pg.display.set_mode)),
            (pg.display, "set_caption", self._captions),
            (pg.event, "get", self._reading(pg.event.get)),
            (pg.event, "poll", self._reading(pg.event.poll)),
            (pg.event, "wait", self._await_event),
            (pg.event, pumping, self._reading(getattr(pg.event, pumping))),
            (pg.key, "get_pressed", lambda: self._down),
            (pg.mouse, "get_pos", lambda: self._mouse),
            (pg.mouse, "get_pressed", lambda *_args, **_more: tuple(self._buttons)),
            (pg.font, "Font", _recording(pg.font.Font, self._write)),
            (pg.font, "SysFont", self._system_font),
        ]
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
        for owner, name, value in replaced:
            setattr(owner, name, value)
        return before

    def step(self, seconds: float) -> None:
        """Let time pass, press and release what is due, and stop the program when its time is over."""
        now = self._clock.now = self._clock.now + seconds
        if now > self._seconds:
            raise OverError
        while self._presses and self._presses[0].at <= now and self.played.opened:
            self._press(self._presses.pop(0))
        for at, press in [one for one in self._releases if one[0] <= now]:
            self._releases.remove((at, press))
            self._release(press)
        for event, (due, every, loops) in list(self._timers.items()):
            if due <= now:
                self._post(event if not isinstance(event, int) else self.pg.event.Event(event))
                self._timers[event] = (max(due + every, now), every, loops - 1)
                if loops == 1:
                    del self._timers[event]

    def _post(self, event: Any) -> None:
        try:
            self.pg.event.post(event)
        except self.pg.error:
            return  # before pygame.init

    def _press(self, press: Press) -> None:
        pg = self.pg
        self._releases.append((press.at + press.held, press))
        if press.click is not None:
            width, height = pg.display.get_surface().get_size()
            self._mouse = (int(press.click[0] * (width - 1)), int(press.click[1] * (height - 1)))
            self._buttons[0] = True
            self._post(pg.event.Event(pg.MOUSEMOTION, pos=self._mouse, rel=(0, 0), buttons=(0, 0, 0)))
            self._post(pg.event.Event(pg.MOUSEBUTTONDOWN, pos=self._mouse, button=1))
            return
        code = pg.key.key_code(press.key)
        self._down[code] = True
        text = press.key if len(press.key) == 1 else {"space": " ", "return": "\r"}.get(press.key, "")
        self._post(pg.event.Event(pg.KEYDOWN, key=code, mod=0, unicode=text, scancode=0))
        if len(press.key) == 1:
            self._post(pg.event.Event(pg.TEXTINPUT, text=press.key))

    def _release(self, press: Press) -> None:
        pg = self.pg
        if press.click is not None:
            self._buttons[0] = False
            self._post(pg.event.Event(pg.MOUSEBUTTONUP, pos=self._mouse, button=1))
            return
        code = pg.key.key_code(press.key)
        self._down[code] = False
        self._post(pg.event.Event(pg.KEYUP, key=code, mod=0, unicode="", scancode=0))

    def _wait(self, milliseconds: float) -> int:
        self.step(max(0.0, milliseconds) / 1000)
        return int(milliseconds)

    def _set_timer(self, event: Any, milliseconds: int, loops: int = 0) -> None:
        self._timers.pop(event, None)
        if milliseconds:
            seconds = milliseconds / 1000
            self._timers[event] = (self._clock.now + seconds, seconds, loops or -1)

    def _opening(self, set_mode: Callable[..., Any]) -> Callable[..., Any]:
        def opened(*args: Any, **more: Any) -> Any:
            self.played.opened = True
            return set_mode(*args, **more)

        return opened

    def _captions(self, title: object = "", *_: object) -> None:
        self._write(str(title))

    def _write(self, text: object) -> None:
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        now = self._clock.now
        if len(self.played.texts) < 200_000:
            self.played.texts.append((now, text))

    def _system_font(self, _name: object, size: int, *_args: object, **_more: object) -> Any:
        # System fonts are searched for in a process of their own, and differ between machines.
        return self.pg.font.Font(None, size)

    def _flip(self, *_: object) -> None:
        surface = self.pg.display.get_surface()
        if surface is None:
            return
        # A loop without a clock lets no time pass otherwise.
        self.step(_FRAME_S if self._clock.now == self._flipped_at else 0.0)
        self._flipped_at = self._clock.now
        data = surface.get_buffer().raw
        digest = zlib.crc32(data)
        if digest != self._last:
            self._last = digest
            self.played.pictures.append((self._clock.now, digest))
            if self.played.colours < 3:
                pixels = memoryview(data)[: len(data) // 4 * 4].cast("I")
                self.played.colours = max(self.played.colours, len(set(pixels[::7])))

    def _reading(self, read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(*args: Any, **more: Any) -> Any:
            self.step(0.0005)
            return read(*args, **more)

        return reading

    def _await_event(self, timeout: int = 0) -> Any:
        until = self._clock.now + timeout / 1000 if timeout else self._seconds + 1
        while True:
            event = self.pg.event.poll()
            if event.type != self.pg.NOEVENT or self._clock.now >= until:
                return event
            self.step(0.01)


def _recording(font: Any, write: Callable[[object], None]) -> type:
    """Return a font class that reports the texts that it draws."""

    class Font(font):  # type: ignore[misc]  # whichever class pygame has
        """Stands in for ``pygame.font.Font``; every size of the system's fonts is the default font."""

        def __init__(self, _name: object = None, size: int = 20, *_: object) -> None:
            super().__init__(None, max(1, int(size)))

        def render(self, text: Any, *args: Any, **more: Any) -> Any:
            write(text or "")
            return super().render(text, *args, **more)

    return Font


def play(
    presses: Sequence[Press] = (), seconds: float = 5.0, *, main: str = "main.py", seed: int = 0
) -> Played:
    """Play the program once.

    Args:
        presses: keys and clicks.
        seconds: of simulated time; the game is stopped then.
        main: the file to run.
        seed: of ``random``.
    """
    stage = Stage(lambda _text: None, seed)
    window = _Window(stage, presses, seconds)
    window.pg.quit()
    before = window.install()
    try:
        stage.run(main)
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
    played = window.played
    played.error, played.ended = stage.seen.error, stage.seen.ended
    played.seconds, played.output = stage.clock.now, stage.seen.text
    return played


def presses_of(keys: Sequence[Mapping[str, Any]]) -> list[Press]:
    """Return the presses that a check lists: ``{at, key}``, ``{at, click}``, with ``every`` and ``until``."""
    found = []
    for one in keys:
        at, click = float(one["at"]), one.get("click")
        until, every = float(one.get("until", at)), float(one.get("every", 0) or 1e9)
        names = one.get("key", "")
        sequence = [names] if isinstance(names, str) else list(names)
        number = 0
        while at <= until:
            key = sequence[number % len(sequence)]
            found.append(Press(at, key, tuple(click) if click else None, float(one.get("held", _HELD_S))))
            at, number = at + every, number + 1
    return found


def check_window(check: Mapping[str, Any], main: str) -> tuple[list[str], str]:
    """Play with each way to begin and each set of keys, until one meets all expectations.

    Returns:
        The failures of the best attempt, and its drawn words and output.
    """
    best: tuple[list[str], str] | None = None
    variants = check.get("variants") or [check.get("keys", ())]
    for begin in check.get("begin", _BEGINNINGS):
        for keys in variants:
            wrong, words = _attempt(check, main, _beginning(begin), presses_of(keys))
            if best is None or len(wrong) < len(best[0]):
                best = (wrong, words)
            # A program without a window gets none by another key.
            if not wrong or _NO_WINDOW in wrong:
                return wrong, words
    return best or (["没有可以试的按键"], "")


def _beginning(key: str) -> list[Press]:
    if not key:
        return []
    return [Press(0.3, click=(0.5, 0.5))] if key == "click" else [Press(0.3, key)]


def _attempt(
    check: Mapping[str, Any], main: str, beginning: list[Press], presses: list[Press]
) -> tuple[list[str], str]:
    seconds, seed = float(check.get("time", 5)), check.get("seed", 0)
    played = play([*beginning, *presses], seconds, main=main, seed=seed)
    expected = check.get("expect", ())
    wrong = []
    if not played.opened:
        wrong.append(_NO_WINDOW)
    if played.error:
        wrong.append(f"程序出错：{played.error}")
    if "draws" in expected and played.colours < 2:
        wrong.append("画面上什么都没有")
    if "grows" in expected and not played.growth():
        wrong.append("画面上没有会增加的数字")
    reach = check.get("reach")
    if reach is not None and not any(number >= reach for number in played.numbers()):
        wrong.append(f"画面上没有出现 {reach} 或更大的数字")
    wrong += [f"画面上没有“{words}”" for words in check.get("words", ()) if not has(played.words, words)]
    # Further runs cost time, and say nothing of a program that fails already.
    if not wrong:
        wrong = _differences(expected, played, beginning, seconds, main, seed)
    return wrong, f"{played.words[:2000]}\n{played.output[:2000]}".strip()


def _differences(
    expected: Sequence[str], played: Played, beginning: list[Press], seconds: float, main: str, seed: int
) -> list[str]:
    """Return which expectations fail that compare with a run without keys."""
    wrong = []
    if "reacts" in expected:
        quiet = play(beginning, seconds, main=main, seed=seed)
        if [digest for _, digest in quiet.pictures] == [digest for _, digest in played.pictures]:
            wrong.append("按键没有让画面变化")
    if "moves" in expected:
        quiet = play(beginning, min(seconds, _QUIET_S), main=main, seed=seed)
        if quiet.changes(0.6, _QUIET_S) < 2:
            wrong.append("不按键的时候画面不动")
    if "still" in expected and play(beginning, 3.0, main=main, seed=seed).changes(1.0, 3.0):
        wrong.append("不按键的时候画面不应该变")
    return wrong
