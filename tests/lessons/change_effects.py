"""The effects of the prepared changes of console lessons, tried on the changed program."""

import json
import random
from collections.abc import Callable

from tests.lessons.changed_program import ChangedProgram

Effect = Callable[[ChangedProgram], None]
EFFECTS: dict[str, Effect] = {}


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register the check of a change."""

    def register(check: Effect) -> Effect:
        EFFECTS[name] = check
        return check

    return register


# --- guess the number ---------------------------------------------------------------------------------------


@effect("guess_number/bigger_range")
def guess_bigger_range(program: ChangedProgram) -> None:
    assert program.module("game").HIGHEST == 1000
    assert "1 到 1000" in program.answer({})


@effect("guess_number/limit")
def guess_limit(program: ChangedProgram) -> None:
    program.module("game").random.randint = lambda low, high: high
    assert "次数用完了，你输了。答案是" in program.answer({"请猜一个": "1"})


@effect("guess_number/reverse")
def guess_reverse(program: ChangedProgram) -> None:
    shown = program.answer({"谁来猜": ["2", "q"], "吗？（大了": ["大了", "小了", "？", "对了"]})
    assert "我用了 3 次猜中了" in shown
    shown = program.answer({"谁来猜": ["2", "q"], "吗？（大了": "大了"})
    assert "没有这样的数" in shown


@effect("guess_number/ruler")
def guess_ruler(program: ChangedProgram) -> None:
    program.module("game").random.randint = lambda low, high: 7
    shown = program.answer({})
    assert "1 [" + "#" * 50 + "]" in shown
    assert "#." in shown


@effect("guess_number/levels")
def guess_levels(program: ChangedProgram) -> None:
    highest = program.module("game").HIGHEST
    assert f"1 到 {highest // 2} 的整数" in program.answer({"选难度": "1"})
    assert f"1 到 {highest * 10} 的整数" in program.answer({"选难度": "3"})


@effect("guess_number/leaderboard")
def guess_leaderboard(program: ChangedProgram) -> None:
    program.module("game").random.randint = lambda low, high: 50
    (program.folder / "leaderboard.json").write_text("[9]", encoding="utf-8")
    assert "第 1 名 1 次，第 2 名 9 次" in program.answer({"请猜一个": "50"})


@effect("guess_number/two_players")
def guess_two_players(program: ChangedProgram) -> None:
    program.module("game").random.randint = lambda low, high: 3
    shown = program.answer({"请猜一个": ["2", "3"]})
    assert "轮到第 1 个人。" in shown
    assert "第 2 个人赢了" in shown


# --- to-do list ---------------------------------------------------------------------------------------------

TWO = {"命令": ["a", "a", "d", "q"], "要做什么": ["甲事", "乙事"], "第几件": "1"}


@effect("todo/undone_first")
def todo_undone_first(program: ChangedProgram) -> None:
    shown = program.answer(TWO)
    assert "1. [ ] 乙事" in shown
    assert "2. [✓] 甲事" in shown


@effect("todo/only_open")
def todo_only_open(program: ChangedProgram) -> None:
    shown = program.answer({**TWO, "命令": ["a", "a", "d", "o", "q"]})
    assert shown.split("--- 没完成的 ---")[1].split("===")[0].count(". ") == 1


@effect("todo/due_dates")
def todo_due_dates(program: ChangedProgram) -> None:
    script = {"命令": ["a", "a", "t", "t", "q"], "要做什么": ["甲事", "乙事"], "第几件": ["2", "1"]}
    shown = program.answer({**script, "日期": ["2026-12-31", "明天"]})
    assert "1. [ ] 乙事（2026-12-31）" in shown
    assert "日期要写成 2026-12-31 这样" in shown
    assert "1. [ ] 乙事（2026-12-31）" in program.answer({})  # it is kept
    (program.folder / "todo.json").write_text('[{"text": "旧事", "done": false}]', encoding="utf-8")
    assert "旧事" in program.answer({})


@effect("todo/progress")
def todo_progress(program: ChangedProgram) -> None:
    assert "[##########..........] 完成 1/2 件，50%" in program.answer(TWO)


@effect("todo/export")
def todo_export(program: ChangedProgram) -> None:
    program.answer({**TWO, "命令": ["a", "a", "d", "p", "q"]})
    text = (program.folder / "todo.md").read_text(encoding="utf-8")
    assert "- [x] 甲事" in text
    assert "- [ ] 乙事" in text


# --- text adventure -----------------------------------------------------------------------------------------


@effect("text_adventure/new_room")
def adventure_new_room(program: ChangedProgram) -> None:
    shown = program.answer({"你要做什么": ["东", "东", "拿 地图册", "西", "退出"]})
    assert "【古籍室】" in shown
    assert "你拿起了地图册" in shown


@effect("text_adventure/map")
def adventure_map(program: ChangedProgram) -> None:
    shown = program.answer({"你要做什么": ["地图", "东", "map", "退出"]})
    assert "值班室 ---- 【阅览室】" in shown
    assert "【书库】" in shown


@effect("text_adventure/save")
def adventure_save(program: ChangedProgram) -> None:
    program.answer({"你要做什么": ["拿 日记", "东", "存档", "退出"]})
    shown = program.answer({"你要做什么": ["读档", "背包", "读 日记", "退出"]})
    assert "读好了。\n【书库】" in shown
    assert "你带着：日记" in shown
    assert "备用钥匙" in shown
    (program.folder / "save.json").write_text('{"place": "月球"', encoding="utf-8")
    assert "存档坏了" in program.answer({"你要做什么": ["读档", "退出"]})


@effect("text_adventure/dawn")
def adventure_dawn(program: ChangedProgram) -> None:
    steps = iter(["东", "西"] * 20)
    shown = program.answer({"你要做什么": lambda _: next(steps)})
    assert "天亮之前还有 30 步" in shown
    assert "你输了" in shown


# --- grades -------------------------------------------------------------------------------------------------


@effect("grade_stats/by_average")
def grades_by_average(program: ChangedProgram) -> None:
    rows = program.answer({}).split("\n排名\n")[1].splitlines()
    assert "平均分" in rows[0]
    averages = [float(row.split()[-1]) for row in rows[1:8]]
    assert averages == sorted(averages, reverse=True)


@effect("grade_stats/weakest")
def grades_weakest(program: ChangedProgram) -> None:
    assert "语文：周杰 47 分、张伟 58 分、赵敏 64 分" in program.answer({})


@effect("grade_stats/correlation")
def grades_correlation(program: ChangedProgram) -> None:
    shown = program.answer({})
    assert "语文和数学：0." in shown
    assert "数学和英语：" in shown


@effect("grade_stats/chart")
def grades_chart(program: ChangedProgram) -> None:
    program.answer({})
    text = (program.folder / "scores_chart.svg").read_text(encoding="utf-8")
    assert text.count("<rect") == 4
    assert "语文" in text


@effect("grade_stats/bands")
def grades_bands(program: ChangedProgram) -> None:
    assert "·" * 10 in program.answer({})
    assert " 人 " in program.answer({})


# --- tic-tac-toe --------------------------------------------------------------------------------------------


@effect("tic_tac_toe/weaker")
def tic_weaker(program: ChangedProgram) -> None:
    random.seed(2)
    computer, board = program.module("computer"), ("X", "X", " ", " ", "O", " ", " ", " ", " ")
    chosen = {computer.choose(board, "O") for _ in range(60)}
    assert len(chosen) > 3


@effect("tic_tac_toe/record")
def tic_record(program: ChangedProgram) -> None:
    random.seed(1)
    program.answer({"再来": ["y", "n"], "下哪一格": [*"123456789"] * 3})
    counts = json.loads((program.folder / "record.json").read_text(encoding="utf-8"))
    assert sum(counts.values()) == 2
    (program.folder / "record.json").write_text("[]", encoding="utf-8")
    assert program.module("record").summary() == "战绩：赢 0 局，输 0 局，平 0 局。"


@effect("tic_tac_toe/big_board")
def tic_big_board(program: ChangedProgram) -> None:
    picture = program.module("board").picture(tuple("XXXOO    "))
    assert "|  [X]  |  [X]  |  [X]  |" in picture
    assert "|   O   |   O   |   6   |" in picture


@effect("tic_tac_toe/two_players")
def tic_two_players(program: ChangedProgram) -> None:
    shown = program.answer({"几个人玩": "2", "下哪一格": [*"14253"]})
    assert "X 赢了" in shown
    assert "平局" in program.answer({"几个人玩": "2", "下哪一格": [*"123546879"]})


@effect("tic_tac_toe/levels")
def tic_levels(program: ChangedProgram) -> None:
    random.seed(1)
    shown = program.answer({"选难度": "1", "下哪一格": [*"123456789"]})
    assert "难度：简单。" in shown


# --- hangman ------------------------------------------------------------------------------------------------


@effect("hangman/hint")
def hangman_hint(program: ChangedProgram) -> None:
    meaning = set(program.module("words").WORDS.values())
    shown = program.answer({"猜一个字母": ["q", "?", "z", "0"]})
    asked = [line for line in shown.splitlines() if line.startswith("意思：")]
    assert "输入 ? 才提示" in asked[0]
    assert "输入 ? 才提示" in asked[1]
    assert asked[2].split("：")[1].split("  ")[0] in meaning


@effect("hangman/review")
def hangman_review(program: ChangedProgram) -> None:
    shown = program.answer({"猜一个字母": [*"qxzjvkwfypbc", *"adeghilmnorstu"]})
    assert "没猜出 1 个，再看一遍：" in shown or "猜对了 1 个：" in shown
    assert shown.rstrip().endswith("再见，下次再玩！")


@effect("hangman/own_words")
def hangman_own_words(program: ChangedProgram) -> None:
    words = program.module("words")
    assert words.WORDS["teacher"] == "老师"
    path = program.folder / "my_words.txt"
    path.write_text("\ufeffcat 猫\n错 的\n\nDog\n", encoding="utf-8")
    assert words.read_words(path) == {"cat": "猫", "dog": "（没有写意思）"}


@effect("hangman/cards")
def hangman_cards(program: ChangedProgram) -> None:
    shown = program.answer({})
    assert "[_] [_]" in shown
    assert "♥ ♥ ♥" in shown


@effect("hangman/levels")
def hangman_levels(program: ChangedProgram) -> None:
    random.seed(1)
    program.answer({"选难度": "1"})
    game = program.module("game")
    assert max(len(game.WordGame().word) for _ in range(40)) <= 6


@effect("hangman/two_players")
def hangman_two_players(program: ChangedProgram) -> None:
    shown = program.answer({"出题的人": ["错", "Moon"], "它的意思": "月亮", "猜一个字母": ["moon"]})
    assert "单词是 moon，意思是“月亮”" in shown


# --- quiz ---------------------------------------------------------------------------------------------------


@effect("quiz/timer")
def quiz_timer(program: ChangedProgram) -> None:
    clock = iter(range(0, 10_000, 11))
    program.module("main").time = type("Clock", (), {"monotonic": staticmethod(lambda: next(clock))})
    assert "超过了 10 秒，算答错" in program.answer({})


@effect("quiz/history")
def quiz_history(program: ChangedProgram) -> None:
    (program.folder / "history.json").write_text("[100]", encoding="utf-8")
    shown = program.answer({})
    assert "最近几次：100、" in shown
    assert "最好的一次：100 分" in shown


@effect("quiz/new_questions")
def quiz_new_questions(program: ChangedProgram) -> None:
    assert "题库里有 14 道题" in program.answer({})


@effect("quiz/more_a_round")
def quiz_more_a_round(program: ChangedProgram) -> None:
    assert "共 8 题" in program.answer({})


@effect("quiz/stars")
def quiz_stars(program: ChangedProgram) -> None:
    shown = program.answer({})
    assert "-" * 40 in shown
    assert "★" in shown or "☆" in shown


@effect("quiz/two_players")
def quiz_two_players(program: ChangedProgram) -> None:
    shown = program.answer({"几个人玩": "2"})
    assert "轮到第 2 个人" in shown
    assert "比分" in shown
