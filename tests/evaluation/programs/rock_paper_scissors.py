import random

HANDS = ["石头", "剪刀", "布"]
WINS = {("石头", "剪刀"), ("剪刀", "布"), ("布", "石头")}


def judge(player, computer):
    if player == computer:
        return "平局"
    return "你赢了" if (player, computer) in WINS else "你输了"


def main():
    while True:
        player = input("请出拳（石头/剪刀/布，q 退出）：").strip()
        if player == "q":
            break
        if player not in HANDS:
            print("看不懂，请再试一次")
            continue
        computer = random.choice(HANDS)
        print(f"你出了{player}，电脑出了{computer}")
        print(judge(player, computer))


if __name__ == "__main__":
    main()
