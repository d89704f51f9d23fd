"""猜数字的规则：想一个数，比较大小，数次数。"""

import random

LOWEST = 1
HIGHEST = 100

TOO_SMALL = "太小了"
TOO_BIG = "太大了"
RIGHT = "猜中了"


class GuessGame:
    """一局猜数字。"""

    def __init__(self) -> None:
        self.answer = random.randint(LOWEST, HIGHEST)
        self.tries = 0
        self.low = LOWEST  # 现在知道答案至少是几
        self.high = HIGHEST  # 最多是几

    def guess(self, number: int) -> str:
        """猜一次，返回三种结果之一。"""
        self.tries += 1
        if number < self.answer:
            self.low = max(self.low, number + 1)
            return TOO_SMALL
        if number > self.answer:
            self.high = min(self.high, number - 1)
            return TOO_BIG
        return RIGHT

    def praise(self) -> str:
        """按次数给一句评价。每次对半猜，7 次之内一定能猜中。"""
        if self.tries == 1:
            return "一次就中，运气太好了！"
        if self.tries <= 7:
            return "很厉害，7 次之内就猜中了！"
        return "猜中了就好。提示：每次都猜范围的正中间，会更快。"
