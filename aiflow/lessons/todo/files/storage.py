"""把待办清单存进文件，再读出来。"""

import json
import os
from pathlib import Path

from tasks import Task, TaskList

# 放在程序旁边，这样从哪个文件夹运行都是同一份数据。
DATA_FILE = Path(__file__).with_name("todo.json")


class BrokenDataError(Exception):
    """数据文件坏了。"""


def load(path: Path = DATA_FILE) -> TaskList:
    """读出清单；第一次运行没有文件，就是空清单。"""
    if not path.exists():
        return TaskList()
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
        return TaskList([Task(str(item["text"]), bool(item["done"])) for item in items])
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenDataError(f"{path.name} 的内容读不懂。") from error


def save(task_list: TaskList, path: Path = DATA_FILE) -> None:
    """存进文件。

    先写到临时文件，再一下子换过去：就算写到一半断电，原来的文件也还是完整的。
    """
    items = [{"text": task.text, "done": task.done} for task in task_list.tasks]
    text = json.dumps(items, ensure_ascii=False, indent=2)
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())  # 确认真的写到了磁盘上
    os.replace(temporary, path)


def put_aside(path: Path = DATA_FILE) -> Path:
    """把坏了的文件改个名字留着，返回新的名字。"""
    aside = path.with_suffix(".broken.json")
    os.replace(path, aside)
    return aside
