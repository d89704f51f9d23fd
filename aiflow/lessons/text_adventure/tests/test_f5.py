"""F5：听得懂多种说法，例如“去北边”“北”“north”“n”；听不懂时给出提示。"""

import main
from game import Adventure


def test_many_ways_to_say_north():
    """这些说法都是往北走"""
    for text in ("北", "北边", "去北边", "往北走", "走到北面", "north", "n", "NORTH", " N ", "go north", "向北"):
        assert main.understand(text) == ("走", "北"), text


def test_every_direction_has_three_names():
    """六个方向都有中文、英文和一个字母"""
    names = {"北": "n north", "南": "s south", "东": "e east", "西": "w west", "上": "u up", "下": "d down"}
    for direction, others in names.items():
        for name in (direction, *others.split()):
            assert main.find_direction(name) == direction
    assert main.find_direction("上楼") == "上"
    assert main.find_direction("那边") is None


def test_verbs_and_things():
    """动词和东西分得开，别的名字也认得"""
    assert main.understand("拿起日记") == ("拿", "日记")
    assert main.understand("take lamp") == ("拿", "灯")
    assert main.understand("打开大门") == ("用", "钥匙")
    assert main.understand("看 旧台灯") == ("看", "灯")
    assert main.understand("看看四周") == ("看", "")
    assert main.understand("背包") == ("背包", "")
    assert main.understand("去厕所") == ("走", "厕所")
    assert main.understand("i") == ("背包", "")


def test_nonsense_is_not_understood():
    """听不懂的话没有动作；“inside”不是“i”"""
    assert main.understand("唱歌") == ("", "唱歌")
    assert main.understand("inside") == ("", "inside")
    assert main.understand("") == ("", "")
    assert main.answer(Adventure(), "", "唱歌") == "我没听懂。输入“帮助”看看可以怎样说。"


def test_each_verb_does_its_action():
    """每个动作都交给对的规则"""
    adventure = Adventure()
    assert main.answer(adventure, "看", "") == adventure.look()
    assert "你拿起了日记" in main.answer(adventure, "拿", "日记")
    assert main.answer(adventure, "背包", "") == "你带着：日记"
    assert "管理员的日记" in main.answer(adventure, "用", "日记")
    assert "【阁楼】" in main.answer(adventure, "走", "上")
