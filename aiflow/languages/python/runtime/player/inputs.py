"""Keyboard, mouse and focus as the page has them.

Posted as events, and kept for the functions that ask for their state.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from .keys import MODIFIERS, pygame_key, typed_character

_SCANCODES: Final = 512
_BUTTONS: Final = {0: 1, 1: 2, 2: 3, 3: 6, 4: 7}  # the page counts from 0, and pygame's 4 and 5 are the wheel
_WHEEL_STEP: Final = 100.0  # CSS pixels of one notch in Chromium


class Inputs:
    """The state that the page's events leave behind.

    Written by the listening thread, read by the program's.
    """

    def __init__(self) -> None:
        self._pygame: Any = None
        self._keys: dict[str, tuple[int, int]] = {}  # held: code -> keycode, scancode
        self._capslock = False
        self._buttons: set[int] = set()
        self._position = (0, 0)
        self._moved = (0, 0)
        self._wheel = [0.0, 0.0]
        self._focused = True
        self._text_input = True
        self._fresh: dict[str, set[int]] = {"down": set(), "up": set(), "press": set(), "release": set()}
        self._just = {name: set[int]() for name in self._fresh}

    def patch(self, pygame: Any) -> None:
        """Puts our answers in the place of SDL's, which knows no keyboard and no mouse here."""
        self._pygame = pygame
        wrapper = pygame.key.ScancodeWrapper

        def scancodes(pressed: set[int]) -> Any:
            return wrapper(tuple(number in pressed for number in range(_SCANCODES)))

        # A key that came and went between two looks at the events counts as held for one: a slow network must
        # not eat it.
        pygame.key.get_pressed = lambda: scancodes(
            {code for _, code in list(self._keys.values())} | self._just["down"]
        )
        pygame.key.get_just_pressed = lambda: scancodes(self._just["down"])
        pygame.key.get_just_released = lambda: scancodes(self._just["up"])
        pygame.key.get_mods = self._mods
        pygame.key.get_focused = lambda: self._focused
        pygame.mouse.get_pos = self._get_pos
        pygame.mouse.get_rel = self._get_rel
        pygame.mouse.get_pressed = self._get_pressed
        pygame.mouse.get_just_pressed = lambda: tuple(number in self._just["press"] for number in range(1, 6))
        pygame.mouse.get_just_released = lambda: tuple(
            number in self._just["release"] for number in range(1, 6)
        )
        pygame.mouse.get_focused = lambda: self._focused
        pygame.mouse.set_pos = self._set_pos
        pygame.key.start_text_input = self._switching(pygame.key.start_text_input, on=True)
        pygame.key.stop_text_input = self._switching(pygame.key.stop_text_input, on=False)
        for name in ("get", "pump", "poll", "wait"):
            setattr(pygame.event, name, self._turning(getattr(pygame.event, name)))

    def handle(self, event: dict[str, Any]) -> None:
        """Handle one event of the page.

        Args:
            event: ``type`` and what belongs to it; see ``PlayRun.send_input``.
        """
        pygame = self._pygame
        if pygame is None or not pygame.display.get_init():
            return  # there is no window yet that could hear it
        match event["type"]:
            case "key_down" | "key_up":
                self._key(event)
            case "text":
                self._post(pygame.TEXTINPUT, text=str(event["text"]))
            case "pointer_move" | "pointer_down" | "pointer_up":
                self._pointer(event)
            case "wheel":
                self._turn_wheel(float(event.get("dx", 0)), float(event.get("dy", 0)))
            case "focus":
                self._focus(gained=True)
            case "blur":
                self._focus(gained=False)

    def _post(self, kind: int, **attributes: Any) -> None:
        with suppress(self._pygame.error):  # the queue is full: the program does not read it
            self._pygame.event.post(self._pygame.event.Event(kind, window=None, **attributes))

    def _key(self, event: dict[str, Any]) -> None:
        pygame, code, name = self._pygame, str(event["code"]), str(event.get("key", ""))
        found = pygame_key(pygame, code, name)
        if event["type"] == "key_up":
            held = self._keys.pop(code, None)
            if held is not None:
                self._fresh["up"].add(held[1])
                self._post(pygame.KEYUP, key=held[0], mod=self._mods(), unicode="", scancode=held[1])
            return
        repeated = code in self._keys
        if repeated and not pygame.key.get_repeat()[0]:
            return  # as on a desktop: a program hears of a held key once, unless it asks for more
        if code == "CapsLock":
            self._capslock = not self._capslock
        control = "ControlLeft" in self._keys or "ControlRight" in self._keys
        text = typed_character(name, control=control)
        if found is not None:
            self._keys[code] = found
            self._fresh["down"].add(found[1])
            self._post(pygame.KEYDOWN, key=found[0], mod=self._mods(), unicode=text, scancode=found[1])
        if self._text_input and text.isprintable() and text:
            self._post(pygame.TEXTINPUT, text=text)

    def _mods(self) -> int:
        pygame = self._pygame
        mods = pygame.KMOD_CAPS if self._capslock else pygame.KMOD_NONE
        for code, name in MODIFIERS.items():
            if code in self._keys:
                mods |= getattr(pygame, name)
        return int(mods)

    def _pointer(self, event: dict[str, Any]) -> None:
        pygame = self._pygame
        self._move(self._inside(event))
        if event["type"] == "pointer_move":
            return
        button = _BUTTONS.get(int(event.get("button", 0)))
        if button is None:
            return
        down = event["type"] == "pointer_down"
        (self._buttons.add if down else self._buttons.discard)(button)
        self._fresh["press" if down else "release"].add(button)
        kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
        self._post(kind, pos=self._position, button=button, touch=False)

    def _inside(self, event: dict[str, Any]) -> tuple[int, int]:
        surface = self._pygame.display.get_surface()
        width, height = surface.get_size() if surface is not None else (1, 1)
        x, y = int(float(event["x"])), int(float(event["y"]))
        return min(max(x, 0), width - 1), min(max(y, 0), height - 1)

    def _move(self, position: tuple[int, int]) -> None:
        step = (position[0] - self._position[0], position[1] - self._position[1])
        if step == (0, 0):
            return
        self._position = position
        self._moved = (self._moved[0] + step[0], self._moved[1] + step[1])
        buttons = tuple(int(number in self._buttons) for number in (1, 2, 3))
        self._post(self._pygame.MOUSEMOTION, pos=position, rel=step, buttons=buttons, touch=False)

    def _turn_wheel(self, right: float, down: float) -> None:
        pygame = self._pygame
        precise = (right / _WHEEL_STEP, -down / _WHEEL_STEP)  # pygame counts upwards
        self._wheel[0] += precise[0]
        self._wheel[1] += precise[1]
        x, y = int(self._wheel[0]), int(self._wheel[1])
        if not x and not y:
            return
        self._wheel = [self._wheel[0] - x, self._wheel[1] - y]
        self._post(
            pygame.MOUSEWHEEL,
            flipped=False,
            x=x,
            y=y,
            precise_x=precise[0],
            precise_y=precise[1],
            touch=False,
        )
        for _ in range(min(abs(y), 20)):  # older programs know the wheel as buttons 4 and 5
            for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
                self._post(kind, pos=self._position, button=4 if y > 0 else 5, touch=False)

    def _focus(self, *, gained: bool) -> None:
        pygame = self._pygame
        if gained == self._focused:
            return
        self._focused = gained
        if not gained:  # nobody will tell us that they were let go
            for code in list(self._keys):
                self._key({"type": "key_up", "code": code})
            for number in sorted(self._buttons):
                self._buttons.discard(number)
                self._post(pygame.MOUSEBUTTONUP, pos=self._position, button=number, touch=False)
        self._post(pygame.ACTIVEEVENT, gain=int(gained), state=2)
        self._post(pygame.WINDOWFOCUSGAINED if gained else pygame.WINDOWFOCUSLOST)

    def _get_pos(self) -> tuple[int, int]:
        return self._position

    def _get_rel(self) -> tuple[int, int]:
        moved, self._moved = self._moved, (0, 0)
        return moved

    def _get_pressed(self, num_buttons: int = 3, desktop: bool = False) -> tuple[bool, ...]:  # noqa: FBT001, FBT002, ARG002  # pygame's own signature
        if num_buttons not in {3, 5}:
            raise ValueError("Number of buttons needs to be 3 or 5.")
        numbers = (1, 2, 3) if num_buttons == 3 else (1, 2, 3, 6, 7)
        held = self._buttons | self._just["press"]
        return tuple(number in held for number in numbers)

    def _set_pos(self, *position: Any) -> None:
        x, y = position if len(position) == 2 else position[0]
        self._move(self._inside({"x": x, "y": y}))

    def _switching(self, original: Callable[..., Any], *, on: bool) -> Callable[..., Any]:
        def switch() -> None:
            self._text_input = on
            original()

        return switch

    def _turning(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def turn(*args: Any, **kwargs: Any) -> Any:
            for name, fresh in self._fresh.items():
                self._just[name] = set(fresh)
                fresh.clear()
            return original(*args, **kwargs)

        return turn
