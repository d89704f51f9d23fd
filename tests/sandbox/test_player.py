"""pygame programs, played without a screen: what they show, and what reaches them."""

import asyncio
import io
from pathlib import Path

import numpy as np
import pygame as pg
import pytest
import simplejpeg

from aiflow.sandbox.events import Ended, Frame, Output
from aiflow.sandbox.player import start_player
from tests.sandbox.playing import LIMITS, first_frame, key, said

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore:.*avx2.*:RuntimeWarning")]

CHINESE_FONTS = list(Path("/usr/share/fonts").rglob("*CJK*"))


def pixels(frame: Frame) -> np.ndarray:
    if frame.media_type == "image/jpeg":
        return simplejpeg.decode_jpeg(frame.data)
    return pg.surfarray.array3d(pg.image.load(io.BytesIO(frame.data), "x.png")).swapaxes(0, 1)


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
        assert await said(events, "\n") == "30 bilder\n"
        await run.request_frame()
        frame = await anext(events)
        assert isinstance(frame, Frame)
        assert frame.seq == 1
        assert tuple(pixels(frame)[0, 0]) == (30, 0, 100)  # the newest, none of those before


async def test_one_picture_for_each_request_and_a_sharp_one_when_idle(project):
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
    printed = ""
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        async for event in run.events():
            printed += event.text if isinstance(event, Output) else ""
    if "False" in printed and not CHINESE_FONTS:
        pytest.skip("no Chinese font on this machine")
    assert printed == "True\n" * 4


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


async def test_stop_works_in_the_middle_of_a_game(project):
    root = project(MOVING.format(before="", condition="True", tick="clock.tick(60)"))
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        await first_frame(run)
        await asyncio.gather(*(run.send_input({"type": "blur"}) for _ in range(50)))
        assert (await run.stop()).reason == "stopped"  # and not a limit in time
