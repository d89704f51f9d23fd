"""Runs a pygame lesson's own main.py as a program, with a player that looks at each frame and presses keys.

    python pygame_driver.py FOLDER PLAYER MAX_FRAMES

Time is the player's: ``Clock.tick`` returns the frame's length at once, so a minute of play takes a second.
Nothing else of pygame is replaced. The report on standard output is one JSON object.
"""

import importlib
import json
import random
import runpy
import sys
from collections.abc import Callable
from typing import Any

import pygame

FRAME_MS = 16
Player = Callable[[int, dict[str, Any]], None]


class QuickClock:
    """``pygame.time.Clock`` without the waiting."""

    def tick(self, framerate: float = 0) -> int:
        """Return the length of a frame."""
        return FRAME_MS if framerate else 0


def press(*keys: int) -> None:
    """Press and release keys, as the window system would report it."""
    for key in keys:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=0, unicode="", scancode=0))
        pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key, mod=0, unicode="", scancode=0))


def leave() -> None:
    """Close the window."""
    pygame.event.post(pygame.event.Event(pygame.QUIT))


def idle(frame: int, report: dict[str, Any]) -> None:
    """Do nothing for a while, then close the window."""
    if frame == 60:
        leave()


def escape(frame: int, report: dict[str, Any]) -> None:
    """Leave with the Esc key."""
    if frame == 5:
        press(pygame.K_ESCAPE)


class SnakePlayer:
    """Eats three apples with arrow keys and letters, runs into a wall, restarts, pauses, leaves."""

    def __init__(self) -> None:
        game: Any = importlib.import_module("game")  # the lesson's, once its folder is on the path

        self.moves = {
            game.UP: (pygame.K_UP, pygame.K_w),
            game.DOWN: (pygame.K_DOWN, pygame.K_s),
            game.LEFT: (pygame.K_LEFT, pygame.K_a),
            game.RIGHT: (pygame.K_RIGHT, pygame.K_d),
        }
        self.state = "eat"
        self.paused_at = 0
        self.where: list[tuple[int, int]] = []
        original = game.SnakeGame.__init__

        def remember(this: Any, *args: Any, **kwargs: Any) -> None:
            self.game = this
            original(this, *args, **kwargs)

        game.SnakeGame.__init__ = remember

    def steer(self, frame: int, target: tuple[int, int]) -> None:
        """Turn towards a cell, never back into the neck."""
        (x, y), (dx, dy) = self.game.snake[0], self.game.direction
        wanted = []
        if target[0] != x:
            wanted.append((1 if target[0] > x else -1, 0))
        if target[1] != y:
            wanted.append((0, 1 if target[1] > y else -1))
        wanted += [(dy, dx), (-dy, -dx)]
        for way in wanted:
            cell = (x + way[0], y + way[1])
            if way != (-dx, -dy) and cell not in self.game.snake and self.game.inside(cell):
                if way != (dx, dy) and not self.game.turns:
                    press(self.moves[way][frame % 2])
                return

    def __call__(self, frame: int, report: dict[str, Any]) -> None:
        if frame < 100:  # it waits for the first key
            self.where = [*self.where, self.game.snake[0]]
            report["moved_before_the_start"] = len(set(self.where)) - 1
        elif frame == 100:
            self.where = []
            press(pygame.K_RIGHT)
        elif self.state == "eat":
            self.steer(frame, self.game.food)
            if self.game.score == 3:
                report["length_at_3"] = len(self.game.snake)
                self.state = "crash"
        elif self.state == "crash" and self.game.over:
            report["score_at_the_end"] = self.game.score
            press(pygame.K_RETURN)
            self.state = "restarted"
        elif self.state == "restarted" and not self.game.over:
            report["restarted"] = [self.game.score, len(self.game.snake), self.game.best_score]
            press(pygame.K_p)
            self.state, self.paused_at = "pause", frame
        elif self.state == "pause":
            if frame > self.paused_at + 2:
                self.where.append(self.game.snake[0])
            if frame == self.paused_at + 100:
                report["moved_while_paused"] = len(set(self.where)) - 1
                leave()


class BreakoutPlayer:
    """Wins with the mouse, restarts, moves with the keys, then loses all lives and leaves."""

    def __init__(self) -> None:
        game: Any = importlib.import_module("game")
        self.state = "win"
        self.held: set[int] = set()
        pygame.key.get_pressed = lambda: Held(self.held)  # type: ignore[assignment, return-value]
        original = game.BreakoutGame.__init__

        def remember(this: Any, *args: Any, **kwargs: Any) -> None:
            self.game = this
            original(this, *args, **kwargs)

        game.BreakoutGame.__init__ = remember

    def __call__(self, frame: int, report: dict[str, Any]) -> None:
        if self.state == "win":
            self.follow(frame)
            if self.game.over:
                report["won"] = [self.game.won, self.game.score, self.game.lives]
                press(pygame.K_RETURN)
                self.state = "restarted"
        elif self.state == "restarted" and not self.game.over:
            report["restarted"] = [self.game.score, self.game.lives, len(self.game.bricks)]
            self.middle = self.game.paddle.x
            self.held = {pygame.K_LEFT}
            self.state, self.since = "left", frame
        elif self.state == "left" and frame == self.since + 90:
            report["moved_left"] = self.game.paddle.x < self.middle
            self.held = {pygame.K_d}
            self.state = "right"
        elif self.state == "right":
            if frame == self.since + 180:
                report["moved_right"] = self.game.paddle.x > self.middle
            if self.game.waiting and not self.game.over:
                press(pygame.K_SPACE)
            if self.game.over:
                report["lost"] = [self.game.won, self.game.lives]
                leave()
                self.state = "done"

    def follow(self, frame: int) -> None:
        """Keep the paddle under the ball with the mouse, hitting it off the middle now and then."""
        if self.game.waiting:
            pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(1, 1), button=1))
        aside = (frame // 97 % 7 - 3) * 11
        place = (int(self.game.ball.x + self.game.ball.width / 2) + aside, 300)
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))


class Held:
    """The result of ``pygame.key.get_pressed``; posted events do not change the real one."""

    def __init__(self, keys: set[int]) -> None:
        self.keys = keys

    def __getitem__(self, key: int) -> bool:
        return key in self.keys


PLAYERS: dict[str, Callable[[], Player]] = {
    "idle": lambda: idle,
    "escape": lambda: escape,
    "snake": SnakePlayer,
    "breakout": BreakoutPlayer,
}


def main() -> None:
    """Run the program under the player and report."""
    folder, name, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sys.path.insert(0, folder)
    report: dict[str, Any] = {"frames": 0, "captions": [], "colours": 0, "windows": 0}
    random.seed(1)  # the same apples each time
    player = PLAYERS[name]()
    flip, set_mode = pygame.display.flip, pygame.display.set_mode

    def flip_and_play() -> None:
        flip()
        report["frames"] += 1
        caption = pygame.display.get_caption()[0]
        if caption not in report["captions"]:
            report["captions"].append(caption)
        if report["frames"] == 3:
            report["colours"] = count_colours(pygame.display.get_surface())
        if report["frames"] > most:
            raise SystemExit(f"still running after {most} frames: {report}")
        player(report["frames"], report)

    def count_windows(*args: Any, **kwargs: Any) -> pygame.Surface:
        report["windows"] += 1
        return set_mode(*args, **kwargs)

    pygame.display.flip = flip_and_play
    pygame.display.set_mode = count_windows
    pygame.time.Clock = QuickClock  # type: ignore[misc, assignment]
    runpy.run_path(f"{folder}/main.py", run_name="__main__")
    print(json.dumps(report, ensure_ascii=False))


def count_colours(surface: pygame.Surface | None) -> int:
    """Count the colours on a coarse grid of pixels: one means that nothing was drawn."""
    if surface is None:
        return 0
    width, height = surface.get_size()
    return len({tuple(surface.get_at((x, y))) for x in range(0, width, 4) for y in range(0, height, 4)})


if __name__ == "__main__":
    main()
