import random

choices = {1: "石头", 2: "剪刀", 3: "布"}
user_score = 0
computer_score = 0


def get_winner(user, computer):
    if user == computer:
        return "平局"
    elif (user == 1 and computer == 2) or (user == 2 and computer == 3) or (user == 3 and computer == 1):
        return "玩家"
    return "电脑"


for i in range(3):
    print(f"第 {i + 1} 局")
    print("1. 石头  2. 剪刀  3. 布")
    user = int(input("请输入你的选择 (1-3): "))
    computer = random.randint(1, 3)
    print("你的选择:", choices[user])
    print("电脑的选择:", choices[computer])
    result = get_winner(user, computer)
    if result == "玩家":
        user_score += 1
        print("恭喜，你赢了！")
    elif result == "电脑":
        computer_score += 1
        print("很遗憾，电脑赢了！")
    else:
        print("平局！")
    print(f"比分 {user_score} : {computer_score}")
