print("欢迎使用计算器")
while True:
    print("1. 加法")
    print("2. 减法")
    print("3. 乘法")
    print("4. 除法")
    print("5. 退出")
    choice = input("请选择运算: ")
    if choice == "5":
        print("再见！")
        break
    if choice not in ("1", "2", "3", "4"):
        print("无效的选择")
        continue
    a = float(input("请输入第一个数字: "))
    b = float(input("请输入第二个数字: "))
    if choice == "1":
        print(f"结果: {a} + {b} = {a + b}")
    elif choice == "2":
        print(f"结果: {a} - {b} = {a - b}")
    elif choice == "3":
        print(f"结果: {a} * {b} = {a * b}")
    elif b == 0:
        print("除数不能为零")
    else:
        print(f"结果: {a} / {b} = {a / b}")
