"""Pictures of the workbench compared with committed ones, on any machine.

What is compared is no pixels: each picture becomes a map of blocks, 16 by 16 pixels each, with the block's
mean colour and with its *ink*, how much changes from one pixel to the next in it (text has much, an empty
panel none). Both maps are looked at through windows of two by two blocks. Another antialiasing, another
version of a font and a shift by a pixel or two change a window by a little; a panel that is missing, another
colour or another theme change it by much. `test_states.py` holds the tolerances to that.

    AIFLOW_UPDATE_SNAPSHOTS=1 pytest tests/browser/test_states.py

writes the pictures anew; look at them (and at `artifacts/`) before they are committed.
"""

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Locator, Page

from tests.browser.lab import ARTIFACTS

BASELINES = Path(__file__).with_name("snapshots")
UPDATE = "AIFLOW_UPDATE_SNAPSHOTS"
BLOCK = 16
# Of 255. A window's mean colour moves by so much where an edge of full contrast moves by two pixels; ink by
# so much where another machine draws its letters a little bolder.
COLOUR_TOLERANCE = 22
INK_TOLERANCE = 12
# So many windows may differ: a caret, a hair's breadth of another line break. The smallest button fills more.
WINDOWS_ALLOWED = 10

# How long a picture is waited for. Only one that is wrong takes so long.
MATCH_S = 20

# While the page's body has this class: the same fonts on every machine that has what `.ci/run` installs, one
# width, and nothing that moves or counts.
STILL = "aiflow-still"
STYLE = f"""
  body.{STILL} .af-host {{
    width: 1200px !important;
    --af-font: "Noto Sans CJK SC", sans-serif !important;
    --af-mono: "Noto Sans Mono CJK SC", monospace !important;
  }}
  body.{STILL} .af-rate {{ visibility: hidden !important; }}
  body.{STILL} .af-workbench :is(*, *::before, *::after) {{
    animation: none !important; transition: none !important;
  }}
"""


# As high as any workbench: what a scrolled panel cuts off would not be in its picture.
WHOLE = 1800
LAID_OUT = """([width, height]) => {
  const { right, bottom } = document.querySelector('#main').getBoundingClientRect();
  return Math.abs(right - width) < 2 && Math.abs(bottom - height) < 2;
}"""


@contextmanager
def sized(page: Page, *, zoom: int = 1) -> Iterator[None]:
    """A page high enough to show a whole workbench, and as wide as the browser's zoom leaves it."""
    before = page.viewport_size
    assert before is not None
    for size in ({"width": before["width"] // zoom, "height": WHOLE}, before):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # the two keys that it wants
        page.wait_for_function(LAID_OUT, arg=[size["width"], size["height"]])
        if size != before:
            yield


@dataclass(frozen=True, slots=True)
class Map:
    """A picture as blocks: their colours, and their ink."""

    colour: Image.Image
    ink: Image.Image

    @classmethod
    def of(cls, png: bytes) -> "Map":
        """Make the map of a screenshot."""
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        grey = picture.convert("L")
        beside = ImageChops.difference(grey, ImageChops.offset(grey, 1, 0))
        below = ImageChops.difference(grey, ImageChops.offset(grey, 0, 1))
        return cls(picture.reduce(BLOCK), ImageChops.lighter(beside, below).reduce(BLOCK))

    @classmethod
    def read(cls, path: Path) -> "Map":
        """Read what `write` wrote: colours above, ink below."""
        both = Image.open(path).convert("RGB")
        width, height = both.width, both.height // 2
        return cls(both.crop((0, 0, width, height)), both.crop((0, height, width, height * 2)).convert("L"))

    def write(self, path: Path) -> None:
        """Keep it as a small picture."""
        width, height = self.colour.size
        both = Image.new("RGB", (width, height * 2))
        both.paste(self.colour, (0, 0))
        both.paste(self.ink.convert("RGB"), (0, height))
        path.parent.mkdir(exist_ok=True)
        both.save(path, optimize=True)

    def differences(self, other: "Map") -> list[tuple[int, int]]:
        """The windows, by their first block, in which the two differ.

        Maps of another height differ where one has ended.
        """
        width = max(self.colour.width, other.colour.width)
        height = max(self.colour.height, other.colour.height)
        changed = Image.new("L", (width - 1, height - 1))
        for mine, theirs, tolerance in (
            (self.colour, other.colour, COLOUR_TOLERANCE),
            (self.ink, other.ink, INK_TOLERANCE),
        ):
            apart = ImageChops.difference(_windows(mine, width, height), _windows(theirs, width, height))
            for band in apart.split():
                over = band.point([255 * (value > tolerance) for value in range(256)])
                changed = ImageChops.lighter(changed, over)
        seen = changed.load()
        assert seen is not None
        return [(x, y) for y in range(height - 1) for x in range(width - 1) if seen[x, y]]


def _windows(blocks: Image.Image, width: int, height: int) -> Image.Image:
    """Means of two by two blocks, on a map of that size.

    Where there is no picture it is black and without ink.
    """
    whole = Image.new(blocks.mode, (width, height))
    whole.paste(blocks, (0, 0))
    size = (width - 1, height - 1)
    corners = [whole.crop((x, y, x + size[0], y + size[1])) for x in (0, 1) for y in (0, 1)]
    rows = [ImageChops.add(corners[at], corners[at + 1], scale=2) for at in (0, 2)]
    return ImageChops.add(*rows, scale=2)


def still(workbench: Locator, style: str = "") -> bytes:
    """A screenshot of a workbench on a page with `STYLE`; `style` is a fault, for the tests of this."""
    workbench.evaluate(
        """(element) => {
          for (const part of element.querySelectorAll('*')) if (part.scrollTop) part.scrollTop = 0;
        }"""
    )
    # Nothing is under the pointer: what is was left there by whatever came before.
    workbench.page.mouse.move(0, 0)
    return workbench.screenshot(style=style, animations="disabled", caret="hide", scale="css")


def compare(name: str, png: bytes) -> str | None:
    """Say how a screenshot differs from the committed picture; None where it does not.

    With `AIFLOW_UPDATE_SNAPSHOTS=1` it becomes the committed picture. Where it differs, the screenshot, the
    windows that differ marked in it, is left in `artifacts/`.
    """
    path = BASELINES / f"{name}.png"
    now = Map.of(png)
    if os.environ.get(UPDATE) == "1":
        if not path.exists() or len(now.differences(Map.read(path))) > 0:
            now.write(path)
        return None
    if not path.exists():
        return f"{name}: there is no picture to compare with; {UPDATE}=1 makes it"
    before = Map.read(path)
    found = now.differences(before)
    if len(found) <= WINDOWS_ALLOWED:
        return None
    kept = _marked(name, png, before, found)
    return (
        f"{name}: {len(found)} windows differ, {WINDOWS_ALLOWED} may; see {kept} (or {UPDATE}=1 if it is "
        f"meant)"
    )


def await_match(name: str, take: Callable[[], bytes], first: bytes | None = None) -> str | None:
    """Compare until the picture is the committed one: a busy machine draws late what is drawn in the end.

    Args:
        name: of the committed picture.
        take: makes a screenshot.
        first: one that was made before.

    Returns:
        How the last screenshot differs; None where one did not.
    """
    found = compare(name, first or take())
    deadline = time.monotonic() + MATCH_S
    while found is not None and time.monotonic() < deadline:
        found = compare(name, take())
    if found is None:
        (ARTIFACTS / f"differs-{name}.png").unlink(missing_ok=True)
    return found


def _marked(name: str, png: bytes, before: Map, found: list[tuple[int, int]]) -> Path:
    """Leave the screenshot with what differs in frames, and below it the old picture's blocks."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for x, y in found:
        draw.rectangle(
            (x * BLOCK, y * BLOCK, (x + 2) * BLOCK - 1, (y + 2) * BLOCK - 1), outline=(230, 0, 120)
        )
    old = before.colour.resize(
        (before.colour.width * BLOCK, before.colour.height * BLOCK), Image.Resampling.NEAREST
    )
    sheet = Image.new(
        "RGB", (max(picture.width, old.width), picture.height + old.height + BLOCK), (230, 0, 120)
    )
    sheet.paste(picture, (0, 0))
    sheet.paste(old, (0, picture.height + BLOCK))
    ARTIFACTS.mkdir(exist_ok=True)
    kept = ARTIFACTS / f"differs-{name}.png"
    sheet.save(kept)
    return kept
