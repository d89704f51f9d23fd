"""Measures played games where they are seen.

Pictures a second in a browser, and the delay from a key to its colour.

``python -m tests.benchmarks.player_page [PLAYERS]`` starts a JupyterLab and a Chromium and plays a program
that answers a key with a colour, at 640×480: first one player, then PLAYERS (3 by default) at once, whose
shares are compared. The delay is taken inside the page, from the key's own event to the first drawn picture
with the new colour.

All pages are drawn by this one machine, which takes more of its processors than the server and the games do:
a classroom's pages have each their own. ``player_many`` measures ten players without their browsers.
"""

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.player import PROGRAM
from tests.browser.conftest import CHROMIUM
from tests.browser.lab import Lab, Notebook, button, new_context
from tests.browser.programs import finished, show

SECONDS = 5
KEYS = 40
PATIENCE_MS = 120_000
FRAMES_TARGET = 30.0
DELAY_TARGET_MS = 80.0

# Notes each picture that is drawn, and each key until its colour is seen.
WATCH = """() => {
  const seen = { pictures: 0, delays: [], pressed: null, down: false };
  window.seen = seen;
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...args) {
    draw.apply(this, args);
    if (!this.canvas.matches('[data-player]')) return;
    seen.pictures++;
    if (seen.pressed === null) return;
    const [red, green] = this.getImageData(2, 2, 1, 1).data;
    if ((green > red) === seen.down) {
      seen.delays.push(performance.now() - seen.pressed);
      seen.pressed = null;
    }
  };
  for (const type of ['keydown', 'keyup']) {
    window.addEventListener(type, (event) => {
      if (event.repeat) return;
      seen.pressed = performance.now();
      seen.down = type === 'keydown';
    }, true);
  }
}"""
KEY_DRIVER = """(times) => new Promise((resolve) => {
  const canvas = document.querySelector('canvas[data-player]');
  let left = times, down = false;
  const next = () => {
    if (window.seen.pressed !== null) return setTimeout(next, 5);
    if (left-- === 0) return resolve(window.seen.delays);
    down = !down;
    // A moment that is no multiple of a frame, so that no phase is favoured.
    setTimeout(() => {
      const type = down ? 'keydown' : 'keyup';
      const init = { code: 'Space', key: ' ', bubbles: true, cancelable: true };
      canvas.dispatchEvent(new KeyboardEvent(type, init));
      next();
    }, 40 + Math.random() * 45);
  };
  next();
})"""


@dataclass
class Measured:
    """The figures of one player."""

    frames_per_s: float
    delays_ms: list[float]


def begin(lab: Lab, browser: Browser, players: int) -> list[Page]:
    """Open a page of each player's own, and begin to play when all are there."""
    folder = finished(lab, {"main.py": PROGRAM}, ("pygame",))
    notebooks = []
    for _ in range(players):
        context = new_context(browser)
        context.set_default_timeout(PATIENCE_MS)
        notebooks.append(Notebook(lab, context, [show(folder)]))
        notebooks[-1].open()
    for opened in notebooks:
        opened.page.evaluate(WATCH)
        button(opened.workbench(), "试玩").click()
    for opened in notebooks:
        opened.page.wait_for_function("() => window.seen.pictures > 5")
    return [opened.page for opened in notebooks]


def frames(pages: list[Page]) -> list[float]:
    """Pictures a second of all pages over the same seconds."""
    count = "() => [window.seen.pictures, performance.now()]"
    before: list[Any] = [page.evaluate(count) for page in pages]
    pages[0].wait_for_timeout(SECONDS * 1000)
    after: list[Any] = [page.evaluate(count) for page in pages]
    return [(new[0] - old[0]) * 1000 / (new[1] - old[1]) for old, new in zip(before, after, strict=True)]


def measure_one(lab: Lab, browser: Browser) -> Measured:
    """One player alone."""
    (page,) = begin(lab, browser, 1)
    measured = Measured(frames([page])[0], page.evaluate(KEY_DRIVER, KEYS))
    page.context.close()
    return measured


def measure_many(lab: Lab, browser: Browser, players: int) -> list[float]:
    """Pictures a second of each of several players at once."""
    pages = begin(lab, browser, players)
    rates = frames(pages)
    for page in pages:
        page.context.close()
    return rates


def main(players: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder) / "home", 1000)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            lab.wait()
            one = measure_one(lab, browser)
            delays = sorted(one.delays_ms)
            print(f"{'one player, 640×480':<28}{'measured':>12}{'target':>12}")
            print(f"{'pictures a second':<28}{one.frames_per_s:>12.1f}{f'≥ {FRAMES_TARGET:.0f}':>12}")
            print(
                f"{'key to colour, median':<28}{statistics.median(delays):>9.1f} "
                f"ms{f'< {DELAY_TARGET_MS:.0f} ms':>12}"
            )
            print(f"{'key to colour, 95 %':<28}{delays[int(len(delays) * 0.95)]:>9.1f} ms")
            if players > 1:
                rates = measure_many(lab, browser, players)
                print(
                    f"{players} players at once: {sum(rates):.1f} pictures/s together, each "
                    f"{min(rates):.1f} to {max(rates):.1f}, "
                    f"the least has {min(rates) / statistics.mean(rates):.0%} of the mean"
                )
        finally:
            browser.close()
            lab.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
