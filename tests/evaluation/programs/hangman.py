import random

WORDS = ["python", "garden", "window", "planet", "school", "yellow"]


def show(word, guessed):
    return " ".join(letter if letter in guessed else "_" for letter in word)


def main():
    word = random.choice(WORDS)
    guessed = set()
    wrong = 0
    while wrong < 6:
        print(show(word, guessed))
        letter = input("Guess a letter: ").strip().lower()
        if len(letter) != 1 or not letter.isalpha():
            print("Please type one letter.")
            continue
        if letter in guessed:
            print("You have tried that one.")
            continue
        guessed.add(letter)
        if letter not in word:
            wrong += 1
            print("Wrong.", 6 - wrong, "guesses left")
        elif all(one in guessed for one in word):
            print("Congratulations! The word was", word)
            return
    print("Game over. The word was", word)


if __name__ == "__main__":
    main()
