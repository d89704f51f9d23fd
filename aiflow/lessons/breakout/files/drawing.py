"""打砖块的画面。"""

import pygame

from game import BALL, HEIGHT, WIDTH, Box, BreakoutGame

BAR = 40  # 上方显示得分的高度

Color = tuple[int, int, int]
BACKGROUND: Color = (20, 24, 34)
BAR_COLOR: Color = (36, 42, 54)
PADDLE: Color = (120, 180, 250)
BALL_COLOR: Color = (250, 240, 220)
TEXT: Color = (235, 238, 245)
BRICK_COLORS: list[Color] = [
    (226, 92, 92), (232, 146, 76), (232, 200, 84),
    (122, 196, 110), (90, 172, 212), (150, 124, 214),
]  # fmt: skip

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
            if None not in font.metrics("打砖块得分"):
                return font, True
    return pygame.font.Font(None, size + 6), False


class Painter:
    """负责画图。"""

    def __init__(self) -> None:
        self.screen = pygame.display.set_mode((WIDTH, HEIGHT + BAR))
        self.font, self.chinese = load_font(20)
        self.big_font, _ = load_font(36)
        self.caption = ""

    def say(self, chinese: str, english: str) -> str:
        """有中文字体就用中文，没有就用英文。"""
        return chinese if self.chinese else english

    def draw(self, game: BreakoutGame) -> None:
        """画一帧。"""
        self.screen.fill(BACKGROUND)
        for brick in game.bricks:
            self.draw_box(brick, BRICK_COLORS[brick.row % len(BRICK_COLORS)], radius=4, gap=2)
        self.draw_box(game.paddle, PADDLE, radius=7)
        self.draw_box(game.ball, BALL_COLOR, radius=BALL // 2)
        self.draw_score(game)
        if game.over:
            if game.won:
                self.draw_big("你赢了！", "You win!")
            else:
                self.draw_big("游戏结束", "Game over")
            self.draw_hint("按回车键再来一局", "Press Enter to play again")
        elif game.waiting:
            self.draw_hint("左右移动，按空格键发球", "Move left and right, Space to launch")
        pygame.display.flip()

    def draw_box(self, box: Box, color: Color, radius: int, gap: int = 0) -> None:
        """画一个长方形；场地在得分条下面，所以 y 要加上它的高度。"""
        rect = pygame.Rect(round(box.x), round(box.y) + BAR, round(box.width), round(box.height))
        pygame.draw.rect(self.screen, color, rect.inflate(-gap * 2, -gap * 2), border_radius=radius)

    def draw_score(self, game: BreakoutGame) -> None:
        """在上方和窗口标题里显示得分。"""
        pygame.draw.rect(self.screen, BAR_COLOR, (0, 0, WIDTH, BAR))
        text = self.say(
            f"得分 {game.score}    命 {game.lives}", f"Score {game.score}    Lives {game.lives}"
        )
        image = self.font.render(text, True, TEXT)
        self.screen.blit(image, image.get_rect(midleft=(12, BAR // 2)))

        caption = f"打砖块 - 得分 {game.score} - 命 {game.lives}"
        if game.over:
            caption += " - 你赢了" if game.won else " - 游戏结束"
        if caption != self.caption:  # 变了才改，每一帧都改会变慢
            self.caption = caption
            pygame.display.set_caption(caption)

    def draw_big(self, chinese: str, english: str) -> None:
        """在中间写一句大字。"""
        image = self.big_font.render(self.say(chinese, english), True, TEXT)
        self.screen.blit(image, image.get_rect(center=(WIDTH // 2, HEIGHT // 2 + 20)))

    def draw_hint(self, chinese: str, english: str) -> None:
        """在中间偏下写一句小字。"""
        image = self.font.render(self.say(chinese, english), True, TEXT)
        self.screen.blit(image, image.get_rect(center=(WIDTH // 2, HEIGHT // 2 + 80)))
