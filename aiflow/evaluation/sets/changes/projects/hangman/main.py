import random

def choose_word(words):
    return random.choice(words)

def show(word, guessed):
    for char in word:
        if char in guessed:
            print(char, end=' ')
        else:
            print('_', end=' ')
    print()

def play(word):
    guessed = []
    attempts = 6
    while attempts > 0:
        show(word, guessed)
        guess = input("Guess a letter: ").lower()
        if guess in guessed:
            print("You already guessed that letter.")
        elif guess in word:
            guessed.append(guess)
            if set(guessed) == set(word):
                print(f"Congratulations! You guessed the word '{word}'.")
                return True
        else:
            attempts -= 1
            print(f"Incorrect guess. You have {attempts} attempts left.")
    print(f"Sorry, you ran out of attempts. The word was '{word}'.")
    return False

def main():
    words = ["apple", "banana", "cherry", "date", "elderberry"]
    play(choose_word(words))

if __name__ == "__main__":
    main()
