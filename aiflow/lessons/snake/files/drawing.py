"""贪吃蛇的画面：把规则里的数据画成方块和文字。"""

import pygame

from game import SnakeGame

CELL = 24  # 一个格子的边长（像素）
BAR = 40  # 上方显示得分的高度

Color = tuple[int, int, int]
BACKGROUND: Color = (24, 28, 36)
BAR_COLOR: Color = (36, 42, 54)
GRID: Color = (32, 37, 47)
HEAD: Color = (120, 220, 120)
BODY: Color = (70, 170, 90)
FOOD: Color = (235, 90, 80)
TEXT: Color = (235, 238, 245)

# 不同的系统，中文字体的名字不一样，挨个试一试。
CHINESE_FONTS = [
    "microsoftyahei", "simhei", "simsun",  # Windows
    "pingfang", "pingfangsc", "hiraginosansgb", "stheitimedium", "songti",  # macOS
    "notosanscjksc", "notosanscjkjp", "notosanssc", "sourcehansanssc",  # Linux
    "wenquanyimicrohei", "wenquanyizenhei", "droidsansfallback",
]  # fmt: skip


def load_font(size: int) -> tuple[pygame.font.Font, bool]:
    """返回字体，以及它能不能显示中文。"""
    for name in CHINESE_FONTS:
        try:
            path = pygame.font.match_font(name)
        except OSError:  # 有的环境不允许查找系统字体
            break
        if path:
            font = pygame.font.Font(path, size)
            # 名字对还不够，再看看里面是不是真的有这些字。
            if None not in font.metrics("贪吃蛇得分"):
                return font, True
    return pygame.font.Font(None, size + 6), False


class Painter:
    """负责画图。"""

    def __init__(self, game: SnakeGame) -> None:
        size = (game.columns * CELL, game.rows * CELL + BAR)
        self.screen = pygame.display.set_mode(size)
        self.font, self.chinese = load_font(20)
        self.big_font, _ = load_font(36)
        self.caption = ""

    def say(self, chinese: str, english: str) -> str:
        """有中文字体就用中文，没有就用英文。"""
        return chinese if self.chinese else english

    def draw(self, game: SnakeGame, started: bool, paused: bool) -> None:
        """画一帧。"""
        self.screen.fill(BACKGROUND)
        self.draw_grid(game)
        self.draw_cell(game.food, FOOD, radius=CELL // 2)
        for cell in game.snake[1:]:
            self.draw_cell(cell, BODY, radius=5)
        self.draw_cell(game.snake[0], HEAD, radius=8)
        self.draw_score(game)
        if game.won:
            self.draw_message("你赢了！", "You win!")
        elif game.over:
            self.draw_message("游戏结束", "Game over")
        elif not started:
            self.draw_message("贪吃蛇", "Snake", "按方向键开始", "Press an arrow key to start")
        elif paused:
            self.draw_message("暂停", "Paused", "按 P 键继续", "Press P to go on")
        pygame.display.flip()

    def draw_grid(self, game: SnakeGame) -> None:
        """画淡淡的格子线，看得清要走几格。"""
        bottom = BAR + game.rows * CELL
        for x in range(0, game.columns * CELL, CELL):
            pygame.draw.line(self.screen, GRID, (x, BAR), (x, bottom))
        for y in range(BAR, bottom, CELL):
            pygame.draw.line(self.screen, GRID, (0, y), (game.columns * CELL, y))

    def draw_cell(self, cell: tuple[int, int], color: Color, radius: int) -> None:
        """画一个格子；四周留一点空，格子之间才分得清。"""
        x, y = cell
        box = pygame.Rect(x * CELL, BAR + y * CELL, CELL, CELL).inflate(-4, -4)
        pygame.draw.rect(self.screen, color, box, border_radius=radius)

    def draw_score(self, game: SnakeGame) -> None:
        """在上方和窗口标题里显示得分。"""
        pygame.draw.rect(self.screen, BAR_COLOR, (0, 0, self.screen.get_width(), BAR))
        text = self.say(
            f"得分 {game.score}    最高 {game.best_score}",
            f"Score {game.score}    Best {game.best_score}",
        )
        image = self.font.render(text, True, TEXT)
        self.screen.blit(image, image.get_rect(midleft=(12, BAR // 2)))

        caption = f"贪吃蛇 - 得分 {game.score}"
        if game.over:
            caption += " - 你赢了" if game.won else " - 游戏结束"
        if caption != self.caption:  # 变了才改，每一帧都改会变慢
            self.caption = caption
            pygame.display.set_caption(caption)

    def draw_message(
        self,
        chinese: str,
        english: str,
        hint: str = "按回车键再来一局",
        hint_english: str = "Press Enter to play again",
    ) -> None:
        """在中间写一句大字和一句小字。"""
        center_x, center_y = self.screen.get_rect().center
        big = self.big_font.render(self.say(chinese, english), True, TEXT)
        small = self.font.render(self.say(hint, hint_english), True, TEXT)
        board = pygame.Rect(0, 0, 300, 120)
        board.center = (center_x, center_y)
        pygame.draw.rect(self.screen, BAR_COLOR, board, border_radius=12)
        self.screen.blit(big, big.get_rect(center=(center_x, center_y - 20)))
        self.screen.blit(small, small.get_rect(center=(center_x, center_y + 30)))
