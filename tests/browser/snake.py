"""A player for the snake lesson.

Sees the picture in the page, presses keys there, and finds out how late they come.
"""

from typing import Final

from playwright.sync_api import Locator

HEAD, BODY, FOOD = (120, 220, 120), (70, 170, 90), (235, 90, 80)
CELL, BAR, CELLS = 24, 40, 20
START = (10, 10)
SCORE: Final = [(x, y) for y in range(8, 32) for x in range(100)]

# On a slow machine the snake has gone on by some cells when a key arrives. So the player steers from where
# the snake will be then: as many cells ahead as it went between the last key and the turn.
_PLAY: Final = """(canvas, { head, food, cell, bar, cells }) => {
  const keys = { '0,-1': 'ArrowUp', '0,1': 'ArrowDown', '-1,0': 'ArrowLeft', '1,0': 'ArrowRight' };
  const context = canvas.getContext('2d');
  const press = (code) => {
    for (const type of ['keydown', 'keyup']) {
      canvas.dispatchEvent(new KeyboardEvent(type, { code, key: code, bubbles: true, cancelable: true }));
    }
  };
  const find = ({ data, width }, wanted) => {
    for (let y = 0; y < cells; y++) for (let x = 0; x < cells; x++) {
      const at = ((bar + y * cell + cell / 2) * width + x * cell + cell / 2) * 4;
      if (wanted.reduce((sum, part, i) => sum + Math.abs(part - data[at + i]), 0) < 60) return [x, y];
    }
    return null;
  };
  const way = ([x, y], target, [across, down]) => {
    const [dx, dy] = [target[0] - x, target[1] - y];
    if (dx && Math.sign(dx) !== -across) return [Math.sign(dx), 0];
    if (dy && Math.sign(dy) !== -down) return [0, Math.sign(dy)];
    // What is wanted lies behind: turn aside first, towards the side with room.
    return across ? [0, y < cells / 2 ? 1 : -1] : [x < cells / 2 ? 1 : -1, 0];
  };
  let direction = [0, -1], last = null, moved = performance.now(), late = 0, asked = null;
  const step = () => {
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const here = find(picture, head), target = find(picture, food);
    if (String(here) === String(last)) {
      if (performance.now() - moved > 1500) {  // ten of its steps: it is over, once more
        press('Enter');
        [direction, last, moved, asked] = [[1, 0], null, performance.now(), null];
      }
      return;
    }
    const went = here && last ? [here[0] - last[0], here[1] - last[1]] : [0, 0];
    if (Math.abs(went[0]) + Math.abs(went[1]) === 1) {
      direction = went;
      if (asked && String(asked.way) === String(went)) {
        late = Math.min(3, Math.abs(last[0] - asked.at[0]) + Math.abs(last[1] - asked.at[1]));
        asked = null;
      }
    }
    [last, moved] = [here, performance.now()];
    if (!here || !target) return;
    const then = [here[0] + direction[0] * late, here[1] + direction[1] * late];
    const wanted = way(then, target, direction);
    if (String(wanted) === String(direction)) return;
    asked ??= { at: here, way: wanted };
    press(keys[String(wanted)]);
  };
  canvas.player = setInterval(step, 10);
}"""


def begin(canvas: Locator) -> None:
    """Steer to the food from now on, and begin again where the wall was nearer."""
    canvas.evaluate(_PLAY, {"head": HEAD, "food": FOOD, "cell": CELL, "bar": BAR, "cells": CELLS})


def end(canvas: Locator) -> None:
    """Let go of the keys."""
    canvas.evaluate("(canvas) => clearInterval(canvas.player)")
