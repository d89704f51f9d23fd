import csv
import os

FILENAME = "contacts.csv"


def add_contact():
    name = input("请输入姓名: ")
    phone = input("请输入电话: ")
    with open(FILENAME, "a", newline="", encoding="utf-8") as f:
        csv.writer(f).writerow([name, phone])
    print("联系人已添加")


def find_contact():
    name = input("请输入要查找的姓名: ")
    if os.path.exists(FILENAME):
        with open(FILENAME, encoding="utf-8") as f:
            for row in csv.reader(f):
                if row[0] == name:
                    print(f"{name} 的电话是 {row[1]}")
                    return
    print("未找到该联系人")


def main():
    while True:
        print("\n通讯录")
        print("1. 添加联系人")
        print("2. 查找联系人")
        print("3. 退出")
        choice = input("请选择操作 (1/2/3): ")
        if choice == "1":
            add_contact()
        elif choice == "2":
            find_contact()
        elif choice == "3":
            break
        else:
            print("无效选择，请重新输入")


if __name__ == "__main__":
    main()
