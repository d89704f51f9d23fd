class Inventory:
    def __init__(self):
        self.items = {}

    def add_item(self, name, price, count):
        if name in self.items:
            self.items[name]['count'] += count
        else:
            self.items[name] = {'price': price, 'count': count}

    def sell(self, name, count):
        if name in self.items and self.items[name]['count'] >= count:
            self.items[name]['count'] -= count
        else:
            print(f"Error: Not enough {name} in stock.")

    def total_value(self):
        return sum(item['price'] * item['count'] for item in self.items.values())

def main():
    inventory = Inventory()
    
    # 添加一些商品
    inventory.add_item('apple', 0.5, 10)
    inventory.add_item('banana', 0.3, 20)
    
    # 销售部分商品
    inventory.sell('apple', 5)
    inventory.sell('banana', 10)
    
    # 计算总价值
    print(f"Total value: ${inventory.total_value()}")

if __name__ == "__main__":
    main()
