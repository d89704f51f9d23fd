def to_fahrenheit(celsius):
    return celsius * 9 / 5 + 32


def main():
    celsius = float(input("请输入摄氏温度："))
    print(f"{celsius}℃ = {to_fahrenheit(celsius):.1f}℉")


if __name__ == "__main__":
    main()
