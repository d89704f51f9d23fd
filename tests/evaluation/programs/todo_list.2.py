class TodoList:
    def __init__(self):
        self.todos = []

    def add_todo(self, title):
        self.todos.append({"title": title, "done": False})
        print(f"已添加: {title}")

    def show_todos(self):
        print("\n===== 待办事项 =====")
        for i, todo in enumerate(self.todos):
            print(f"{i + 1}. [{'x' if todo['done'] else ' '}] {todo['title']}")

    def delete_todo(self, index):
        if 0 <= index < len(self.todos):
            removed = self.todos.pop(index)
            print(f"已删除: {removed['title']}")
        else:
            print("序号无效")


def main():
    todo_list = TodoList()
    while True:
        print("\n========== 菜单 ==========")
        print("[1] 添加待办事项")
        print("[2] 查看待办事项")
        print("[3] 删除待办事项")
        print("[0] 退出程序")
        try:
            choice = int(input("请输入选项编号: "))
        except ValueError:
            print("请输入数字")
            continue
        if choice == 1:
            title = input("请输入待办事项: ")
            todo_list.add_todo(title)
        elif choice == 2:
            todo_list.show_todos()
        elif choice == 3:
            todo_list.show_todos()
            try:
                todo_list.delete_todo(int(input("请输入要删除的序号: ")) - 1)
            except ValueError:
                print("请输入数字")
        elif choice == 0:
            print("感谢使用！")
            break


if __name__ == "__main__":
    main()
