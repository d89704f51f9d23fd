import time


def countdown(seconds):
    for left in range(seconds, 0, -1):
        print(left)
        time.sleep(1)
    print("时间到")


if __name__ == "__main__":
    countdown(int(input("多少秒？")))
