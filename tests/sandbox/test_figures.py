"""``plt.show()`` in a running program: its figures come as pictures, after the lines printed before them."""

import shutil
import struct
from pathlib import Path

import pytest

from aiflow.sandbox.events import Ended, Figure, Output
from aiflow.sandbox.process import start_program

pytestmark = pytest.mark.asyncio
DOUBLE = Path(__file__).with_name("matplotlib_double") / "matplotlib"

SHOWS = """
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
print("前")
plt.figure()
plt.figure(figsize=(100, 50))
plt.savefig("own.png")
plt.show()
print("后", matplotlib.rcParams["font.sans-serif"])
plt.figure()
plt.show()
"""
DRAWS_ON = """
import matplotlib.pyplot as plt
plt.figure()
for _ in range(30):
    plt.pause(0.001)
plt.show()
"""
MANY = """
import matplotlib.pyplot as plt
for _ in range(25):
    plt.figure()
    plt.show()
"""
HOSTILE = """
import gc
import matplotlib.pyplot as plt
channel = next(one for one in gc.get_objects() if type(one).__name__ == "Channel")
png = b"\\x89PNG\\r\\n\\x1a\\n"
channel.send_figure(1, b"<svg onload=alert(1)>")
for number in range(30):
    channel.send_figure(number, png + bytes(30 * 1024 * 1024 if number == 2 else 10))
channel.send_figure(1, png + bytes(3 * 1024 * 1024))
print("完")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(DOUBLE, tmp_path / "matplotlib")
    return tmp_path


async def shown(project: Path, text: str) -> list[object]:
    (project / "main.py").write_text(text, encoding="utf-8")
    async with await start_program(project, "main.py") as run:
        return [event async for event in run.events()]


def size_of(figure: Figure) -> tuple[int, int]:
    width, height = struct.unpack(">II", figure.data[16:24])
    return width, height


async def test_figures_come_after_the_lines_before_them(project: Path) -> None:
    events = await shown(project, SHOWS)
    assert isinstance(events[0], Output)
    assert events[0].text.startswith("前")
    said = "".join(event.text for event in events if isinstance(event, Output))
    assert said == "前\n后 ['Noto Sans CJK JP', 'DejaVu Sans']\n"
    figures = [event for event in events if isinstance(event, Figure)]
    assert [figure.number for figure in figures] == [1, 2, 3]
    assert [size_of(figure) for figure in figures] == [(640, 480), (2000, 1000), (640, 480)]
    own = (project / "own.png").read_bytes()
    assert struct.unpack(">II", own[16:24]) == (10_000, 5_000), "what the program saves is its own affair"


async def test_a_figure_that_is_drawn_again_takes_its_own_place(project: Path) -> None:
    figures = [event for event in await shown(project, DRAWS_ON) if isinstance(event, Figure)]
    assert {figure.number for figure in figures} == {1}
    assert 2 <= len(figures) < 20


async def test_more_figures_than_a_page_holds(project: Path) -> None:
    events = await shown(project, MANY)
    assert [event.number for event in events if isinstance(event, Figure)] == list(range(1, 21))
    said = "".join(event.text for event in events if isinstance(event, Output))
    assert said == "已经显示了 20 张图，后面的图不再显示。\n"


async def test_what_is_no_figure_does_not_pass(project: Path) -> None:
    events = await shown(project, HOSTILE)
    figures = [event for event in events if isinstance(event, Figure)]
    assert [figure.number for figure in figures] == list(range(20))
    assert sum(len(figure.data) for figure in figures) < 32 * 1024 * 1024
    assert isinstance(events[-1], Ended)
    assert events[-1].exit_code == 0
