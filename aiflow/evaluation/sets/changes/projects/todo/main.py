class TodoList:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)

    def done(self, index):
        if 0 <= index < len(self.items):
            self.items[index] = "Done: " + self.items[index]

    def remove(self, index):
        if 0 <= index < len(self.items):
            del self.items[index]

    def show(self):
        for i, item in enumerate(self.items):
            print(f"{i+1}: {item}")

def main():
    todo_list = TodoList()
    
    while True:
        print("\nTodo List:")
        todo_list.show()
        
        print("\nOptions:")
        print("1. Add an item")
        print("2. Mark an item as done")
        print("3. Remove an item")
        print("4. Exit")
        
        choice = input("Enter your choice: ")
        
        if choice == "1":
            item = input("Enter the item to add: ")
            todo_list.add(item)
        elif choice == "2":
            index = int(input("Enter the index of the item to mark as done: ")) - 1
            todo_list.done(index)
        elif choice == "3":
            index = int(input("Enter the index of the item to remove: ")) - 1
            todo_list.remove(index)
        elif choice == "4":
            print("Exiting...")
            break
        else:
            print("Invalid choice. Please try again.")

if __name__ == "__main__":
    main()
