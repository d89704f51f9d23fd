"""F1：六个房间，用“北、南、东、西、上、下”走动。"""

from game import Adventure
from world import START, build_world

OPPOSITE = {"北": "南", "南": "北", "东": "西", "西": "东", "上": "下", "下": "上"}
ROOMS = {"阅览室", "值班室", "阁楼", "书库", "地下室", "门厅"}


def test_there_are_six_rooms():
    """有六个房间，每个房间知道自己的名字"""
    world = build_world()
    assert set(world) == ROOMS
    assert all(name == room.name and room.description for name, room in world.items())


def test_every_door_has_two_sides():
    """从一个房间走到另一个，按相反的方向一定能走回来"""
    world = build_world()
    for room in world.values():
        for direction, other in room.exits.items():
            assert world[other].exits[OPPOSITE[direction]] == room.name


def test_the_player_walks():
    """每个方向都走到该到的房间，每走一次算一步"""
    adventure = Adventure()
    assert (adventure.place, adventure.steps) == (START, 0) == ("阅览室", 0)
    ways = [("西", "值班室"), ("东", "阅览室"), ("上", "阁楼"), ("下", "阅览室"), ("南", "门厅"), ("北", "阅览室")]
    ways += [("东", "书库"), ("下", "地下室"), ("上", "书库"), ("西", "阅览室")]
    for steps, (direction, place) in enumerate(ways, start=1):
        assert f"【{place}】" in adventure.go(direction)
        assert (adventure.place, adventure.steps) == (place, steps)


def test_there_is_no_way_through_a_wall():
    """没有路的方向走不通，说出可以往哪里走，不算步数"""
    adventure = Adventure()
    assert adventure.go("北") == "那边走不通。可以走：西、东、南、上"
    assert adventure.go("厕所").startswith("那边走不通")
    assert (adventure.place, adventure.steps) == ("阅览室", 0)


def test_every_game_has_its_own_world():
    """重新开始，世界是新的"""
    first = Adventure()
    first.take("日记")
    assert "日记" in Adventure().room.items
