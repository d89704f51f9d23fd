"""打砖块：打开窗口，读键盘和鼠标，推动游戏。"""

import pygame

from drawing import Painter
from game import PADDLE_WIDTH, BreakoutGame

FPS = 60


def paddle_direction() -> int:
    """看看现在按住了哪个键：左是 -1，右是 1，都没按或都按了是 0。"""
    keys = pygame.key.get_pressed()
    left = keys[pygame.K_LEFT] or keys[pygame.K_a]
    right = keys[pygame.K_RIGHT] or keys[pygame.K_d]
    return int(right) - int(left)


def start(game: BreakoutGame) -> None:
    """发球；结束了就再来一局。"""
    if game.over:
        game.restart()
    else:
        game.launch()


def main() -> None:
    """玩到窗口关掉为止。"""
    pygame.init()
    # 中文输入法会拿走 A 和 D，这里不需要输入文字，关掉它。
    pygame.key.stop_text_input()
    game = BreakoutGame()
    painter = Painter()
    clock = pygame.time.Clock()

    running = True
    while running:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                running = False
            elif event.type == pygame.KEYDOWN:
                if event.key == pygame.K_ESCAPE:
                    running = False
                elif event.key in (pygame.K_SPACE, pygame.K_RETURN):
                    start(game)
            elif event.type == pygame.MOUSEMOTION:
                game.move_paddle(event.pos[0] - PADDLE_WIDTH / 2)
            elif event.type == pygame.MOUSEBUTTONDOWN:
                start(game)

        # 一帧的时间最多算 1/30 秒，拖动窗口停了很久，球也不会一下子飞出去。
        seconds = min(clock.tick(FPS) / 1000, 1 / 30)
        game.update(seconds, paddle_direction())
        painter.draw(game)

    pygame.quit()


if __name__ == "__main__":
    main()
