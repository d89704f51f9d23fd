"""Every pygame lesson is run as a program, drawn, played through its keys and left.

Its rules are tried alone.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aiflow.engines.lesson_library import LESSONS_DIR, load_lessons
from tests.lessons.lesson_play import LONGEST_PLAY_S, clean_env

GAMES = [lesson.id for lesson in load_lessons() if "pygame" in lesson.manifest.dependencies]
DRIVER = Path(__file__).with_name("pygame_driver.py")
MOST_FRAMES = 40_000


def drive(lesson_id: str, player: str) -> dict[str, Any]:
    """Let a player play a lesson's program in a process of its own; return the driver's report."""
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(LESSONS_DIR / lesson_id / "files"), player, str(MOST_FRAMES)],
        env=clean_env(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy", PYGAME_HIDE_SUPPORT_PROMPT="1"),
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST_PLAY_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr  # a machine without fontconfig may warn
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], ModuleType]]:
    """Import modules of one lesson; they are forgotten afterwards, since lessons share module names."""
    before = set(sys.modules)
    folders: list[Path] = []

    def load_module(lesson_id: str, module: str) -> ModuleType:
        folders.append(LESSONS_DIR / lesson_id / "files")
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
        monkeypatch.syspath_prepend(str(folders[-1]))
        return importlib.import_module(module)

    yield load_module
    own = {path.stem for folder in folders for path in folder.glob("*.py")}
    for name in set(sys.modules) - before:
        if name in own:
            del sys.modules[name]


@pytest.mark.parametrize("lesson_id", GAMES)
@pytest.mark.parametrize(("player", "least_frames"), [("idle", 60), ("escape", 5)])
def test_a_game_draws_one_window_with_the_score_and_can_be_left(lesson_id, player, least_frames):
    report = drive(lesson_id, player)
    assert report["frames"] >= least_frames
    assert report["frames"] <= least_frames + 2
    assert report["windows"] == 1
    assert report["colours"] >= 3
    assert any("得分 0" in caption for caption in report["captions"])


def test_the_snake_is_played_through_its_keys():
    report = drive("snake", "snake")
    assert [f"贪吃蛇 - 得分 {score}" in report["captions"] for score in range(4)] == [True] * 4
    score = report["score_at_the_end"]  # another apple may lie on the way to the wall
    assert f"贪吃蛇 - 得分 {score} - 游戏结束" in report["captions"]
    assert report["moved_before_the_start"] == 0
    assert report["length_at_3"] == 6
    assert report["restarted"] == [0, 3, score]
    assert report["moved_while_paused"] == 0


def test_a_snake_turns_and_never_back(load):
    rules = load("snake", "game")
    game = rules.SnakeGame()
    game.food = (0, 0)
    x, y = game.snake[0]
    game.turn(rules.LEFT)  # it goes right: no turning back
    game.step()
    assert game.snake == [(x + 1, y), (x, y), (x - 1, y)]
    for way in (rules.UP, rules.LEFT, rules.DOWN):  # two are remembered, the third is one too many
        game.turn(way)
    game.step()
    game.step()
    game.step()
    assert game.snake == [(x - 1, y - 1), (x, y - 1), (x + 1, y - 1)]


def test_a_snake_eats_grows_and_speeds_up(load):
    rules = load("snake", "game")
    game = rules.SnakeGame()
    slow = game.step_time()
    x, y = game.snake[0]
    game.food = (x + 1, y)
    game.step()
    assert (game.score, game.best_score, len(game.snake)) == (1, 1, 4)
    assert game.food not in game.snake
    assert game.step_time() < slow


def test_a_snake_dies_at_the_wall_and_in_itself_but_not_at_its_tail(load):
    rules = load("snake", "game")
    game = rules.SnakeGame()
    game.food = (0, 0)
    for _ in range(game.columns):
        game.step()
    assert game.over
    assert game.snake[0][0] == game.columns - 1

    game.restart()
    game.food = (0, 0)
    game.snake, game.direction = [(5, 5), (5, 6), (6, 6), (6, 5)], rules.UP
    game.turn(rules.RIGHT)
    game.step()
    assert not game.over  # the tail leaves (6, 5) in the same step
    game.snake, game.direction = [(5, 5), (5, 6), (6, 6), (6, 5), (6, 4)], rules.UP
    game.turn(rules.RIGHT)
    game.step()
    assert game.over


def test_a_full_board_is_won(load):
    rules = load("snake", "game")
    game = rules.SnakeGame(columns=4, rows=1)
    assert game.snake == [(2, 0), (1, 0), (0, 0)]
    game.food = (3, 0)
    game.step()
    assert game.won
    assert game.over


def test_breakout_is_won_with_the_mouse_and_lost_with_the_keys():
    report = drive("breakout", "breakout")
    assert report["won"][:2] == [True, 48]
    assert f"打砖块 - 得分 48 - 命 {report['won'][2]} - 你赢了" in report["captions"]
    assert report["restarted"] == [0, 3, 48]
    assert report["moved_left"]
    assert report["moved_right"]
    assert report["lost"] == [False, 0]
    assert report["captions"][-1].endswith("命 0 - 游戏结束")


@pytest.mark.parametrize("frame_s", [1 / 144, 1 / 60, 1 / 30])
def test_a_ball_never_leaves_the_field_but_below(load, frame_s):
    rules = load("breakout", "game")
    game = rules.BreakoutGame()
    for degrees in range(-60, 61, 5):
        game.restart()
        game.launch()
        game.fly(degrees)
        for _ in range(600):
            game.update(frame_s, 0)
            assert -20 <= game.ball.x <= rules.WIDTH + 20
            assert game.ball.y >= -20
            assert game.score + len(game.bricks) == 48
            if game.waiting or game.over:
                break
        assert game.score > 0


def test_the_place_on_the_paddle_decides_where_the_ball_goes(load):
    rules = load("breakout", "game")
    game = rules.BreakoutGame()
    ways = []
    for offset in (-40, 0, 40):
        game.hold_ball()
        game.launch()
        game.ball.x = game.paddle.x + rules.PADDLE_WIDTH / 2 - rules.BALL / 2 + offset
        game.ball.y, game.speed_x, game.speed_y = rules.PADDLE_Y - rules.BALL - 1, 0.0, 300.0
        game.update(1 / 60, 0)
        assert game.speed_y < 0
        ways.append(round(game.speed_x))
    assert ways[0] < 0 == ways[1] < ways[2]


@pytest.mark.parametrize("lesson_id", GAMES)
def test_without_a_chinese_font_the_window_speaks_english(load, monkeypatch, lesson_id):
    drawing = load(lesson_id, "drawing")
    drawing.pygame.font.init()
    monkeypatch.setattr(drawing.pygame.font, "match_font", lambda name: None)
    font, chinese = drawing.load_font(20)
    assert not chinese
    assert None not in font.metrics("Score 0")

    def refuse(name: str) -> str:
        raise PermissionError(name)

    monkeypatch.setattr(drawing.pygame.font, "match_font", refuse)
    assert drawing.load_font(20)[1] is False
