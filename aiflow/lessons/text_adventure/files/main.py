"""文字冒险：听懂玩家打的字，交给规则去做。"""

from game import Adventure

HELP = """可以这样说：
  北 / 南 / 东 / 西 / 上 / 下   走动（也可以说“去北边”或 north）
  看，看 日记                   看看四周，或者看一样东西
  拿 日记                       拿起一样东西
  用 灯                         使用一样东西
  背包                          看看身上带了什么
  退出                          离开游戏"""

DIRECTIONS = {
    "北": "北", "n": "北", "north": "北",
    "南": "南", "s": "南", "south": "南",
    "东": "东", "e": "东", "east": "东",
    "西": "西", "w": "西", "west": "西",
    "上": "上", "u": "上", "up": "上",
    "下": "下", "d": "下", "down": "下",
}  # fmt: skip

# 动作 → 它的各种说法。长的放前面：“拿起”要比“拿”先试。
VERBS = {
    "走": ["走到", "往", "去", "走", "向", "go"],
    "拿": ["拿起", "捡起", "拿", "捡", "取", "take", "get"],
    "用": ["使用", "打开", "点亮", "用", "开", "装", "use", "open"],
    "看": ["查看", "看看", "看", "读", "look", "read", "examine"],
    "背包": ["背包", "身上", "bag", "inventory", "i"],
    "帮助": ["帮助", "help", "?", "？"],
    "退出": ["退出", "离开", "quit", "exit", "q"],
}

# 玩家可能用别的名字叫同一样东西。
NICKNAMES = {
    "台灯": "灯", "旧台灯": "灯", "lamp": "灯",
    "铜钥匙": "钥匙", "key": "钥匙", "门": "钥匙", "大门": "钥匙", "door": "钥匙",
    "battery": "电池", "batteries": "电池",
    "管理员的日记": "日记", "diary": "日记",
    "四周": "", "周围": "", "around": "",
}  # fmt: skip


def find_direction(text: str) -> str | None:
    """“北”“北边”“往北走”“north”都是北。"""
    if text in DIRECTIONS:
        return DIRECTIONS[text]
    word = text.rstrip("边面方走去楼")
    return DIRECTIONS.get(word)


def understand(text: str) -> tuple[str, str]:
    """把一句话分成动作和东西；听不懂时动作是空的。"""
    text = text.strip().lower()
    direction = find_direction(text)
    if direction:
        return "走", direction
    for verb, sayings in VERBS.items():
        for saying in sayings:
            rest = text.removeprefix(saying)
            # 英文的动词后面要有空格，“inside”不是“i”加“nside”。
            if rest != text and (not saying.isascii() or rest[:1] in ("", " ")):
                rest = rest.strip()
                if verb == "走":
                    return verb, find_direction(rest) or rest
                return verb, NICKNAMES.get(rest, rest)
    return "", text


def answer(adventure: Adventure, verb: str, thing: str) -> str:
    """做一个动作，返回要显示的文字。"""
    if verb == "走":
        return adventure.go(thing)
    if verb == "拿":
        return adventure.take(thing)
    if verb == "用":
        return adventure.use(thing)
    if verb == "看":
        return adventure.examine(thing)
    if verb == "背包":
        return adventure.show_bag()
    if verb == "帮助":
        return HELP
    return "我没听懂。输入“帮助”看看可以怎样说。"


def main() -> None:
    """从醒来到走出大门。"""
    adventure = Adventure()
    print("=== 图书馆之夜 ===")
    print("你揉揉眼睛醒来，天已经黑了。糟糕，图书馆关门了！（输入“帮助”看命令）\n")
    print(adventure.look())
    try:
        while not adventure.won:
            verb, thing = understand(input("\n你要做什么：> "))
            if verb == "退出":
                break
            print(answer(adventure, verb, thing))
    except (EOFError, KeyboardInterrupt):
        print()  # 让“再见”另起一行
    print("再见！")


if __name__ == "__main__":
    main()
