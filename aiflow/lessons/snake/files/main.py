"""贪吃蛇：打开窗口，读键盘，让游戏一步一步走下去。"""

import pygame

from drawing import Painter
from game import DOWN, LEFT, RIGHT, UP, SnakeGame

FPS = 60  # 画面一秒刷新多少次

DIRECTIONS = {
    pygame.K_UP: UP,
    pygame.K_w: UP,
    pygame.K_DOWN: DOWN,
    pygame.K_s: DOWN,
    pygame.K_LEFT: LEFT,
    pygame.K_a: LEFT,
    pygame.K_RIGHT: RIGHT,
    pygame.K_d: RIGHT,
}


def main() -> None:
    """玩到窗口关掉为止。"""
    pygame.init()
    # 中文输入法会拿走 W A S D，这里不需要输入文字，关掉它。
    pygame.key.stop_text_input()
    game = SnakeGame()
    painter = Painter(game)
    clock = pygame.time.Clock()
    waited = 0  # 攒下来的毫秒数
    started = False  # 等玩家按了方向键再走，免得还没准备好就撞墙
    paused = False

    running = True
    while running:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                running = False
            elif event.type == pygame.KEYDOWN:
                if event.key == pygame.K_ESCAPE:
                    running = False
                elif event.key in DIRECTIONS:
                    game.turn(DIRECTIONS[event.key])
                    started = True
                elif event.key == pygame.K_p and started and not game.over:
                    paused = not paused
                elif event.key in (pygame.K_RETURN, pygame.K_SPACE) and game.over:
                    game.restart()
                    waited = 0

        # 攒够一步的时间就走一步，这样电脑快慢不同，蛇的速度也一样。
        # 拖动窗口时可能停很久，最多只算 100 毫秒，免得蛇一下子冲出去。
        waited += min(clock.tick(FPS), 100)
        if paused or not started:
            waited = 0
        if waited >= game.step_time():
            waited -= game.step_time()
            game.step()

        painter.draw(game, started, paused)

    pygame.quit()


if __name__ == "__main__":
    main()
