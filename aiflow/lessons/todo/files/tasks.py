"""待办清单：一件事是什么样子，能对清单做什么。"""

from dataclasses import dataclass


@dataclass
class Task:
    """一件要做的事。"""

    text: str
    done: bool = False


class TaskList:
    """一串要做的事。编号从 1 开始，和屏幕上显示的一样。"""

    def __init__(self, tasks: list[Task] | None = None) -> None:
        self.tasks: list[Task] = tasks or []

    def get(self, number: int) -> Task:
        """按编号取一件事；没有这个编号就报错。"""
        if not 1 <= number <= len(self.tasks):
            raise ValueError(f"没有第 {number} 件事。")
        return self.tasks[number - 1]

    def add(self, text: str) -> None:
        """在最后加一件事。"""
        text = text.strip()
        if not text:
            raise ValueError("内容不能是空的。")
        self.tasks.append(Task(text))

    def toggle(self, number: int) -> None:
        """没完成的打勾，打了勾的去掉。"""
        task = self.get(number)
        task.done = not task.done

    def rename(self, number: int, text: str) -> None:
        """换一个内容。"""
        text = text.strip()
        if not text:
            raise ValueError("内容不能是空的。")
        self.get(number).text = text

    def delete(self, number: int) -> Task:
        """删掉一件事，并把它返回。"""
        task = self.get(number)
        del self.tasks[number - 1]
        return task

    def clear_done(self) -> int:
        """删掉所有完成的，返回删了几件。"""
        before = len(self.tasks)
        self.tasks = [task for task in self.tasks if not task.done]
        return before - len(self.tasks)

    def left(self) -> int:
        """还有几件没完成。"""
        return sum(not task.done for task in self.tasks)
