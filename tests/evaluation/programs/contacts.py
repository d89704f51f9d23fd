import json
from pathlib import Path

FILE = Path("contacts.json")


def load():
    if FILE.exists():
        return json.loads(FILE.read_text(encoding="utf-8"))
    return {}


def save(contacts):
    FILE.write_text(json.dumps(contacts, ensure_ascii=False), encoding="utf-8")


def main():
    contacts = load()
    while True:
        print("1. 添加  2. 查找  3. 退出")
        choice = input("请选择：").strip()
        if choice == "1":
            name = input("姓名：").strip()
            contacts[name] = input("电话：").strip()
            save(contacts)
        elif choice == "2":
            name = input("姓名：").strip()
            print(contacts.get(name, "没有这个人"))
        elif choice == "3":
            break


if __name__ == "__main__":
    main()
