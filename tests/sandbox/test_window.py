"""``aiflow play`` where there is a screen: the program's own window on it, confined as ever."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aiflow.sandbox.process import start_program
from tests.sandbox.conftest import listen
from tests.sandbox.playing import LIMITS

pytestmark = pytest.mark.asyncio


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine with a screen: an X server of the person who sits there."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("needs Xvfb")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading, encoding="ascii") as told:
        number = told.readline().strip()
    assert number
    monkeypatch.setenv("DISPLAY", f":{number}")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    yield
    process.terminate()
    process.wait()


@pytest.mark.usefixtures("screen")
async def test_a_window_opens_on_the_screen(project, tmp_path: Path) -> None:
    root = project(
        f"""
        import pygame
        pygame.init()
        pygame.display.set_mode((320, 240))
        pygame.display.flip()
        print(pygame.display.get_driver(), pygame.display.get_desktop_sizes())
        try:
            open({str(tmp_path / "outside")!r}, "w")
        except PermissionError:
            print("confined")
        """
    )
    told = await listen(await start_program(root, "main.py", limits=LIMITS, window=True))
    assert told.ended.exit_code == 0, told.stderr
    assert told.stdout.startswith("x11 [(800, 600)]\n"), told.stdout
    assert ("confined" in told.stdout) == (not (tmp_path / "outside").exists())
