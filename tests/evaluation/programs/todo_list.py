items = []


def show():
    if not items:
        print("没有待办事项")
    for number, item in enumerate(items, start=1):
        print(f"{number}. {item}")


def main():
    while True:
        print("\n1. 添加\n2. 查看\n3. 删除\n4. 退出")
        choice = input("请选择：").strip()
        if choice == "1":
            items.append(input("内容："))
        elif choice == "2":
            show()
        elif choice == "3":
            number = int(input("删除第几个："))
            if 1 <= number <= len(items):
                items.pop(number - 1)
        elif choice == "4":
            print("再见")
            break


if __name__ == "__main__":
    main()
