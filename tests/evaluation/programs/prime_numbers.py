def is_prime(number):
    if number < 2:
        return False
    for divisor in range(2, int(number**0.5) + 1):
        if number % divisor == 0:
            return False
    return True


def main():
    n = int(input("n = "))
    print(" ".join(str(number) for number in range(2, n + 1) if is_prime(number)))


if __name__ == "__main__":
    main()
