"""知识问答：出题，读答案，公布得分和讲解。"""

import sys

from quiz import LETTERS, BankError, Question, load, pick


class PlayerQuit(Exception):
    """玩家不想答了。"""


def ask_letter() -> str:
    """问到 A、B、C、D 中的一个为止。"""
    while True:
        text = input("你的答案（A/B/C/D，q 退出）：").strip().upper()
        if text == "Q":
            raise PlayerQuit
        if len(text) == 1 and text in LETTERS:
            return text
        print("请输入 A、B、C 或 D。")


def ask(number: int, question: Question) -> bool:
    """问一道题，返回答对了没有。"""
    print(f"\n第 {number} 题：{question.question}")
    for letter, option in zip(LETTERS, question.options):
        print(f"  {letter}. {option}")
    right = question.is_right(ask_letter())
    if right:
        print("答对了！")
    else:
        print(f"答错了，正确答案是 {question.right_letter()}. {question.answer}。{question.why}")
    return right


def play(questions: list[Question]) -> None:
    """答一轮。"""
    chosen = pick(questions)
    missed = [item for number, item in enumerate(chosen, start=1) if not ask(number, item)]
    right = len(chosen) - len(missed)
    print(f"\n得分：{round(100 * right / len(chosen))} 分（答对 {right} 题，共 {len(chosen)} 题）")
    if missed:
        print("答错的题，再看一遍：")
        for item in missed:
            print(f"  {item.question} → {item.answer}")
    else:
        print("全部答对，太棒了！")


def main() -> None:
    """一轮一轮答下去，直到玩家说不答了。"""
    try:
        questions = load()
    except BankError as error:
        sys.exit(f"题库有问题：{error}")
    print(f"=== 知识问答 ===\n题库里有 {len(questions)} 道题。")
    try:
        while True:
            play(questions)
            if input("再来一轮吗？（y/n）：").strip().lower() not in ("y", "yes", "是", "好"):
                break
    except (PlayerQuit, EOFError, KeyboardInterrupt):
        print()  # 让“再见”另起一行
    print("再见，下次再来！")


if __name__ == "__main__":
    main()
