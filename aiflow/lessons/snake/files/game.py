"""贪吃蛇的规则：只有数据和计算，不画图，也不读键盘。"""

import random

# 一个格子用（列，行）表示，左上角是 (0, 0)，往右列变大，往下行变大。
Cell = tuple[int, int]

UP: Cell = (0, -1)
DOWN: Cell = (0, 1)
LEFT: Cell = (-1, 0)
RIGHT: Cell = (1, 0)

COLUMNS = 20
ROWS = 20


class SnakeGame:
    """一局贪吃蛇。"""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self.columns = columns
        self.rows = rows
        self.best_score = 0
        self.restart()

    def restart(self) -> None:
        """重新开始，最高分保留。"""
        x, y = self.columns // 2, self.rows // 2
        self.snake: list[Cell] = [(x, y), (x - 1, y), (x - 2, y)]  # 第 0 个是头
        self.direction: Cell = RIGHT
        self.turns: list[Cell] = []  # 已经按下、还没有用到的转弯
        self.score = 0
        self.over = False
        self.won = False
        self.food: Cell = self.random_empty_cell()

    def turn(self, direction: Cell) -> None:
        """记住一次转弯。最多记两次，掉头和重复的不记。"""
        last = self.turns[-1] if self.turns else self.direction
        opposite = (-last[0], -last[1])
        if direction not in (last, opposite) and len(self.turns) < 2:
            self.turns.append(direction)

    def step(self) -> None:
        """前进一格。"""
        if self.over:
            return
        if self.turns:
            self.direction = self.turns.pop(0)

        head_x, head_y = self.snake[0]
        head = (head_x + self.direction[0], head_y + self.direction[1])
        eating = head == self.food

        # 没吃到苹果时，尾巴会让出一格，所以那一格可以走。
        body = self.snake if eating else self.snake[:-1]
        if not self.inside(head) or head in body:
            self.over = True
            return

        self.snake = [head, *body]
        if eating:
            self.eat()

    def eat(self) -> None:
        """得一分，再放一个苹果；放不下就是赢了。"""
        self.score += 1
        self.best_score = max(self.best_score, self.score)
        if len(self.snake) == self.columns * self.rows:
            self.over = self.won = True
        else:
            self.food = self.random_empty_cell()

    def inside(self, cell: Cell) -> bool:
        """这个格子在棋盘里吗？"""
        x, y = cell
        return 0 <= x < self.columns and 0 <= y < self.rows

    def random_empty_cell(self) -> Cell:
        """随机挑一个没有蛇的格子。"""
        empty = [
            (x, y)
            for x in range(self.columns)
            for y in range(self.rows)
            if (x, y) not in self.snake
        ]
        return random.choice(empty)

    def step_time(self) -> int:
        """走一步要多少毫秒：分数越高越快，但不会快过 60 毫秒。"""
        return max(60, 160 - 4 * self.score)
