from collections import Counter


def main():
    words = input("Text: ").lower().split()
    print("Words:", len(words))
    word, count = Counter(words).most_common(1)[0]
    print("Most common:", word, f"({count} times)")


if __name__ == "__main__":
    main()
