import random


def play():
    options = ["rock", "paper", "scissors"]
    user = input("Enter rock, paper or scissors: ").lower()
    computer = random.choice(options)
    print(f"Computer chose {computer}")
    if user == computer:
        print("It's a tie!")
    elif (user, computer) in [("rock", "scissors"), ("paper", "rock"), ("scissors", "paper")]:
        print("You win!")
    else:
        print("You lose!")


while True:
    play()
    if input("Play again? (y/n): ") != "y":
        break
