def fibonacci(n):
    numbers = []
    a, b = 0, 1
    for _ in range(n):
        numbers.append(a)
        a, b = b, a + b
    return numbers


def main():
    n = int(input("n = "))
    print(*fibonacci(n))


if __name__ == "__main__":
    main()
