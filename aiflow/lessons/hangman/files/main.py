"""猜单词：显示小人和进度，读玩家的输入。"""

from game import MAX_WRONG, WordGame


class PlayerQuit(Exception):
    """玩家不想玩了。"""


# 错几次，就画到第几个部分。
PARTS = [(1, 2, "O"), (2, 2, "|"), (2, 1, "/"), (2, 3, "\\"), (3, 1, "/"), (3, 3, "\\")]


def picture(wrong: int) -> str:
    """画出小人。"""
    rows = [list("  +---+"), list("      |"), list("      |"), list("      |"), list("=======")]
    for row, column, mark in PARTS[:wrong]:
        rows[row][column] = mark
    return "\n".join("".join(row) for row in rows)


def play(last_word: str) -> str:
    """玩一局，返回这一局的单词。"""
    game = WordGame(last_word)
    while not (game.won or game.lost):
        print("\n" + picture(game.wrong))
        print(f"意思：{game.meaning}    单词：{game.shown()}    还能错 {MAX_WRONG - game.wrong} 次")
        if game.guessed:
            print("猜过的字母：" + " ".join(sorted(game.guessed)))
        text = input("猜一个字母（0 退出）：").strip()
        if text == "0":
            raise PlayerQuit
        print(game.guess(text))

    if game.won:
        print(f"\n你赢了！单词是 {game.word}，意思是“{game.meaning}”。")
    else:
        print("\n" + picture(game.wrong))
        print(f"次数用完了。单词是 {game.word}，意思是“{game.meaning}”。")
    return game.word


def main() -> None:
    """一局一局玩下去，直到玩家说不玩了。"""
    print("=== 猜单词 ===")
    word = ""
    try:
        while True:
            word = play(word)
            if input("再来一局吗？（y/n）：").strip().lower() not in ("y", "yes", "是", "好"):
                break
    except (PlayerQuit, EOFError, KeyboardInterrupt):
        print()  # 让“再见”另起一行
    print("再见，下次再玩！")


if __name__ == "__main__":
    main()
