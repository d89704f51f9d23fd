def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def main():
    a = int(input("第一个数："))
    b = int(input("第二个数："))
    print("最大公约数：", gcd(a, b))
    print("最小公倍数：", a * b // gcd(a, b))


if __name__ == "__main__":
    main()
