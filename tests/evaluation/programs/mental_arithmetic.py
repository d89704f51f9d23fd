import random


def main():
    right = 0
    for number in range(1, 6):
        a, b = random.randint(1, 20), random.randint(1, 20)
        answer = input(f"第 {number} 题：{a} + {b} = ").strip()
        if answer == str(a + b):
            print("对了！")
            right += 1
        else:
            print(f"不对，答案是 {a + b}")
    print(f"你答对了 {right} 道题")


if __name__ == "__main__":
    main()
