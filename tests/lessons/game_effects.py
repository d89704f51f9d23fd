"""The effects of the prepared changes of games, tried on the changed program."""

import json
import random
from typing import Any

import pygame

from tests.lessons.change_effects import effect
from tests.lessons.changed_program import ChangedProgram, Played


def snake(program: ChangedProgram) -> Any:
    return program.module("game").SnakeGame()


def breakout(program: ChangedProgram) -> Any:
    return program.module("game").BreakoutGame()


@effect("snake/faster")
def snake_faster(program: ChangedProgram) -> None:
    assert snake(program).step_time() <= 110


@effect("snake/slower")
def snake_slower(program: ChangedProgram) -> None:
    assert snake(program).step_time() >= 240


@effect("snake/through_walls")
def snake_through_walls(program: ChangedProgram) -> None:
    game = snake(program)
    game.food = (0, 0)
    for _ in range(game.columns):
        game.step()
    assert not game.over
    assert game.snake[0] == (game.columns // 2, game.rows // 2)


def head_colour(program: ChangedProgram, score: int) -> tuple[int, ...]:
    """The colour in the head, behind where eyes may be."""
    pygame.init()
    game = snake(program)
    game.score, game.food = score, (0, 0)
    drawing = program.module("drawing")
    painter = drawing.Painter(game)
    painter.draw(game, True, False)
    x, y = game.snake[0]
    return tuple(painter.screen.get_at((x * drawing.CELL + 6, drawing.BAR + y * drawing.CELL + 12)))[:3]


@effect("snake/colours")
def snake_colours(program: ChangedProgram) -> None:
    assert len({head_colour(program, score) for score in (0, 5, 10, 15, 20)}) == 5


@effect("snake/blue")
def snake_blue(program: ChangedProgram) -> None:
    red, green, blue = head_colour(program, 0)
    assert blue > green > red


@effect("snake/prettier")
def snake_prettier(program: ChangedProgram) -> None:
    pygame.init()
    game, drawing = snake(program), program.module("drawing")
    game.food = (3, 3)
    painter = drawing.Painter(game)
    painter.draw(game, True, False)
    cells = [tuple(painter.screen.get_at((x * drawing.CELL + 12, drawing.BAR + 12))) for x in (0, 1, 2)]
    assert cells[0] == cells[2] != cells[1]
    x, y = game.snake[0]
    eye = (x * drawing.CELL + 12, drawing.BAR + y * drawing.CELL + 7)
    assert min(tuple(painter.screen.get_at(eye))[:3]) > 200


@effect("snake/leaderboard")
@effect("breakout/leaderboard")
def leaderboard(program: ChangedProgram) -> None:
    (program.folder / "leaderboard.json").write_text("[9, 3, 1, 5, 2, 4]", encoding="utf-8")

    def end(played: Played) -> None:
        played.game.score, played.game.over = 7, True

    played = program.play({1: end}, frames=5)
    assert played.painter.leaders == [9, 7, 5, 4, 3]
    assert json.loads((program.folder / "leaderboard.json").read_text(encoding="utf-8")) == [9, 7, 5, 4, 3]
    (program.folder / "leaderboard.json").write_text('{"not": "a list"}', encoding="utf-8")
    assert program.module("leaderboard").add(1) == [1]


@effect("snake/levels")
def snake_levels(program: ChangedProgram) -> None:
    played = program.play({1: lambda now: now.press(pygame.K_3)})
    assert played.painter.level.chinese == "困难"


@effect("snake/two_players")
def snake_two_players(program: ChangedProgram) -> None:
    played = program.play({1: lambda now: now.press(pygame.K_w)}, frames=40)
    game, second = played.game, played.second
    assert second.snake[0][1] < second.rows - 4, "the second snake has not turned upwards"
    second.snake = [game.snake[0], *second.snake]
    second.meet()
    assert game.over
    assert second.over
    assert second.result[0]


@effect("snake/small_board")
def snake_small_board(program: ChangedProgram) -> None:
    assert (snake(program).columns, snake(program).rows) == (14, 14)


@effect("breakout/faster")
def breakout_faster(program: ChangedProgram) -> None:
    assert breakout(program).speed() >= 390


@effect("breakout/slower")
def breakout_slower(program: ChangedProgram) -> None:
    assert breakout(program).speed() <= 210


def hit(game: Any, row: int) -> int:
    """Hit a brick of a row until it is gone; return how often."""
    brick = next(brick for brick in game.bricks if brick.row == row)
    game.ball.x, game.ball.y = brick.x + 20, brick.y + 5
    others = [other for other in game.bricks if other is not brick]
    game.bricks = [brick, *others]
    times = 0
    while brick in game.bricks:
        assert game.hit_brick()
        times += 1
    return times


@effect("breakout/top_row")
def breakout_top_row(program: ChangedProgram) -> None:
    game = breakout(program)
    hit(game, 0)
    assert game.score == 3
    hit(game, 5)
    assert game.score == 4


@effect("breakout/strong_bricks")
def breakout_strong_bricks(program: ChangedProgram) -> None:
    game = breakout(program)
    assert [hit(game, row) for row in range(4)] == [2, 2, 1, 1]


@effect("breakout/gifts")
def breakout_gifts(program: ChangedProgram) -> None:
    game = breakout(program)
    random.seed(1)
    while not game.gifts:
        hit(game, 5)
    before = game.paddle.width
    game.gifts[0].x, game.gifts[0].y = game.paddle.x + 5, game.paddle.y - 3
    game.move_gifts(0.01)
    assert game.paddle.width > before
    assert game.gifts == []


@effect("breakout/sunset")
def breakout_sunset(program: ChangedProgram) -> None:
    played = program.play({1: lambda now: now.press(pygame.K_SPACE)}, frames=20)
    assert program.module("drawing").BRICK_COLORS[0] == (122, 84, 196)
    assert len(played.painter.tail) == 12


@effect("breakout/lives")
def breakout_lives(program: ChangedProgram) -> None:
    assert breakout(program).lives == 5


@effect("breakout/wide_paddle")
def breakout_wide_paddle(program: ChangedProgram) -> None:
    assert breakout(program).paddle.width == 130


@effect("breakout/pause")
def breakout_pause(program: ChangedProgram) -> None:
    places = []
    program.play(
        {
            1: lambda now: now.press(pygame.K_SPACE),
            5: lambda now: now.press(pygame.K_p),
            8: lambda now: places.append(now.game.ball.y),
            12: lambda now: places.append(now.game.ball.y),
            13: lambda now: now.press(pygame.K_p),
            16: lambda now: places.append(now.game.ball.y),
        },
        frames=18,
    )
    assert places[0] == places[1] != places[2]


@effect("breakout/levels")
def breakout_levels(program: ChangedProgram) -> None:
    played = program.play({1: lambda now: now.press(pygame.K_1)})
    assert played.game.level.chinese == "简单"
    game = played.game
    game.launch()
    assert abs(game.speed_y) < game.speed()
