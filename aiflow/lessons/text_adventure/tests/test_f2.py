"""F2：每到一处，描述这里的样子、能看见的东西、能走的方向。"""

from game import Adventure


def test_look_tells_everything():
    """看四周：房间的名字、样子、东西和出口"""
    adventure = Adventure()
    text = adventure.look()
    assert text.splitlines() == [
        "【阅览室】",
        "月光照在长长的书桌上。你刚才就是在这里睡着的。",
        "这里有：日记",
        "可以走：西、东、南、上",
    ]


def test_nothing_is_listed_in_an_empty_room():
    """没有东西的房间，不写“这里有”"""
    adventure = Adventure()
    adventure.take("日记")
    assert "这里有" not in adventure.look()
    assert "可以走：" in adventure.look()


def test_walking_shows_the_new_room():
    """走到新的房间，马上看到它的样子"""
    adventure = Adventure()
    assert adventure.go("上") == adventure.look()
    assert "这里有：灯" in adventure.look()


def test_the_dark_room_shows_only_its_exits():
    """黑的房间里什么也看不见，但还找得到路"""
    adventure = Adventure()
    adventure.place = "地下室"
    text = adventure.look()
    assert "一片漆黑" in text
    assert "钥匙" not in text
    assert text.endswith("可以走：上")
    adventure.light_on = True
    assert "这里有：钥匙" in adventure.look()
