"""F4：谜题有先后：有的东西要先装好才能用，有的地方太黑看不清。"""

from game import Adventure


def with_bag(*items, place="阅览室"):
    """身上带着这些东西，在这个房间里。"""
    adventure = Adventure()
    adventure.bag = list(items)
    adventure.place = place
    return adventure


def test_the_lamp_needs_batteries():
    """灯和电池都有，灯才会亮；电池用掉了"""
    adventure = with_bag("灯", "电池")
    assert "灯亮了" in adventure.use("灯")
    assert adventure.light_on
    assert adventure.bag == ["灯"]
    assert adventure.steps == 1
    assert adventure.use("灯") == "灯已经亮着了。"
    assert adventure.steps == 1


def test_using_the_batteries_is_the_same():
    """说“用电池”也能点亮灯"""
    adventure = with_bag("灯", "电池")
    adventure.use("电池")
    assert adventure.light_on


def test_one_of_the_two_is_not_enough():
    """只有灯或者只有电池，都点不亮"""
    adventure = with_bag("灯")
    assert adventure.use("灯") == "灯不亮，里面没有电池。"
    assert not adventure.light_on
    adventure = with_bag("电池")
    assert adventure.use("电池") == "电池要装进什么东西里才有用。"
    assert not adventure.light_on
    assert adventure.steps == 0


def test_the_dark_room_needs_light():
    """没有灯，拿不到也看不到地下室里的钥匙；有灯就可以"""
    adventure = with_bag(place="地下室")
    assert not adventure.can_see()
    assert adventure.take("钥匙") == "太黑了，你摸来摸去，什么也没摸到。"
    assert adventure.examine("钥匙") == "你看不到“钥匙”。"
    assert adventure.bag == []
    adventure.light_on = True
    assert adventure.can_see()
    adventure.take("钥匙")
    assert adventure.bag == ["钥匙"]


def test_lighting_the_lamp_in_the_dark_shows_the_room():
    """在黑的房间里点亮灯，马上看见四周；在亮的房间里不用再看一遍"""
    adventure = with_bag("灯", "电池", place="地下室")
    assert "这里有：钥匙" in adventure.use("灯")
    adventure = with_bag("灯", "电池")
    assert "可以走" not in adventure.use("灯")


def test_bright_rooms_need_no_light():
    """别的房间不用灯也看得见"""
    assert with_bag(place="书库").can_see()
