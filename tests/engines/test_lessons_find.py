"""Requests find their lesson by Chinese and English words, and others find none."""

import pytest

from aiflow.engines.lesson_library import Lesson, get_lesson, load_lessons
from aiflow.engines.lesson_search import find_lesson, nearest_lessons

LESSONS = load_lessons()

FOUND = {
    "snake": [
        "帮我写个贪吃蛇",
        "贪吃蛇",
        "贪 吃 蛇",
        "請幫我寫一個貪吃蛇",
        "做一个蛇吃苹果的游戏",
        "写一个贪食蛇游戏，能计分，撞墙结束",
        "write me a snake game",
        "Snake",
        "SNAKE!",
        "snake game in python please",
        "Ｓｎａｋｅ",
        "A snake that eats apples and grows",
        "make a snake-game with pygame",
        "可以用 pygame 做一个贪吃蛇吗？",
        "用方向键控制一条蛇",
        "a simple python snake",
        "Please create the classic Snake game.",
        "做个小游戏：蛇",
        "帮我写个贪吃蛇，不要猜数字",
        "我想要一个 snake 小游戏",
    ],
    "guess_number": [
        "猜数字",
        "猜数游戏",
        "写个猜数字的小游戏",
        "guess the number",
        "Guess-the-number game",
        "number guessing game",
        "guess_number",
        "电脑想一个数字让我猜",
        "a game where I guess a secret number",
        "猜一个1到100的数字",
        "NUMBER GUESSING",
        "不要贪吃蛇，写猜数字",
    ],
    "todo": [
        "待办",
        "待办事项",
        "做一个能保存数据的待办清单",
        "todo list",
        "Todo",
        "to-do list app",
        "TODO",
        "备忘清单",
        "帮我做个备忘录",
        "任务清单程序",
        "a to do list that keeps its data",
        "write a task list",
        "代办事项管理",
        "todo-list",
    ],
    "text_adventure": [
        "文字冒险",
        "text adventure",
        "写一个文字冒险游戏",
        "Text-based adventure game",
        "做一个文字版的密室逃脱",
        "互动小说",
        "an adventure game in text",
        "帮我写个冒险游戏",
        "文字解谜游戏",
    ],
    "grade_stats": [
        "成绩统计",
        "分析学生成绩 csv",
        "分析一份学生成绩 csv，算平均分和排名",
        "帮我统计全班的成绩",
        "grade statistics",
        "读取成绩表 csv 计算及格率",
        "compute the average of student grades",
        "analyze students scores from a CSV",
        "考试分数统计工具",
        "Grade Stats",
    ],
    "tic_tac_toe": [
        "井字棋",
        "tic tac toe",
        "Tic-Tac-Toe",
        "tictactoe",
        "TicTacToe",
        "井字过三关",
        "三子棋",
        "写一个井字棋，电脑不会输",
        "tic_tac_toe",
        "圈圈叉叉",
        "noughts and crosses against the computer",
        "OOXX 小游戏",
    ],
}
FOUND["snake"] += ["a retro snake arcade game", "greedy snake", "python 的 贪吃蛇 游戏"]
FOUND["todo"] += ["做一个 to-do 应用", "todo 程序", "备忘提醒小工具"]
FOUND["text_adventure"] += ["文字 RPG", "interactive story"]
FOUND["grade_stats"] += ["班级成绩统计工具，读取CSV文件", "average grade calculator"]
FOUND |= {
    "breakout": [
        "打砖块",
        "用 pygame 做一个打砖块游戏",
        "Breakout",
        "brick breaker game",
        "挡板接小球打砖块",
        "arkanoid clone",
    ],
    "hangman": [
        "猜单词",
        "hangman",
        "Guess the word game",
        "帮我写个猜英文单词的游戏",
        "吊小人",
        "一个猜字母的小程序",
    ],
    "quiz": [
        "知识问答",
        "quiz game",
        "做一个答题程序，能计分",
        "Trivia",
        "a multiple choice quiz in python",
        "选择题测验",
    ],
}
NOT_FOUND = [
    "snake oil seller web page",
    "写一个任务调度操作系统",
    "snake and ladder game",
    "学校成绩单打印模板",
    "猜拳游戏",
    "数字识别",
    "word count tool",
    "paddle payment integration",
    "帮我写个操作系统",
    "天气查询",
    "写一个计算器",
    "俄罗斯方块",
    "五子棋",
    "snakeskin shop website",
    "a shop for snake skin shoes",
    "snake_case 转换工具",
    "convert camelCase to snake_case",
    "蛇形矩阵",
    "随机数字生成器",
    "学生管理系统",
    "学生成绩管理系统",
    "聊天机器人",
    "a calculator",
    "write me a game",
    "帮我写个小游戏",
    "你好",
    "hello",
    "?",
    "",
    "   ",
    "🐍",
    "find all TODO comments in my code",
    "把代码里的 TODO 注释列出来",
    "2048",
    "数独",
    "平均分配任务的工具",
    "掷骰子猜大小",
    "1A2B 猜数字",
    "不要贪吃蛇",
    "别写井字棋",
    "not a snake game",
    "a weather app",
    "下载网页图片",
    "苹果电脑价格爬虫",
    "诗词大全",
    "guess what",
    "snakes and ladders",
    "国际象棋",
    "number to words",
    "adventurer profile page",
    "a todotxt parser",
    "白蛇传动画",
    "游戏",
    "Python",
    "迷宫",
    "x" * 1000,
]


@pytest.mark.parametrize(
    ("request_text", "lesson_id"), [(text, lesson_id) for lesson_id, texts in FOUND.items() for text in texts]
)
def test_a_request_finds_its_lesson(request_text, lesson_id):
    found = find_lesson(request_text, LESSONS)
    assert found is not None
    assert found.id == lesson_id


@pytest.mark.parametrize("request_text", NOT_FOUND)
def test_what_no_lesson_answers_finds_none(request_text):
    found = find_lesson(request_text, LESSONS)
    assert found is None, found.id


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_example_title_and_keyword_finds_its_own_lesson(lesson: Lesson):
    manifest = lesson.manifest
    for text in [manifest.example, manifest.title, manifest.title_en, *manifest.keywords, *manifest.alone]:
        found = find_lesson(text.replace("+", "，"), LESSONS)
        assert found is not None, text
        assert found.id == lesson.id, text


def test_the_order_of_the_lessons_does_not_decide():
    for texts in FOUND.values():
        for text in texts:
            assert find_lesson(text, LESSONS) == find_lesson(text, LESSONS[::-1])


def test_nothing_is_found_among_no_lessons():
    assert find_lesson("贪吃蛇", ()) is None
    assert nearest_lessons("贪吃蛇", ()) == []


def test_a_lesson_is_named_exactly_by_its_id():
    assert get_lesson("snake", LESSONS) is not None
    assert get_lesson("Snake", LESSONS) is None
    assert get_lesson("../snake", LESSONS) is None


@pytest.mark.parametrize(
    ("request_text", "lesson_id"),
    [
        ("学生成绩管理系统", "grade_stats"),
        ("蛇形矩阵", "snake"),
        ("五子棋", "tic_tac_toe"),
        ("猜谜语", "guess_number"),
        ("任务调度器", "todo"),
    ],
)
def test_the_nearest_lessons_are_near(request_text, lesson_id):
    assert lesson_id in [lesson.id for lesson in nearest_lessons(request_text, LESSONS)]


def test_three_are_offered_always_the_same():
    offers = nearest_lessons("天气查询", LESSONS)
    assert len(offers) == 3
    assert offers == nearest_lessons("天气查询", LESSONS[::-1])
