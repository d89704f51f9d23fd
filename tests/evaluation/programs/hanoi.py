def move(n, source, target, spare):
    if n == 0:
        return 0
    steps = move(n - 1, source, spare, target)
    print(source, "->", target)
    return steps + 1 + move(n - 1, spare, target, source)


def main():
    n = int(input("盘子的个数："))
    print("一共移动了", move(n, "A", "C", "B"), "步")


if __name__ == "__main__":
    main()
