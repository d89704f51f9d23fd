"""世界：房间、出口和东西。只有数据，没有动作。"""

from dataclasses import dataclass, field


@dataclass
class Room:
    """一个房间。"""

    name: str
    description: str
    exits: dict[str, str]  # 方向 → 房间的名字
    items: list[str] = field(default_factory=list)
    dark: bool = False  # 没有灯就什么也看不见


START = "阅览室"
HALL = "门厅"

# 每样东西看起来是什么样子。
ITEMS = {
    "电池": "两节五号电池，应该还有电。",
    "灯": "一盏旧台灯，底座上写着“五号电池两节”。",
    "钥匙": "一把沉甸甸的铜钥匙，上面刻着“大门”。",
    "日记": "管理员的日记：“备用钥匙又掉在地下室了，下面太黑，明天带灯去找。”",
}


def build_world() -> dict[str, Room]:
    """造一个新的世界，每局都是新的。"""
    rooms = [
        Room(
            name="阅览室",
            description="月光照在长长的书桌上。你刚才就是在这里睡着的。",
            exits={"西": "值班室", "东": "书库", "南": "门厅", "上": "阁楼"},
            items=["日记"],
        ),
        Room(
            name="值班室",
            description="桌上有一杯凉了的茶，抽屉开着一条缝。",
            exits={"东": "阅览室"},
            items=["电池"],
        ),
        Room(
            name="阁楼",
            description="到处是灰尘和旧家具，木地板吱呀作响。",
            exits={"下": "阅览室"},
            items=["灯"],
        ),
        Room(
            name="书库",
            description="书架高得看不到顶。角落里有一道往下的楼梯。",
            exits={"西": "阅览室", "下": "地下室"},
        ),
        Room(
            name="地下室",
            description="潮湿的地下室，地上散落着旧报纸。",
            exits={"上": "书库"},
            items=["钥匙"],
            dark=True,
        ),
        Room(
            name="门厅",
            description="高大的木门就在眼前，门外是街灯的光。门锁着。",
            exits={"北": "阅览室"},
        ),
    ]
    return {room.name: room for room in rooms}
