import random


def main():
    answer = random.randint(1, 100)
    tries = 0
    print("我想好了一个 1 到 100 的数。")
    while True:
        text = input("猜一猜：")
        if not text.isdigit():
            print("请输入整数")
            continue
        tries += 1
        guess = int(text)
        if guess < answer:
            print("小了")
        elif guess > answer:
            print("大了")
        else:
            print(f"猜中了！一共猜了 {tries} 次")
            break


if __name__ == "__main__":
    main()
