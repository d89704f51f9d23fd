"""规则：玩家能做的每一个动作。每个动作返回一段文字，由主程序去显示。"""

from world import HALL, ITEMS, START, Room, build_world


class Adventure:
    """一次冒险。"""

    def __init__(self) -> None:
        self.rooms = build_world()
        self.place = START
        self.bag: list[str] = []
        self.light_on = False
        self.steps = 0
        self.won = False

    @property
    def room(self) -> Room:
        """现在所在的房间。"""
        return self.rooms[self.place]

    def can_see(self) -> bool:
        """现在看得见吗？"""
        return self.light_on or not self.room.dark

    def look(self) -> str:
        """看看四周。"""
        exits = "、".join(self.room.exits)
        if not self.can_see():
            return f"【{self.place}】\n一片漆黑，什么也看不见。要是有一盏灯就好了。\n可以走：{exits}"
        lines = [f"【{self.place}】", self.room.description]
        if self.room.items:
            lines.append("这里有：" + "、".join(self.room.items))
        lines.append(f"可以走：{exits}")
        return "\n".join(lines)

    def go(self, direction: str) -> str:
        """往一个方向走。"""
        if direction not in self.room.exits:
            return "那边走不通。可以走：" + "、".join(self.room.exits)
        self.steps += 1
        self.place = self.room.exits[direction]
        return self.look()

    def take(self, item: str) -> str:
        """拿起一样东西。"""
        if not self.can_see():
            return "太黑了，你摸来摸去，什么也没摸到。"
        if item not in self.room.items:
            return f"这里没有“{item}”。" if item else "拿什么？比如：拿 日记"
        self.steps += 1
        self.room.items.remove(item)
        self.bag.append(item)
        return f"你拿起了{item}。{ITEMS[item]}"

    def examine(self, item: str) -> str:
        """仔细看一样东西；不说看什么，就看看四周。"""
        if not item:
            return self.look()
        if item in self.bag or (item in self.room.items and self.can_see()):
            return ITEMS[item]
        return f"你看不到“{item}”。"

    def use(self, item: str) -> str:
        """用一样身上的东西。"""
        if item not in self.bag:
            return f"你身上没有“{item}”。" if item else "用什么？比如：用 灯"
        if item in ("灯", "电池"):
            return self.use_lamp()
        if item == "钥匙":
            return self.use_key()
        return ITEMS[item]

    def use_lamp(self) -> str:
        """把电池装进灯里，点亮它。"""
        if self.light_on:
            return "灯已经亮着了。"
        if "灯" not in self.bag:
            return "电池要装进什么东西里才有用。"
        if "电池" not in self.bag:
            return "灯不亮，里面没有电池。"
        self.steps += 1
        self.bag.remove("电池")
        self.light_on = True
        text = "你把电池装进台灯，咔哒一声，灯亮了！"
        return f"{text}\n{self.look()}" if self.room.dark else text

    def use_key(self) -> str:
        """用钥匙开大门。"""
        if self.place != HALL:
            return "这里没有能用它打开的门。"
        self.steps += 1
        self.won = True
        return (
            "钥匙在锁里转了一圈，大门开了。\n"
            "夜风吹进来，你走到街灯下，回头看了看安静的图书馆。\n"
            f"*** 你出来了！一共用了 {self.steps} 步。***"
        )

    def show_bag(self) -> str:
        """看看身上带了什么。"""
        return "你带着：" + "、".join(self.bag) if self.bag else "你身上什么也没有。"
