"""pygame programs, played without a screen: what they show, and what reaches them."""

import asyncio
import io
import time
from pathlib import Path

import numpy as np
import pygame as pg
import pytest
import simplejpeg

from aiflow.exceptions import InputError
from aiflow.runner import Ended, Frame, Output, PlayRun, RunLimits, start_player
from aiflow.running.child.player import keys

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore:.*avx2.*:RuntimeWarning")]

LIMITS = RunLimits(wall_timeout_s=30, cpu_budget_s=20, memory_mb=700, processes=12)
CHINESE_FONTS = list(Path("/usr/share/fonts").rglob("*CJK*"))
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


async def first_frame(run: PlayRun) -> Frame:
    await run.request_frame()
    async for event in run.events():
        if isinstance(event, Frame):
            return event
        assert not isinstance(event, Ended), event
    raise AssertionError


def pixels(frame: Frame) -> np.ndarray:
    if frame.media_type == "image/jpeg":
        return simplejpeg.decode_jpeg(frame.data)
    return pg.surfarray.array3d(pg.image.load(io.BytesIO(frame.data), "x.png")).swapaxes(0, 1)


async def hear(project, *events: dict[str, object], text: str = LISTENER) -> list[str]:
    """What the listener says when it is told these events."""
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


def key(kind: str, code: str, name: str, **more: object) -> dict[str, object]:
    return {"type": kind, "code": code, "key": name, **more}


async def test_the_picture_is_the_window(project):
    root = project(
        """
        import pygame
        pygame.init()
        screen = pygame.display.set_mode((317, 211))
        screen.fill((10, 20, 30))
        pygame.draw.rect(screen, (250, 128, 0), (100, 50, 60, 40))
        pygame.display.flip()
        while True:
            pygame.event.wait()
        """
    )
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        frame = await first_frame(run)
    assert (frame.width, frame.height, frame.seq, frame.media_type) == (317, 211, 1, "image/png")
    picture = pixels(frame)
    assert picture.shape == (211, 317, 3)
    assert tuple(picture[0, 0]) == (10, 20, 30)
    assert tuple(picture[60, 110]) == (250, 128, 0)


@pytest.mark.parametrize(
    ("mode", "show"),
    [
        ("(300, 200)", "pygame.display.update()"),
        ("(300, 200)", "pygame.display.update([pygame.Rect(0, 0, 9, 9), None])"),
        ("(300, 200), pygame.SCALED | pygame.FULLSCREEN, vsync=1", "pygame.display.flip()"),
        ("size=(300, 200), flags=pygame.RESIZABLE, depth=32", "update(pygame.Rect(0, 0, 9, 9))"),
    ],
)
async def test_every_way_to_open_and_to_show(project, show, mode):
    root = project(
        f"""
        import pygame
        from pygame.display import *
        pygame.init()
        screen = pygame.display.set_mode({mode})
        screen.fill("red")
        {show}
        pygame.time.wait(20000)
        """
    )
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        frame = await first_frame(run)
    assert (frame.width, frame.height) == (300, 200)
    assert tuple(pixels(frame)[5, 5]) == (255, 0, 0)


async def test_full_screen_without_a_size(project):
    root = project(
        """
        import pygame
        pygame.init()
        screen = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        pygame.display.toggle_fullscreen()
        pygame.display.flip()
        pygame.time.wait(20000)
        """
    )
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        frame = await first_frame(run)
    assert (frame.width, frame.height) == (1024, 768)


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
    text = LISTENER.replace("running = True\n", "running = True\npygame.key.set_repeat(200, 50)\n", 1)
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


MOVING = """
import pygame
pygame.init()
screen = pygame.display.set_mode((320, 240))
clock = pygame.time.Clock()
{before}
count = 0
while {condition}:
    pygame.event.pump()
    count += 1
    screen.fill((count % 256, count // 256, 100))
    pygame.display.flip()
    {tick}
print("{{}} bilder".format(count), flush=True)
pygame.time.wait(20000)
"""


async def test_nobody_asks_and_the_game_goes_on(project):
    root = project(MOVING.format(before="", condition="count < 30", tick="clock.tick(60)"))
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        events = run.events()
        event = await anext(events)
        assert event == Output("stdout", "30 bilder\n")
        await run.request_frame()
        frame = await anext(events)
        assert isinstance(frame, Frame)
        assert frame.seq == 1
        assert tuple(pixels(frame)[0, 0]) == (30, 0, 100)  # the newest, none of those before


async def test_one_picture_for_each_request_and_a_sharp_one_at_rest(project):
    root = project(MOVING.format(before="", condition="count < 40", tick="clock.tick(60)"))
    frames: list[Frame] = []
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        await run.request_frame()
        async for event in run.events():
            if isinstance(event, Frame):
                frames.append(event)
                if frames[-1].media_type == "image/png" and len(frames) > 1:
                    break
                await run.request_frame()
    assert [frame.seq for frame in frames] == list(range(1, len(frames) + 1))
    assert tuple(pixels(frames[-1])[0, 0]) == (40, 0, 100)
    assert all(frame.media_type == "image/jpeg" for frame in frames[1:-1])


async def test_a_loop_without_a_clock_is_not_slowed_and_its_last_picture_arrives(project):
    root = project(MOVING.format(before="", condition="count < 1000", tick=""))
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        last = None
        await run.request_frame()
        async for event in run.events():
            if isinstance(event, Frame):
                last = pixels(event)[0, 0]
                await run.request_frame()
                if event.media_type == "image/png" and tuple(last) == (1000 % 256, 1000 // 256, 100):
                    break
    assert last is not None


async def test_restart_in_another_size(project):
    root = project(
        """
        import pygame
        for size in ((100, 80), (140, 90)):
            pygame.init()
            pygame.display.set_mode(size).fill("blue")
            pygame.display.flip()
            while not pygame.key.get_pressed()[pygame.K_r]:
                pygame.event.pump()
                pygame.time.wait(5)
            while pygame.key.get_pressed()[pygame.K_r]:
                pygame.event.pump()
                pygame.time.wait(5)
            pygame.quit()
        """
    )
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        assert (await first_frame(run)).width == 100
        await run.send_input(key("key_down", "KeyR", "r"))
        await run.send_input(key("key_up", "KeyR", "r"))
        assert (await first_frame(run)).width == 140


async def test_chinese_in_a_font_that_is_missing(project):
    root = project(
        """
        import pygame
        pygame.init()
        pygame.mixer.init()
        for name in ("simhei", "Microsoft YaHei", ["宋体", "arial"], "nirgends"):
            font = pygame.font.SysFont(name, 40, bold=True)
            one, other = (pygame.image.tobytes(font.render(c, True, "white"), "RGBA") for c in "你好")
            print(one != other)
        """
    )
    said = ""
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        async for event in run.events():
            said += event.text if isinstance(event, Output) else ""
    if "False" in said and not CHINESE_FONTS:
        pytest.skip("no Chinese font on this machine")
    assert said == "True\n" * 4


async def test_a_text_program_can_be_played_too(project):
    async with await start_player(project("print('nur Text')"), "main.py", limits=LIMITS) as run:
        events = [event async for event in run.events()]
    assert "".join(event.text for event in events if isinstance(event, Output)) == "nur Text\n"
    assert events[-1] == Ended(0, "exit")


async def test_pictures_that_nobody_asked_for_are_dropped(project):
    root = project(
        r"""
        import os, struct
        message = struct.pack(">IHHB", 1, 5, 5, 0) + bytes(100)
        for fd in range(3, 30):
            try:
                for _ in range(50):
                    os.write(fd, b"F" + struct.pack(">I", len(message)) + message)
            except OSError:
                pass
        print("fertig")
        """
    )
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        events = [event async for event in run.events()]
    assert {type(event) for event in events} == {Output, Ended}


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


async def test_stop_is_prompt_in_the_middle_of_a_game(project):
    root = project(MOVING.format(before="", condition="True", tick="clock.tick(60)"))
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        await first_frame(run)
        began = time.perf_counter()
        await asyncio.gather(*(run.send_input({"type": "blur"}) for _ in range(50)))
        assert (await run.stop()).reason == "stopped"
        assert time.perf_counter() - began < 2
