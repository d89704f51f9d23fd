"""Every console lesson is played to a real end, and its rules are tried where playing cannot reach."""

import importlib
import json
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from aiflow.engines.lesson_library import load_lessons
from tests.lessons.lesson_play import Console, copy_program, run_program

CONSOLE = [lesson.id for lesson in load_lessons() if "pygame" not in lesson.manifest.dependencies]
ASKING = [lesson_id for lesson_id in CONSOLE if lesson_id != "grade_stats"]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], ModuleType]]:
    """Import modules of one lesson; they are forgotten afterwards, since lessons share module names."""
    before = set(sys.modules)

    def load_module(lesson_id: str, module: str) -> ModuleType:
        copy_program(lesson_id, tmp_path)
        monkeypatch.syspath_prepend(str(tmp_path))
        return importlib.import_module(module)

    yield load_module
    own = {path.stem for path in tmp_path.glob("*.py")}
    for name in set(sys.modules) - before:
        if name in own:
            del sys.modules[name]


@pytest.mark.parametrize("lesson_id", ASKING)
@pytest.mark.parametrize(
    "lines", [[], ["", "  ", "不知道", "-1", "99999999999999999999", "1.5", "\t", "q'\"", "?"] * 4]
)
def test_the_end_of_input_and_nonsense_are_answered_with_a_goodbye(lesson_id, lines, tmp_path):
    done = run_program(copy_program(lesson_id, tmp_path), lines=lines)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "再见" in done.stdout.splitlines()[-1]


# --- guess the number ---------------------------------------------------------------------------------------


def test_guessing_by_halves_wins_in_seven_and_the_best_is_kept(tmp_path):
    with Console(copy_program("guess_number", tmp_path)) as game:
        best = 100
        for game_number in range(3):
            tries, result = 0, ""
            while "猜中了" not in result:
                part = game.until("（q 退出）：", "（y/n）：")
                result = part
                if "猜中了" in part:
                    break
                low, high = map(int, re.findall(r"请猜一个 (\d+) 到 (\d+)", part)[-1])
                game.type(str((low + high) // 2))
                tries += 1
            assert tries <= 7
            assert f"一共猜了 {tries} 次" in result
            best = min(best, tries)
            assert f"最好成绩：{best} 次" in result
            game.type("y" if game_number < 2 else "n")
        assert "再见" in game.end()


def test_bad_guesses_are_explained_and_not_counted(tmp_path):
    with Console(copy_program("guess_number", tmp_path)) as game:
        game.answer("（q 退出）：", "很多")
        assert "不是一个整数" in game.answer("（q 退出）：", "101")
        assert "1 到 100 之间" in game.answer("（q 退出）：", "Q")
        assert "再见" in game.end()


def test_every_answer_can_be_guessed(load):
    rules = load("guess_number", "game")
    for answer in range(1, 101):
        game = rules.GuessGame()
        game.answer = answer
        while game.guess((game.low + game.high) // 2) != rules.RIGHT:
            assert game.low <= answer <= game.high
        assert game.tries <= 7


# --- to-do list ---------------------------------------------------------------------------------------------


def test_the_list_is_kept_over_restarts(tmp_path):
    folder = copy_program("todo", tmp_path)
    first = run_program(
        folder, lines=["a", "买牛奶", "a", "写作业", "a", "跑步", "d", "2", "e", "3", "跑 5 公里", "q"]
    )
    assert first.returncode == 0
    second = run_program(folder, lines=["x", "1", "q"])
    assert "1. [ ] 买牛奶" in second.stdout
    assert "2. [✓] 写作业" in second.stdout
    assert "3. [ ] 跑 5 公里" in second.stdout
    assert "还有 2 件没完成" in second.stdout
    assert "已删除：买牛奶" in second.stdout
    third = run_program(folder, lines=["c", "q"])
    assert "买牛奶" not in third.stdout
    assert "清除了 1 件" in third.stdout
    saved = json.loads((folder / "todo.json").read_text(encoding="utf-8"))
    assert saved == [{"text": "跑 5 公里", "done": False}]
    assert not list(folder.glob("*.tmp"))


def test_wrong_numbers_change_nothing(tmp_path):
    folder = copy_program("todo", tmp_path)
    done = run_program(
        folder, lines=["a", "一", "d", "0", "x", "2", "e", "9", "x", "abc", "a", "  ", "z", "q"]
    )
    assert "没有第 0 件事" in done.stdout
    assert "没有第 2 件事" in done.stdout
    assert "没有第 9 件事" in done.stdout
    assert "请输入编号" in done.stdout
    assert "内容不能是空的" in done.stdout
    assert "没有这个命令" in done.stdout
    assert len(json.loads((folder / "todo.json").read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("broken", [b"{", b"[1]", b'[{"text": "x"}]', b"7", b"\xff\xfe\x00", b"null"])
def test_a_broken_file_is_put_aside_and_not_lost(tmp_path, broken):
    folder = copy_program("todo", tmp_path)
    (folder / "todo.json").write_bytes(broken)
    done = run_program(folder, lines=["a", "新的", "q"])
    assert done.returncode == 0, done.stderr
    assert (folder / "todo.broken.json").read_bytes() == broken
    assert "新的" in (folder / "todo.json").read_text(encoding="utf-8")


def test_a_save_that_fails_leaves_the_old_file_whole(load, tmp_path, monkeypatch):
    storage, tasks = load("todo", "storage"), load("todo", "tasks")
    path = tmp_path / "data.json"
    storage.save(tasks.TaskList([tasks.Task("旧的")]), path)

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        storage.save(tasks.TaskList([tasks.Task("新的")]), path)
    assert storage.load(path).get(1).text == "旧的"


def test_deleting_one_of_two_equal_tasks_deletes_that_one(load):
    tasks = load("todo", "tasks")
    both = tasks.TaskList([tasks.Task("一样"), tasks.Task("别的"), tasks.Task("一样")])
    both.delete(3)
    assert [task.text for task in both.tasks] == ["一样", "别的"]


# --- text adventure -----------------------------------------------------------------------------------------

WAYS_OUT = [
    [
        "看 日记",
        "西",
        "拿 电池",
        "东",
        "上",
        "拿 灯",
        "用 灯",
        "下",
        "东",
        "下",
        "拿 钥匙",
        "上",
        "西",
        "南",
        "用 钥匙",
    ],
    [
        "拿日记",
        "往西走",
        "捡起电池",
        "去东边",
        "上楼",
        "拿起台灯",
        "下楼",
        "去书库",
        "东边",
        "去下面",
        "点亮台灯",
        "拿起铜钥匙",
        "往上走",
        "去西",
        "走南边",
        "打开大门",
    ],
    [
        "west",
        "take battery",
        "e",
        "u",
        "get lamp",
        "use lamp",
        "d",
        "east",
        "go down",
        "take key",
        "up",
        "go west",
        "south",
        "open door",
    ],
]


@pytest.mark.parametrize("lines", WAYS_OUT, ids=["chinese", "free chinese", "english"])
def test_the_adventure_can_be_walked_to_its_end(tmp_path, lines):
    done = run_program(copy_program("text_adventure", tmp_path), lines=lines)
    assert done.returncode == 0, done.stderr
    assert "你出来了" in done.stdout
    assert done.stdout.splitlines()[-1] == "再见！"


def test_without_a_light_nothing_is_found_in_the_dark(tmp_path):
    lines = ["东", "下", "看", "拿 钥匙", "看 钥匙", "用 钥匙", "背包", "退出"]
    done = run_program(copy_program("text_adventure", tmp_path), lines=lines)
    assert "一片漆黑" in done.stdout
    assert "什么也没摸到" in done.stdout
    assert "你看不到“钥匙”" in done.stdout
    assert "你身上没有“钥匙”" in done.stdout
    assert "你身上什么也没有" in done.stdout


def test_the_world_is_whole(load):
    world = load("text_adventure", "world")
    rooms = world.build_world()
    back = {"北": "南", "南": "北", "东": "西", "西": "东", "上": "下", "下": "上"}
    for room in rooms.values():
        for direction, target in room.exits.items():
            assert rooms[target].exits[back[direction]] == room.name
        assert set(room.items) <= set(world.ITEMS)


def test_no_state_of_the_adventure_is_a_dead_end(load):
    rules = load("text_adventure", "game")
    moves = [("go", way) for way in "北南东西上下"]
    moves += [(verb, item) for verb in ("take", "use") for item in ("日记", "电池", "灯", "钥匙")]

    def replay(path: tuple[tuple[str, str], ...]) -> object:
        adventure = rules.Adventure()
        for verb, thing in path:
            getattr(adventure, verb)(thing)
        return adventure

    def state(adventure: object) -> tuple[object, ...]:
        return (adventure.place, frozenset(adventure.bag), adventure.light_on, adventure.won)  # type: ignore[attr-defined]

    start = state(replay(()))
    paths = {start: ()}
    after: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        after[here] = set()
        if here[-1]:
            continue
        for move in moves:
            there = state(replay((*paths[here], move)))
            after[here].add(there)
            if there not in paths:
                paths[there] = (*paths[here], move)
                waiting.append(there)
    good = {place for place in paths if place[-1]}
    assert good
    while grown := {place for place in paths if place not in good and after[place] & good}:
        good |= grown
    assert good == set(paths)


# --- grade statistics ---------------------------------------------------------------------------------------

CLASS = "姓名,语文,数学\n甲,90,60\n乙,70,\n丙,59.5,100\n丁,九十,80\n戊,80\n\n己,70,59.9\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_numbers_are_right_in_every_encoding(tmp_path, encoding, newline):
    folder = copy_program("grade_stats", tmp_path)
    (folder / "三班.csv").write_bytes(CLASS.replace("\n", newline).encode(encoding))
    done = run_program(folder, "三班.csv")
    assert done.returncode == 0, done.stderr
    chinese, maths = [90, 70, 59.5, 70], [60, 100, 59.9]
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line.strip()}
    for subject, scores in (("语文", chinese), ("数学", maths)):
        count, mean, median, highest, lowest, deviation, pass_rate = rows[subject]
        assert int(count) == len(scores)
        assert float(mean) == pytest.approx(statistics.mean(scores), abs=0.005)
        assert float(median) == pytest.approx(statistics.median(scores), abs=0.05)
        assert (float(highest), float(lowest)) == (max(scores), min(scores))
        assert float(deviation) == pytest.approx(statistics.pstdev(scores), abs=0.005)
        assert float(pass_rate.rstrip("%")) == pytest.approx(
            100 * sum(score >= 60 for score in scores) / len(scores), abs=0.05
        )
    assert "第 5 行：丁 的语文“九十”不是数字" in done.stdout
    assert "第 6 行：戊 应该有 2 个分数" in done.stdout
    ranking = (folder / "三班_ranking.csv").read_text(encoding="utf-8-sig").splitlines()
    assert ranking == [
        "名次,姓名,语文,数学,总分",
        "1,丙,59.5,100,159.5",
        "2,甲,90,60,150",
        "3,己,70,59.9,129.9",
        "4,乙,70,缺考,70",
    ]
    assert (folder / "三班.csv").read_bytes() == CLASS.replace("\n", newline).encode(encoding)


def test_the_sample_has_equal_ranks_and_names_its_bad_rows(tmp_path):
    done = run_program(copy_program("grade_stats", tmp_path))
    ranks = [line.split()[:2] for line in done.stdout.split("\n排名\n")[1].splitlines()[1:4]]
    assert ranks == [["1", "王小明"], ["1", "刘洋"], ["3", "孙悦"]]
    assert "第 5 行：陈静 的数学 150 不在 0 到 100 之间" in done.stdout
    assert "第 8 行：没有姓名" in done.stdout


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "文件是空的"),
        ("姓名\n甲\n".encode(), "第一行要写"),
        ("姓名,语文,语文\n甲,1,2\n".encode(), "重复的科目"),
        ("姓名,语文\n甲,200\n".encode(), "没有一行能用"),
        (b"\xff\xff\xff\xff", "认不出文件的编码"),
        ('姓名,语文\n甲,"'.encode() + b"9" * 200_000 + b'"\n', "CSV"),
    ],
)
def test_a_table_that_cannot_be_used_is_explained_in_one_line(tmp_path, data, why):
    folder = copy_program("grade_stats", tmp_path)
    (folder / "x.csv").write_bytes(data)
    done = run_program(folder, "x.csv")
    assert done.returncode == 1
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_table_is_explained(tmp_path):
    done = run_program(copy_program("grade_stats", tmp_path), "没有.csv")
    assert done.returncode == 1
    assert done.stderr.strip() == "找不到文件“没有.csv”。"


# --- tic-tac-toe --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["X", "O"])
def test_the_computer_never_loses_whatever_anyone_does(load, first):
    board, computer = load("tic_tac_toe", "board"), load("tic_tac_toe", "computer")
    seen: set[tuple[object, str]] = set()
    results: set[str | None] = set()
    waiting = [(board.NEW_BOARD, first)]
    while waiting:
        here, side = waiting.pop()
        if (here, side) in seen:
            continue
        seen.add((here, side))
        if board.finished(here):
            results.add(board.winner(here))
            continue
        # The player may do anything, the computer any of the moves that it finds best.
        cells = board.free_cells(here) if side == "X" else computer.best_moves(here, "O")
        waiting += [(board.place(here, cell, side), board.other(side)) for cell in cells]
    assert results == {"O", None}
    assert len(seen) > 100


def test_the_computer_wins_at_once_where_it_can(load):
    board, computer = load("tic_tac_toe", "board"), load("tic_tac_toe", "computer")
    here = tuple("OO XX   X".replace("_", " "))
    assert computer.choose(here, "O") == 2
    assert board.winner(board.place(here, 2, "O")) == "O"


@pytest.mark.parametrize("first", ["y", "n"])
def test_a_game_is_played_to_its_end(tmp_path, first):
    with Console(copy_program("tic_tac_toe", tmp_path)) as game:
        game.answer("先下吗？（y/n）：", first)
        while True:
            part = game.until("q 退出）：", "再来一局吗？（y/n）：")
            if "再来" in part:
                break
            picture = [line for line in part.splitlines() if line.count("|") == 2][-3:]
            free = [cell for line in picture for cell in line.replace("|", " ").split() if cell.isdecimal()]
            game.type(free[0])
        assert "平局" in part or "电脑赢了" in part
        game.type("y")
        game.answer("先下吗？（y/n）：", "y")
        game.answer("q 退出）：", "10")
        assert "请输入 1 到 9" in game.answer("q 退出）：", "5")
        assert "电脑下在" in game.answer("q 退出）：", "5")
        assert "已经有棋了" in game.answer("q 退出）：", "q")
        assert "再见" in game.end()
