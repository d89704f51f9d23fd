"""The pygame lessons are played in the page.

Keys go in, pictures come out, and both only where they should.
"""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, WebSocket, expect

from tests.browser import snake
from tests.browser.conftest import Opener
from tests.browser.lab import Lab, ask, button, reaches
from tests.browser.programs import Recording, finished, lesson, near, picture, pixels, play, show
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

PADDLE = (120, 180, 250)
COLOURS = """
import pygame
pygame.init()
screen = pygame.display.set_mode((160, 120))
held = set()
while True:
    for event in pygame.event.get():
        if event.type == pygame.KEYDOWN:
            held.add(event.key)
        if event.type == pygame.KEYUP:
            held.discard(event.key)
        if event.type in (pygame.TEXTINPUT, pygame.MOUSEBUTTONDOWN, pygame.MOUSEWHEEL):
            print(event.type == pygame.TEXTINPUT and event.text or getattr(event, "pos", "wheel"), flush=True)
    screen.fill((0, 0, 200) if held else (200, 0, 0))
    pygame.display.flip()
    pygame.time.wait(10)
"""
RED, BLUE = (200, 0, 0), (0, 0, 200)


def until(check: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Look again until it is so."""
    deadline = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < deadline, what


def snake_head(canvas: Locator) -> tuple[int, int] | None:
    """The cell of the snake's head, by the colours of the cells' middles."""
    cells = [(x, y) for y in range(snake.CELLS) for x in range(snake.CELLS)]
    middle = snake.CELL // 2
    colours = pixels(
        canvas, [(x * snake.CELL + middle, snake.BAR + y * snake.CELL + middle) for x, y in cells]
    )
    seen = zip(cells, colours, strict=True)
    return next((cell for cell, colour in seen if near(colour, snake.HEAD)), None)


def test_the_snake_turns_and_the_score_rises(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, "帮我写个贪吃蛇")
    reaches(workbench, "completed")
    canvas = play(workbench)
    assert canvas.evaluate("(c) => [c.width, c.height]") == [480, 520]
    recording = Recording("play-snake", canvas)
    recording.take()
    no_score = pixels(canvas, snake.SCORE)

    def scored() -> bool:
        opened.page.wait_for_timeout(100)  # between two looks: each takes from the time in which it is played
        recording.take()
        pairs = zip(pixels(canvas, snake.SCORE), no_score, strict=True)
        # White became dark, or the reverse: what JPEG does to a letter's edge is less.
        return sum(abs(sum(now) - sum(before)) > 300 for now, before in pairs) > 10

    def turned() -> bool:
        head = snake_head(canvas)
        return head is not None and head[0] == snake.START[0] and head[1] < snake.START[1]

    # It heads to the right: above where it began it can only be after a turn, be it at the wall by now.
    opened.page.keyboard.press("ArrowUp")
    until(turned, "the snake does not turn")
    snake.begin(canvas)
    until(scored, "no apple was eaten", PATIENCE_S)
    snake.end(canvas)
    recording.take()
    assert len(recording.frames) >= 2
    opened.shot("play-snake")
    button(workbench, "停止").click()
    expect(button(workbench, "试玩")).to_be_visible()
    expect(workbench.get_by_text("已经停止。")).to_be_visible()


def paddle(canvas: Locator) -> float:
    """Where the paddle's middle is."""
    row = pixels(canvas, [(x, 40 + 480 + 7) for x in range(480)])
    places = [x for x, colour in enumerate(row) if near(colour, PADDLE)]
    return sum(places) / len(places) if places else -1.0


def bricks(canvas: Locator) -> int:
    """How many bricks there are left, by what is not background in their middles."""
    points = [(column * 60 + 30, y) for column in range(8) for y in range(60, 300, 4)]
    return sum(not near(colour, (20, 24, 34)) for colour in pixels(canvas, points))


def test_breakout_is_played_with_keys_and_mouse(notebook: Opener, lab: Lab) -> None:
    opened = notebook(show(finished(lab, lesson("breakout"), ("pygame",))))
    workbench = opened.open()
    canvas = play(workbench)
    recording = Recording("play-breakout", canvas)
    until(lambda: paddle(canvas) > 0, "no paddle")
    middle, wall = paddle(canvas), bricks(canvas)
    opened.page.keyboard.down("ArrowLeft")
    until(lambda: paddle(canvas) < middle - 60, "the paddle does not move")
    opened.page.keyboard.up("ArrowLeft")
    left = paddle(canvas)
    box = canvas.bounding_box()
    assert box is not None
    opened.page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.8)
    until(lambda: paddle(canvas) > left + 60, "the paddle does not follow the mouse")
    opened.page.keyboard.press("Space")

    def broken() -> bool:
        recording.take()
        return bricks(canvas) < wall

    until(broken, "no brick is hit")
    opened.shot("play-breakout")


def test_keys_go_to_the_game_while_it_has_the_focus_and_only_then(notebook: Opener, lab: Lab) -> None:
    opened = notebook(show(finished(lab, {"main.py": COLOURS}, ("pygame",))), *["1"] * 5)
    workbench, page = opened.open(), opened.page
    canvas = play(workbench)

    def shows(colour: tuple[int, int, int]) -> None:
        until(lambda: near(pixels(canvas, [(80, 60)])[0], colour), f"not {colour}")

    # Keys change the game; neither the notebook nor the page moves, and no shortcut of JupyterLab is run.
    scrolled = page.evaluate(
        "() => { window.scrolls = 0; document.addEventListener('scroll', () => window.scrolls++, "
        "true); return 0 }"
    )
    cells = page.locator(".jp-Cell").count()
    shows(RED)
    for key in ("ArrowDown", "Space", "a", "b", "d", "PageDown", "Enter"):
        page.keyboard.down(key)
        shows(BLUE)
        page.keyboard.up(key)
        shows(RED)
    expect(canvas).to_be_focused()
    assert page.evaluate("() => window.scrolls") == scrolled
    assert page.locator(".jp-Cell").count() == cells

    # Keys that are held down are released when the focus goes.
    page.keyboard.down("w")
    shows(BLUE)
    page.keyboard.press("Escape")
    expect(canvas).not_to_be_focused()
    shows(RED)
    page.keyboard.up("w")
    page.keyboard.press("q")
    expect(workbench.get_by_text("点一下画面，接着玩")).to_be_visible()

    # The mouse hits the picture's own pixels, whatever its size on the page; text comes from a field.
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    expect(canvas).to_be_focused()
    button(workbench, "打字").click()
    workbench.get_by_role("textbox", name="给游戏打字").fill("你好")
    page.keyboard.press("Enter")
    expect(canvas).to_be_focused()
    button(workbench, "游戏的输出").click()
    printed = workbench.locator("[data-terminal]")
    expect(printed).to_contain_text("你好")
    expect(printed).to_contain_text("(80, 30)")
    expect(printed).not_to_contain_text("q")

    # A page that is loaded again goes on with the game.
    opened.save()
    opened.reload()
    workbench = opened.workbench()
    canvas = picture(workbench)
    expect(canvas).to_be_visible()
    shows(RED)
    button(workbench, "游戏的输出").click()
    expect(workbench.locator("[data-terminal]")).to_contain_text("(80, 30)")
    button(workbench, "停止").click()
    expect(workbench.get_by_text("已经停止。")).to_be_visible()


def test_a_hidden_picture_is_not_sent(notebook: Opener, lab: Lab) -> None:
    counting = COLOURS.replace(
        "held else (200, 0, 0)", "held else (pygame.time.get_ticks() // 8 % 256, 0, 0)"
    )
    opened = notebook(show(finished(lab, {"main.py": counting}, ("pygame",))))
    workbench, page = opened.open(), opened.page
    sent: list[bytes | str] = []

    def note(data: bytes | str) -> None:
        sent.append(data)

    def listen(socket: WebSocket) -> None:
        if "program" in socket.url:
            socket.on("framereceived", note)

    page.on("websocket", listen)
    canvas = play(workbench)
    rate = workbench.locator(".af-rate")
    expect(rate).to_have_text(re.compile(r"[1-9]\d* 帧/秒"))

    def stands_still() -> bool:
        before = len(sent)
        page.wait_for_timeout(700)  # in which a stream would bring twenty and more
        return len(sent) == before

    def flows() -> bool:
        return not stands_still()

    until(flows, "no stream")
    workbench.get_by_role("tab", name="需求").click()
    expect(picture(workbench)).to_have_count(0)
    until(stands_still, "what nobody sees is sent")
    workbench.get_by_role("tab", name="运行").click()
    until(flows, "no stream after the tab came back")
    expect(rate).to_have_text(re.compile(r"[1-9]\d* 帧/秒"))
    assert canvas.evaluate("(c) => c.width") == 160

    # Another tab of the browser in front; Chromium without a window knows only one, so the page is told so.
    turn = """(hidden) => {
      Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page.evaluate(turn, True)
    until(stands_still, "a hidden page is sent pictures")
    page.evaluate(turn, False)
    until(flows, "no stream after the page came back")


def test_a_cell_plays_a_project(notebook: Opener, lab: Lab) -> None:
    folder = finished(lab, {"main.py": COLOURS}, ("pygame",))
    code = (
        f"from aiflow_widgets import Workbench\nproject = "
        f"Workbench(project_id='{folder.project_id}').project\nproject.play()"
    )
    opened = notebook(code)
    workbench = opened.open()
    expect(picture(workbench)).to_be_visible()
    until(lambda: near(pixels(picture(workbench), [(80, 60)])[0], RED), "no picture")
    button(workbench, "停止").click()
    expect(button(workbench, "试玩")).to_be_visible()
