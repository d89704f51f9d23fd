def calculate(a, sign, b):
    if sign == "+":
        return a + b
    if sign == "-":
        return a - b
    if sign == "*":
        return a * b
    if sign == "/":
        return a / b
    raise ValueError("不认识的运算符")


def main():
    while True:
        text = input("第一个数（q 退出）：").strip()
        if text == "q":
            break
        sign = input("运算符（+ - * /）：").strip()
        try:
            second = float(input("第二个数："))
            print("结果：", calculate(float(text), sign, second))
        except ZeroDivisionError:
            print("不能除以零")
        except ValueError as error:
            print("输入不对：", error)


if __name__ == "__main__":
    main()
