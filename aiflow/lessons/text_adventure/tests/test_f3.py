"""F3：可以查看、拿起、使用东西，看看身上带了什么。"""

from game import Adventure
from world import ITEMS


def test_taking():
    """拿起来的东西到了身上，房间里就没有了，算一步"""
    adventure = Adventure()
    assert adventure.take("日记") == f"你拿起了日记。{ITEMS['日记']}"
    assert adventure.bag == ["日记"]
    assert adventure.room.items == []
    assert adventure.steps == 1


def test_taking_what_is_not_there():
    """没有的东西拿不起来，不算步数"""
    adventure = Adventure()
    assert adventure.take("灯") == "这里没有“灯”。"
    assert adventure.take("") == "拿什么？比如：拿 日记"
    assert (adventure.bag, adventure.steps) == ([], 0)


def test_examining():
    """身上的和眼前的东西都能看；看不到的说看不到；不说看什么就看四周"""
    adventure = Adventure()
    assert adventure.examine("日记") == ITEMS["日记"]
    adventure.take("日记")
    adventure.go("上")
    assert adventure.examine("日记") == ITEMS["日记"]
    assert adventure.examine("钥匙") == "你看不到“钥匙”。"
    assert adventure.examine("") == adventure.look()


def test_the_bag():
    """背包里有什么都说出来"""
    adventure = Adventure()
    assert adventure.show_bag() == "你身上什么也没有。"
    adventure.bag = ["日记", "灯"]
    assert adventure.show_bag() == "你带着：日记、灯"


def test_using():
    """只能用身上的东西；没有特别用处的，就看一看它"""
    adventure = Adventure()
    assert adventure.use("灯") == "你身上没有“灯”。"
    assert adventure.use("") == "用什么？比如：用 灯"
    adventure.take("日记")
    assert adventure.use("日记") == ITEMS["日记"]
