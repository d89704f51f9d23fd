"""打砖块的规则：球怎样动，碰到东西怎样反弹。不画图，也不读键盘。"""

import math
import random
from dataclasses import dataclass

WIDTH, HEIGHT = 480, 520  # 场地大小（像素）
ROWS, COLUMNS = 6, 8
BRICK_WIDTH, BRICK_HEIGHT = WIDTH // COLUMNS, 24
BRICKS_TOP = 50
PADDLE_WIDTH, PADDLE_HEIGHT = 90, 14
PADDLE_Y = HEIGHT - 40
PADDLE_SPEED = 520  # 一秒走多少像素
BALL = 14  # 球的大小
LIVES = 3


@dataclass
class Box:
    """一个长方形，x、y 是左上角。"""

    x: float
    y: float
    width: float
    height: float

    def touches(self, other: "Box") -> bool:
        """和另一个长方形重叠吗？"""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass
class Brick(Box):
    """一块砖，row 是第几行（颜色不同）。"""

    row: int


class BreakoutGame:
    """一局打砖块。"""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """重新开始。"""
        self.score = 0
        self.lives = LIVES
        self.over = False
        self.won = False
        self.paddle = Box((WIDTH - PADDLE_WIDTH) / 2, PADDLE_Y, PADDLE_WIDTH, PADDLE_HEIGHT)
        self.bricks = [
            Brick(column * BRICK_WIDTH, BRICKS_TOP + row * BRICK_HEIGHT, BRICK_WIDTH, BRICK_HEIGHT, row)
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
        self.hold_ball()

    def hold_ball(self) -> None:
        """球放到挡板上，等玩家发球。"""
        self.waiting = True
        self.ball = Box(0, PADDLE_Y - BALL, BALL, BALL)
        self.speed_x = self.speed_y = 0.0
        self.carry_ball()

    def carry_ball(self) -> None:
        """没发球时，球跟着挡板走。"""
        self.ball.x = self.paddle.x + (PADDLE_WIDTH - BALL) / 2

    def launch(self) -> None:
        """发球，稍微偏左或偏右一点。"""
        if self.waiting and not self.over:
            self.waiting = False
            self.fly(random.uniform(-25, 25))

    def speed(self) -> float:
        """球速：打掉的砖块越多越快，但有上限。"""
        return min(300 + 4 * self.score, 460)

    def fly(self, degrees: float) -> None:
        """让球往上飞，degrees 是偏离竖直方向的角度，正的往右。"""
        angle = math.radians(degrees)
        self.speed_x = self.speed() * math.sin(angle)
        self.speed_y = -self.speed() * math.cos(angle)

    def move_paddle(self, left: float) -> None:
        """把挡板的左边移到这里，但不出场地。"""
        self.paddle.x = max(0, min(WIDTH - PADDLE_WIDTH, left))
        if self.waiting:
            self.carry_ball()

    def update(self, seconds: float, direction: int) -> None:
        """过去了一小段时间；direction 是挡板的方向：-1 左，0 不动，1 右。"""
        if self.over:
            return
        self.move_paddle(self.paddle.x + direction * PADDLE_SPEED * seconds)
        if self.waiting:
            return
        # 分两步走：先左右，再上下，就知道该反弹哪个方向。
        self.ball.x += self.speed_x * seconds
        if self.hit_side_wall() or self.hit_brick():
            self.speed_x = -self.speed_x
            self.ball.x += self.speed_x * seconds
        self.ball.y += self.speed_y * seconds
        if self.ball.y < 0:
            self.ball.y = 0
            self.speed_y = abs(self.speed_y)
        elif self.hit_brick():
            self.speed_y = -self.speed_y
            self.ball.y += self.speed_y * seconds
        self.check_paddle()
        if self.ball.y > HEIGHT:
            self.lose_life()

    def hit_side_wall(self) -> bool:
        """碰到左右的墙了吗？"""
        return self.ball.x < 0 or self.ball.x + BALL > WIDTH

    def hit_brick(self) -> bool:
        """碰到砖块就打掉它。"""
        for brick in self.bricks:
            if self.ball.touches(brick):
                self.bricks.remove(brick)
                self.score += 1
                if not self.bricks:
                    self.over = self.won = True
                return True
        return False

    def check_paddle(self) -> None:
        """往下走的球碰到挡板就弹上去；往上走的不管，免得在挡板里抖动。"""
        if self.speed_y > 0 and self.ball.touches(self.paddle):
            middle = self.paddle.x + PADDLE_WIDTH / 2
            offset = (self.ball.x + BALL / 2 - middle) / (PADDLE_WIDTH / 2)
            self.ball.y = PADDLE_Y - BALL
            self.fly(60 * max(-1, min(1, offset)))

    def lose_life(self) -> None:
        """球掉下去了。"""
        self.lives -= 1
        if self.lives == 0:
            self.over = True
        else:
            self.hold_ball()
