import random
import string


def make_password(length):
    characters = string.ascii_letters + string.digits
    password = [random.choice(string.digits)]
    password += [random.choice(characters) for _ in range(length - 1)]
    random.shuffle(password)
    return "".join(password)


def main():
    length = int(input("Length: "))
    print("Your password:", make_password(length))


if __name__ == "__main__":
    main()
