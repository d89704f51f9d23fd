"""The words of a feature and of code, so that the two can be compared.

Chinese has no blanks between its words, so pairs of characters stand for them. Names in code are English,
while the features are most often Chinese: a glossary translates the words that names are made of.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

# Of longer texts the beginning is read: the texts are a model's.
_MAX_CHARS: Final = 20_000

# The words that beginners' programs are named with.
_GLOSSARY: Final = {
    "add": "添加 增加", "all": "全部", "answer": "答案 回答", "apple": "苹果", "ask": "询问 输入",
    "average": "平均", "back": "返回", "bag": "背包", "ball": "球", "best": "最高 最好", "bet": "下注",
    "board": "棋盘", "body": "身体", "bomb": "炸弹", "bonus": "奖励", "book": "书", "bounce": "反弹",
    "brick": "砖块", "bullet": "子弹", "button": "按钮", "card": "卡片", "change": "修改", "check": "检查",
    "choose": "选择", "clear": "清除", "color": "颜色", "column": "列", "command": "命令",
    "compare": "比较", "computer": "电脑", "convert": "转换 换算", "count": "统计 次数 数量",
    "create": "创建 生成", "date": "日期", "day": "天", "delete": "删除", "difficulty": "难度",
    "direction": "方向", "done": "完成", "draw": "画 显示", "drop": "掉下", "eat": "吃",
    "edit": "修改 编辑", "end": "结束", "enemy": "敌人", "enter": "输入", "error": "错误", "exit": "退出",
    "export": "导出", "fall": "掉下", "file": "文件", "filter": "筛选", "find": "查找",
    "finish": "完成 结束", "finished": "结束 下完", "fly": "飞", "food": "食物 苹果", "fruit": "水果",
    "game": "游戏", "generate": "生成", "goal": "目标", "grid": "格子", "grow": "变长", "guess": "猜",
    "help": "帮助", "hide": "隐藏", "hint": "提示", "history": "记录 历史", "hit": "碰到 打中 撞",
    "input": "输入", "item": "东西 物品", "jump": "跳", "key": "按键 钥匙", "language": "语言",
    "launch": "发球 发射", "leaderboard": "排行榜", "left": "剩下 左", "letter": "字母",
    "level": "难度 关卡", "life": "命", "light": "灯", "line": "线 行", "list": "列表 清单 列出",
    "lives": "命", "load": "读取 读出", "lose": "输 失败", "lost": "输", "map": "地图", "match": "匹配",
    "maze": "迷宫", "menu": "菜单", "message": "消息 提示", "mine": "地雷", "month": "月", "mouse": "鼠标",
    "move": "移动", "music": "音乐", "name": "名字 姓名", "new": "新", "next": "下一",
    "number": "数字 编号", "open": "打开", "order": "顺序", "paddle": "挡板", "paint": "画",
    "pause": "暂停", "pick": "选 抽", "picture": "画", "place": "放 位置", "play": "玩", "player": "玩家",
    "point": "得分", "points": "得分", "position": "位置", "praise": "评价 表扬", "price": "价格",
    "print": "打印 显示", "progress": "进度", "question": "题目 问题", "quit": "退出", "random": "随机",
    "rank": "排名 名次", "ranking": "排名", "rate": "率", "read": "读", "record": "记录",
    "remove": "删除 去掉", "rename": "修改 改名", "reset": "重置 重新", "restart": "重新开始",
    "result": "结果", "reverse": "反转", "right": "正确 右", "roll": "掷", "room": "房间", "rotate": "旋转",
    "round": "局 轮", "row": "行", "rule": "规则", "run": "运行", "save": "保存", "score": "得分 分数 成绩",
    "scores": "分数 成绩", "search": "搜索 查找", "secret": "秘密", "select": "选择", "shoot": "射击",
    "show": "显示", "shuffle": "打乱", "shuffled": "打乱", "size": "大小", "snake": "蛇", "sort": "排序",
    "sound": "声音", "speed": "速度 快", "spell": "拼写", "star": "星星", "start": "开始", "stats": "统计",
    "step": "步 前进", "stop": "停止", "student": "学生", "subject": "科目 科", "sum": "总和",
    "table": "表", "take": "拿", "target": "目标", "task": "任务 待办", "test": "测试", "text": "文字",
    "tie": "平局", "time": "时间", "timer": "计时", "toggle": "切换 完成", "total": "总分 总",
    "turn": "转弯 轮流", "undo": "撤销", "update": "更新", "use": "使用", "valid": "合法", "wall": "墙",
    "week": "星期", "weight": "体重", "win": "赢", "winner": "赢 输赢", "won": "赢", "word": "单词",
    "words": "单词", "write": "写", "wrong": "错",
}  # fmt: skip


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text: pairs of Chinese characters, English words and their Chinese meanings."""
    found = _words(text)
    for word in [*found]:
        found |= _words(_GLOSSARY.get(word, ""))
    return frozenset(found)


def similarities(features: Mapping[str, str], texts: Mapping[int, str]) -> Mapping[tuple[str, int], float]:
    """Return how much of each feature's words each text has, from 0 to 1; pairs with nothing are left out.

    A word that many texts or many features have says little about any of them.

    Args:
        features: the texts of the features by id.
        texts: the texts of the code, by any number.
    """
    code = {number: words_of(text) for number, text in texts.items()}
    asked = {id_: words_of(text) for id_, text in features.items()}
    in_code = Counter(word for words in code.values() for word in words)
    in_features = Counter(word for words in asked.values() for word in words)
    weight = {
        word: math.log((1 + len(code)) / (1 + in_code[word])) / count for word, count in in_features.items()
    }
    found: dict[tuple[str, int], float] = {}
    for id_, words in asked.items():
        whole = sum(weight[word] for word in words)
        for number, there in code.items():
            common = sum(weight[word] for word in words & there)
            if common > 0:
                found[id_, number] = common / whole
    return found


def _words(text: str) -> set[str]:
    found: set[str] = set()
    run = ""
    for char in [*unicodedata.normalize("NFKC", text[:_MAX_CHARS]), " "]:
        if run and _kind(char) != _kind(run[-1]):
            found |= _of_run(run)
            run = ""
        if _kind(char):
            run += char
    return found


def _kind(char: str) -> str:
    """Return ``c`` for a Chinese character, ``d`` for a digit, ``a`` for another letter, else nothing."""
    if "\u4e00" <= char <= "\u9fff":
        return "c"
    return "d" if char.isdecimal() else "a" if char.isalpha() else ""


def _of_run(run: str) -> set[str]:
    """Return the words of characters of one kind."""
    kind = _kind(run[0])
    if kind == "c":
        return {first + second for first, second in pairwise(run)} or {run}
    if kind == "d":
        return {run}
    # A name in capitals is one word; in "bestScore" a capital begins a new one.
    found, word = set[str](), ""
    for char in run:
        if char.isupper() and word and not word[-1].isupper():
            found.add(word.lower())
            word = ""
        word += char
    found.add(word.lower())
    return {word for word in found if len(word) > 1}
