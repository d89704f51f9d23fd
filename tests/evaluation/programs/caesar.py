def encrypt(text, shift):
    result = ""
    for char in text:
        if char.isascii() and char.isalpha():
            first = ord("A") if char.isupper() else ord("a")
            result += chr((ord(char) - first + shift) % 26 + first)
        else:
            result += char
    return result


def decrypt(text, shift):
    return encrypt(text, -shift)


def main():
    text = input("Text: ")
    shift = int(input("Shift: "))
    print(encrypt(text, shift))


if __name__ == "__main__":
    main()
