"""猜数字：和玩家对话。"""

from game import HIGHEST, LOWEST, RIGHT, GuessGame


class PlayerQuit(Exception):
    """玩家不想玩了。"""


def ask_number(low: int, high: int) -> int:
    """问到一个 1 到 100 的整数为止。"""
    while True:
        text = input(f"请猜一个 {low} 到 {high} 的整数（q 退出）：").strip()
        if text.lower() == "q":
            raise PlayerQuit
        try:
            number = int(text)
        except ValueError:
            print("这不是一个整数，再试一次。")
            continue
        if LOWEST <= number <= HIGHEST:
            return number
        print(f"要在 {LOWEST} 到 {HIGHEST} 之间，再试一次。")


def play() -> int:
    """玩一局，返回猜了几次。"""
    game = GuessGame()
    print(f"\n我想好了一个 {LOWEST} 到 {HIGHEST} 的整数。")
    while True:
        result = game.guess(ask_number(game.low, game.high))
        if result == RIGHT:
            print(f"{result}！答案是 {game.answer}，一共猜了 {game.tries} 次。")
            print(game.praise())
            return game.tries
        print(f"{result}。")


def main() -> None:
    """一局一局玩下去，直到玩家说不玩了。"""
    print("=== 猜数字 ===")
    best: int | None = None
    try:
        while True:
            tries = play()
            best = tries if best is None else min(best, tries)
            print(f"最好成绩：{best} 次。")
            if input("再来一局吗？（y/n）：").strip().lower() not in ("y", "yes", "是", "好"):
                break
    except (PlayerQuit, EOFError, KeyboardInterrupt):
        print()  # 让“再见”另起一行
    print("再见，下次再玩！")


if __name__ == "__main__":
    main()
