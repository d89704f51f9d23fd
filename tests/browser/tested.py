"""A program with tests, and a change of it after which one test fails and one is set aside."""

from typing import Any

from tests.browser.changing import DRAWING, FASTER, GAME, MAIN, SCORES, Journal

PROGRAM = "00000031-5b7d-4e8a-9c10-2d4f6a8b0c1e"
CHANGED = "00000032-5b7d-4e8a-9c10-2d4f6a8b0c1e"
ASKED = "让蛇跑得更快，加一个排行榜"
FEATURES = ["棋盘 20 × 20，从中间出发", "方向键移动，不能掉头", "吃到苹果：长一格，得 1 分，走得更快",
            "撞墙、撞自己，游戏结束"]  # fmt: skip
NEW_FEATURES = ["结束时列出前五名", "按空格暂停"]
TESTS = {
    "tests/test_f1.py": "from game import SnakeGame\n\n\ndef test_board():\n"
    '    """棋盘是 20 × 20"""\n    game = SnakeGame()\n    assert (game.columns, game.rows) == (20, 20)\n',
    "tests/test_f3.py": "from game import step_time\n\n\ndef test_faster():\n"
    '    """分数越高，走一步越快"""\n    assert step_time(10) < step_time(0)\n\n\ndef test_limit():\n'
    '    """再快也有一个限度"""\n    assert step_time(1000) == step_time(900)\n',
    "tests/test_f4.py": "from game import SnakeGame\n\n\ndef test_wall():\n"
    '    """墙外面不是棋盘"""\n    assert not SnakeGame().inside((-1, 0))\n\n\ndef test_tail():\n'
    '    """咬到尾巴尖就结束"""\n    game = SnakeGame()\n    assert game.over\n',
}
NEW_TESTS = {
    "tests/test_f5.py": "from scores import load_scores\n\n\ndef test_top():\n"
    '    """排行榜读出来是列表"""\n    assert isinstance(load_scores(), list)\n\n\ndef test_zero():\n'
    '    """得 0 分不上榜"""\n    assert load_scores() == [1]\n',
}
_SAVE = '''

def save_score(score: int) -> None:
    """记下一个得分，只留前五名。"""
    scores = sorted([*load_scores(), score], reverse=True)[:5]
    FILE.write_text(json.dumps(scores), "utf-8")
'''
RANKING = SCORES + _SAVE
SUSPECT = "tests/test_f4.py::test_tail"
WRONG = "tests/test_f5.py::test_zero"
_FEATURE_OF = {"test_f1": "F1", "test_f3": "F3", "test_f4": "F4", "test_f5": "F5"}


def spec(features: list[str], **more: Any) -> dict[str, Any]:
    """A specification with these features."""
    markdown = "# 贪吃蛇\n\n吃苹果，越来越长。\n\n## 功能\n\n" + "".join(f"- {one}\n" for one in features)
    ids = [f"F{number}" for number, _ in enumerate(features, 1)]
    return {
        "kind": "spec", "markdown": markdown, "title": "贪吃蛇", "project_type": "snake_game",
        "summary": "吃苹果，越来越长。", "features": features, "feature_ids": ids, **more,
    }  # fmt: skip


def plan(lines: dict[str, str]) -> dict[str, Any]:
    """A plan: what is done in each file."""
    text = "".join(f"- `{path}`：{line}\n" for path, line in lines.items())
    markdown = f"# 方案\n\n## 文件\n\n{text}"
    return {
        "kind": "plan", "markdown": markdown, "dependencies": [], "main_file": "main.py",
        "files": [{"path": path, "purpose": line} for path, line in lines.items()],
    }  # fmt: skip


def result(journal: Journal, test: str, title: str, status: str = "passed", message: str = "") -> None:
    """Append the result of a test."""
    feature = _FEATURE_OF[test.split("/")[1].partition(".")[0]]
    journal.add("test", test=test, title=title, features=[feature], status=status, ms=3, message=message)


def _results(journal: Journal) -> None:
    result(journal, "tests/test_f1.py::test_board", "棋盘是 20 × 20")
    result(journal, "tests/test_f3.py::test_faster", "分数越高，走一步越快")
    result(journal, "tests/test_f3.py::test_limit", "再快也有一个限度")
    result(journal, "tests/test_f4.py::test_wall", "墙外面不是棋盘")


def program() -> Journal:
    """The first version: all of its tests pass."""
    journal = Journal(PROGRAM)
    journal.status("pending")
    journal.add("version", family_id=PROGRAM, version=1, parent_id=None, cause="generate",
                request="帮我写个贪吃蛇")  # fmt: skip
    journal.status("processing")
    journal.document("specify", spec(FEATURES))
    purposes = {"game.py": "规则：`SnakeGame`", "drawing.py": "画面", "main.py": "主程序"}
    journal.document("plan", plan(purposes))
    journal.phase("implement", "active")
    tests = TESTS | {"tests/test_f4.py": TESTS["tests/test_f4.py"].split("\n\n\ndef test_tail")[0] + "\n"}
    for path, text in (tests | {"game.py": GAME, "drawing.py": DRAWING, "main.py": MAIN}).items():
        journal.say("implement", text, path=path)
        journal.write(path, text)
    _results(journal)
    journal.end()
    return journal


def changed(*, running: bool = False) -> Journal:
    """The second version, or its run up to the last file."""
    journal = Journal(CHANGED)
    journal.status("pending")
    journal.add("version", family_id=PROGRAM, version=2, parent_id=PROGRAM, cause="change", request=ASKED)
    journal.status("processing")
    reason = "起步从 160 毫秒降到 120 毫秒，最快 45 毫秒；每局的得分记进 scores.json。"
    changes = {"new": ["F5", "F6"], "changed": ["F3"], "removed": []}
    journal.document("specify", spec([*FEATURES, *NEW_FEATURES], changes=changes, reason=reason))
    journal.document("plan", plan({
        "game.py": "改 `step_time()`，起步和最快都快一些；新写 `SnakeGame.finish`，结束时记分",
        "scores.py": "新文件：`load_scores()` 和 `save_score()`",
    }))  # fmt: skip
    journal.phase("implement", "active")
    for path, text in (TESTS | {"game.py": GAME, "drawing.py": DRAWING, "main.py": MAIN}).items():
        journal.write(path, text)
    for path, text in NEW_TESTS.items():
        journal.change(path, "", text)
    journal.say("implement", "先改规则：速度的两个数，还有一局结束时记分。\n")
    journal.change("game.py", GAME, FASTER)
    journal.say("implement", "规则好了。现在把得分存成文件。\n")
    if running:
        journal.say("implement", RANKING[:60], path="scores.py")
        return journal
    journal.change("scores.py", "", RANKING)
    _results(journal)
    suspect = "需求里说，尾巴会让出一格。"
    result(journal, SUSPECT, "咬到尾巴尖就结束", "quarantined", suspect)
    result(journal, "tests/test_f5.py::test_top", "排行榜读出来是列表")
    result(journal, WRONG, "得 0 分不上榜", "failed", "应该是 []，得到 [0]。")
    journal.end(tests={"passed": 5, "total": 7, "quarantined": 1})
    return journal
