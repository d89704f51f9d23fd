import random


def main():
    counts = dict.fromkeys(range(2, 13), 0)
    for _ in range(1000):
        counts[random.randint(1, 6) + random.randint(1, 6)] += 1
    for total, count in counts.items():
        print(f"{total}: {count}")


if __name__ == "__main__":
    main()
