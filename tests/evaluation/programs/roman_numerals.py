VALUES = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]  # fmt: skip


def to_roman(number):
    result = ""
    for value, letters in VALUES:
        while number >= value:
            result += letters
            number -= value
    return result


def from_roman(text):
    number = 0
    for value, letters in VALUES:
        while text.startswith(letters):
            number += value
            text = text[len(letters) :]
    return number


if __name__ == "__main__":
    print(to_roman(int(input("Number: "))))
