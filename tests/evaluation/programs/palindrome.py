def is_palindrome(text):
    letters = [char for char in text if char.isalnum()]
    return letters == letters[::-1]


def main():
    text = input("输入一句话：")
    print("是回文" if is_palindrome(text) else "不是回文")


if __name__ == "__main__":
    main()
