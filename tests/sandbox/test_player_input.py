"""Keyboard, mouse, text and focus, as a pygame program meets them that is played without a screen."""

import pygame as pg
import pytest

from aiflow.exceptions import InputError
from aiflow.languages.python.runtime.player import keys
from aiflow.sandbox.events import Ended, Output
from aiflow.sandbox.player import start_player
from tests.sandbox.playing import LIMITS, first_frame, key

pytestmark = pytest.mark.asyncio

# A program that says in its terminal what it hears, until it hears Escape.
LISTENER = """
import pygame
pygame.init()
screen = pygame.display.set_mode((320, 240))
clock = pygame.time.Clock()
pygame.event.clear()
print("bereit")
running = True
while running:
    for event in pygame.event.get():
        names = {pygame.KEYDOWN: "key unicode mod", pygame.KEYUP: "key", pygame.TEXTINPUT: "text",
                 pygame.MOUSEMOTION: "pos rel buttons", pygame.MOUSEBUTTONDOWN: "pos button",
                 pygame.MOUSEBUTTONUP: "pos button", pygame.MOUSEWHEEL: "x y",
                 pygame.WINDOWFOCUSLOST: "", pygame.WINDOWFOCUSGAINED: ""}
        if event.type in names:
            told = [getattr(event, name) for name in names[event.type].split()]
            print(pygame.event.event_name(event.type), *told, flush=True)
        if event.type == pygame.KEYDOWN:
            held = pygame.key.get_pressed()
            print("held", held[event.key], held[pygame.K_z], pygame.key.get_focused(), flush=True)
            running = event.key != pygame.K_ESCAPE
        if event.type == pygame.MOUSEBUTTONDOWN:
            print("mouse", pygame.mouse.get_pos(), pygame.mouse.get_pressed(), flush=True)
    pygame.display.update()
    clock.tick(60)
"""


async def hear(project, *events: dict[str, object], text: str = LISTENER) -> list[str]:
    """The listener's answers to these events."""
    said = ""
    async with await start_player(project(text), "main.py", limits=LIMITS) as run:
        async for event in run.events():
            if isinstance(event, Output):
                said += event.text
                if "bereit\n" in said and events:
                    for one in (*events, {"type": "key_down", "code": "Escape", "key": "Escape"}):
                        await run.send_input(one)
                    events = ()
            if isinstance(event, Ended):
                assert event.exit_code == 0, said
    return said.split("\n")[1:-1]


async def test_keys(project):
    told = await hear(
        project,
        key("key_down", "ArrowLeft", "ArrowLeft"),
        key("key_down", "ArrowLeft", "ArrowLeft", repeat=True),
        key("key_up", "ArrowLeft", "ArrowLeft"),
        key("key_down", "ShiftLeft", "Shift"),
        key("key_down", "KeyA", "A"),
        key("key_down", "KeyQ", "a"),  # a French keyboard
        key("key_down", "Unheard", "x"),
    )
    shift = pg.KMOD_LSHIFT
    assert told == [
        f"KeyDown {pg.K_LEFT}  0",
        "held True False True",
        f"KeyUp {pg.K_LEFT}",
        f"KeyDown {pg.K_LSHIFT}  {shift}",
        "held True False True",
        f"KeyDown {pg.K_a} A {shift}",
        "held True False True",
        "TextInput A",
        f"KeyDown {pg.K_a} a {shift}",
        "held True False True",
        "TextInput a",
        "TextInput x",
        f"KeyDown {pg.K_ESCAPE} \x1b {shift}",
        "held True False True",
    ]


async def test_repeats_where_the_program_asks_for_them(project):
    text = LISTENER.replace('print("bereit")', 'pygame.key.set_repeat(200, 50)\nprint("bereit")', 1)
    down = key("key_down", "Space", " ")
    told = await hear(project, down, down | {"repeat": True}, text=text)
    assert [line for line in told if line.startswith("KeyDown 32")] == ["KeyDown 32   0"] * 2


async def test_text_that_was_composed(project):
    told = await hear(project, {"type": "text", "text": "你好"})
    assert told[0] == "TextInput 你好"


async def test_mouse_and_wheel(project):
    told = await hear(
        project,
        {"type": "pointer_move", "x": 30.7, "y": 40},
        {"type": "pointer_down", "x": 30, "y": 40, "button": 0},
        {"type": "pointer_move", "x": 9999, "y": -5},
        {"type": "pointer_up", "x": 319, "y": 0, "button": 0},
        {"type": "pointer_down", "x": 319, "y": 0, "button": 2},
        {"type": "wheel", "dx": 0, "dy": 60},
        {"type": "wheel", "dx": 0, "dy": 60},
    )
    assert told[:2] == ["MouseMotion (30, 40) (30, 40) (0, 0, 0)", "MouseButtonDown (30, 40) 1"]
    assert told[2].startswith("mouse (")
    assert told[2].endswith(("(True, False, False)", "(True, False, True)"))  # as of now, not as of the event
    assert "MouseMotion (319, 0) (289, -40) (1, 0, 0)" in told
    assert "MouseButtonUp (319, 0) 1" in told
    assert "MouseButtonDown (319, 0) 3" in told
    assert "MouseWheel 0 -1" in told
    assert "MouseButtonDown (319, 0) 5" in told


async def test_lost_focus_lets_the_keys_go(project):
    told = await hear(
        project,
        key("key_down", "ArrowUp", "ArrowUp"),
        {"type": "pointer_down", "x": 1, "y": 1, "button": 0},
        {"type": "blur"},
        {"type": "blur"},
        {"type": "focus"},
    )
    kinds = [line for line in told if not line.startswith(("held", "mouse"))]
    start = kinds.index(f"KeyUp {pg.K_UP}")
    assert kinds[start : start + 4] == [
        f"KeyUp {pg.K_UP}",
        "MouseButtonUp (1, 1) 1",
        "WindowFocusLost",
        "WindowFocusGained",
    ]


async def test_wait_poll_and_peek_wake_up(project):
    root = project(
        """
        import pygame
        pygame.init()
        pygame.display.set_mode((50, 50))
        pygame.event.clear()
        pygame.display.flip()
        while (event := pygame.event.wait()).type != pygame.KEYDOWN: pass
        print("wait", event.key, pygame.key.get_just_pressed()[event.key])
        while not pygame.event.peek(pygame.KEYUP): pygame.time.wait(5)
        while (event := pygame.event.poll()).type != pygame.KEYUP: pass
        print("poll", event.key, pygame.key.get_pressed()[event.key])
        """
    )
    said = ""
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        await first_frame(run)
        for kind in ("key_down", "key_up"):
            await run.send_input(key(kind, "KeyG", "g"))
        async for event in run.events():
            said += event.text if isinstance(event, Output) else ""
    assert said.startswith("wait 103")
    assert "poll 103 False\n" in said


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "explode"},
        {"type": "key_down"},
        {"type": "pointer_move", "x": "1", "y": 2},
        {"type": "wheel", "dy": float("nan")},
        {"type": ["focus"]},
    ],
)
async def test_what_is_no_input_is_refused(project, event):
    async with await start_player(project("input()"), "main.py", limits=LIMITS) as run:
        with pytest.raises(InputError):
            await run.send_input(event)


async def test_every_key_of_the_table_is_pygames():
    found = {code: keys.pygame_key(pg, code, "") for code in keys.CODES}
    assert None not in found.values()
    assert len({scancode for _, scancode in found.values()}) == len(found)
    assert found["ArrowLeft"] == (pg.K_LEFT, pg.KSCAN_LEFT)
    for name in keys.MODIFIERS.values():
        assert getattr(pg, name)
