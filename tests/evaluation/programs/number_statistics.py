import statistics


def main():
    numbers = [int(word) for word in input("整数：").split()]
    print(f"平均数：{statistics.mean(numbers):.2f}")
    print("中位数：", statistics.median(numbers))
    print("众数：", statistics.mode(numbers))


if __name__ == "__main__":
    main()
