"""待办清单：显示菜单，听命令。"""

from collections.abc import Callable

import storage
from tasks import TaskList

MENU = "a 添加  d 完成/取消  e 修改  x 删除  c 清除已完成  q 退出"


def show(task_list: TaskList) -> None:
    """显示整个清单。"""
    print("\n=== 待办清单 ===")
    for number, task in enumerate(task_list.tasks, start=1):
        mark = "✓" if task.done else " "
        print(f"{number:>3}. [{mark}] {task.text}")
    if task_list.tasks:
        print(f"还有 {task_list.left()} 件没完成。")
    else:
        print("清单是空的，输入 a 添加第一件事。")


def ask_number() -> int:
    """问编号；不是数字就报错。"""
    text = input("第几件：").strip()
    try:
        return int(text)
    except ValueError:
        raise ValueError("请输入编号，比如 1。") from None


def add(task_list: TaskList) -> None:
    """添加。"""
    task_list.add(input("要做什么："))


def toggle(task_list: TaskList) -> None:
    """完成或取消完成。"""
    task_list.toggle(ask_number())


def edit(task_list: TaskList) -> None:
    """修改。"""
    number = ask_number()
    task_list.get(number)  # 先看编号对不对，再问内容
    task_list.rename(number, input("改成："))


def delete(task_list: TaskList) -> None:
    """删除。"""
    print(f"已删除：{task_list.delete(ask_number()).text}")


def clear(task_list: TaskList) -> None:
    """清除已完成的。"""
    print(f"清除了 {task_list.clear_done()} 件。")


# 想加新命令，写一个函数，再在这里加一行。
COMMANDS: dict[str, Callable[[TaskList], None]] = {
    "a": add,
    "d": toggle,
    "e": edit,
    "x": delete,
    "c": clear,
}


def open_list() -> TaskList:
    """读出上次的清单。"""
    try:
        return storage.load()
    except storage.BrokenDataError as error:
        aside = storage.put_aside()
        print(f"{error} 已改名为 {aside.name} 留着，现在从空清单开始。")
        return TaskList()


def run(task_list: TaskList) -> None:
    """一条一条地执行命令。"""
    while True:
        show(task_list)
        print(MENU)
        command = input("命令：").strip().lower()
        if command == "q":
            return
        if command not in COMMANDS:
            print("没有这个命令。")
            continue
        try:
            COMMANDS[command](task_list)
        except ValueError as error:
            print(error)
        else:
            storage.save(task_list)


def main() -> None:
    """从打开到退出。"""
    try:
        run(open_list())
    except (EOFError, KeyboardInterrupt):
        print()  # 让“再见”另起一行
    except OSError as error:
        print(f"文件读写出了问题：{error.strerror}。请检查磁盘和文件夹的权限。")
        raise SystemExit(1) from None
    print("已保存，再见！")


if __name__ == "__main__":
    main()
