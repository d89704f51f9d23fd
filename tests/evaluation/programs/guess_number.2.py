import random


def main():
    print("=== 猜数字游戏 ===")
    print("请选择难度：1. 简单(1-50)  2. 困难(1-100)")
    level = input("请选择难度: ")
    top = 50 if level == "1" else 100
    secret = random.randint(1, top)
    print(f"我想了一个 1 到 {top} 之间的数字，你有 10 次机会。")
    for attempt in range(1, 11):
        guess = int(input(f"第 {attempt} 次猜测: "))
        if guess == secret:
            print(f"恭喜你，猜对了！答案就是 {secret}")
            return
        print("太大了！再小一点" if guess > secret else "太小了！再大一点")
    print(f"机会用完了，答案是 {secret}")


main()
