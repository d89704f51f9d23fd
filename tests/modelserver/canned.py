"""The model server's answers where a test has scripted none: a small project that works."""

SPECIFY = """# 猜数字

## 项目类型
guess_number

## 功能
- 程序想好一个 1 到 100 的整数
- 玩家输入一个数，程序说“大了”“小了”或“猜中了”
- 输入的不是数字时提醒玩家再试

## 验收
- 猜中以后说出一共猜了几次，然后结束
"""

PLAN = """# 方案

## 文件
- `main.py`：主程序，负责和玩家对话
- `game.py`：比较大小的规则
- `README.md`：怎样运行

## 依赖
只用标准库。
"""

IMPLEMENT = """下面是全部文件。

<file path="game.py">
\"\"\"猜数字的规则。\"\"\"


def judge(secret: int, guess: int) -> str:
    \"\"\"说出猜的数和答案相比怎么样。\"\"\"
    if guess > secret:
        return "大了"
    if guess < secret:
        return "小了"
    return "猜中了"
</file>

<file path="main.py">
\"\"\"猜数字：从这里开始运行。\"\"\"

import random

from game import judge


def main() -> None:
    \"\"\"和玩家一问一答，直到猜中。\"\"\"
    secret = random.randint(1, 100)
    count = 0
    while True:
        try:
            text = input("猜一个 1 到 100 的整数：")
        except EOFError:
            print("再见")
            return
        if not text.strip().isdigit():
            print("请输入一个整数")
            continue
        count += 1
        result = judge(secret, int(text))
        print(result)
        if result == "猜中了":
            print(f"一共猜了 {count} 次")
            return


if __name__ == "__main__":
    main()
</file>

<file path="README.md">
# 猜数字

运行：`python main.py`
</file>
"""

REPAIR = IMPLEMENT

THINKING = {
    "specify": "学生想要一个小游戏，先弄清楚它要做什么。",
    "plan": "分成规则和对话两个文件，容易看懂。",
    "implement": "先写规则，再写主程序。",
    "repair": "看看哪里不对，改好再交。",
    "tests": "哪些结果能直接算出来？",
}
TESTS = "没有"

CONTENT = {"specify": SPECIFY, "plan": PLAN, "implement": IMPLEMENT, "repair": REPAIR, "tests": TESTS}
