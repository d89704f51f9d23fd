"""The journals of a change in each of its states, and of the program that it starts from."""

import json
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from difflib import unified_diff
from typing import Any

from aiflow.storage.run_folder import RunRecord
from tests.browser.lab import Lab

PARENT = "00000012-5b7d-4e8a-9c10-2d4f6a8b0c1e"
ASKED = "让蛇跑得更快，加一个排行榜"
VAGUE = "让画面好看一点"
IDEAS = ("从墙的一边穿到另一边", "每吃 5 个苹果换一种颜色", "把棋盘改小")
STATES = ("changing", "changed", "unchanged", "failed")
CHILDREN = {state: f"0000001{number}-5b7d-4e8a-9c10-2d4f6a8b0c1e" for number, state in enumerate(STATES, 3)}
_BEGAN = "2026-01-01T12:00:{:02}.{:03}Z"
_ENDED = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()
_MESSAGES = {
    "specify": "先想清楚要改什么：把一句话变成看得懂的需求。",
    "plan": "再决定动哪里：哪些文件，哪些函数。",
    "implement": "照着方案一个个文件改，改完一个看一个。",
}

GAME = '''"""贪吃蛇的规则：只有数据和计算，不画图，也不读键盘。"""

import random

# 一个格子用（列，行）表示，左上角是 (0, 0)。
Cell = tuple[int, int]

UP, DOWN = (0, -1), (0, 1)
LEFT, RIGHT = (-1, 0), (1, 0)
COLUMNS, ROWS = 20, 20


def step_time(score: int) -> int:
    """走一步要多少毫秒：分数越高越快，但不会快过 60 毫秒。"""
    return max(60, 160 - 4 * score)


class SnakeGame:
    """一局贪吃蛇。"""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self.columns = columns
        self.rows = rows
        self.best_score = 0
        self.restart()

    def restart(self) -> None:
        """重新开始，最高分保留。"""
        self.snake = [(2, 3), (3, 3), (4, 3)]
        self.direction = RIGHT
        self.score = 0
        self.over = False
        self.food = self.free_cell()

    def free_cell(self) -> Cell:
        cells = [(x, y) for x in range(self.columns) for y in range(self.rows)]
        return random.choice([cell for cell in cells if cell not in self.snake])

    def move(self) -> None:
        head = (self.snake[-1][0] + self.direction[0], self.snake[-1][1] + self.direction[1])
        if not self.inside(head) or head in self.snake:
            self.over = True
            return
        self.snake = [*self.snake[1:], head]

    def inside(self, cell: Cell) -> bool:
        return 0 <= cell[0] < self.columns and 0 <= cell[1] < self.rows
'''
FASTER = (
    GAME.replace("import random\n", "import random\n\nfrom scores import load_scores, save_score\n")
    .replace("60 毫秒", "45 毫秒")
    .replace("max(60", "max(45")
    .replace("160 -", "120 -")
    .replace(
        "        self.best_score = 0\n",
        "        self.top = load_scores()  # 排行榜：前五名，从大到小\n"
        "        self.best_score = self.top[0] if self.top else 0\n",
    )
    .replace("            self.over = True\n", "            self.finish()\n")
)
DRAWING = '''"""贪吃蛇的画面：把规则里的数据画成方块和文字。"""

import pygame

from game import SnakeGame

CELL = 24


class Screen:
    def draw(self, game: SnakeGame) -> None:
        self.draw_score(game)
        if game.over:
            self.draw_message("游戏结束", "Game over")
        pygame.display.flip()
'''
MORE_DRAWING = DRAWING.replace('"Game over")', '"Game over", *self.top_lines(game))')
SCORES = '''"""排行榜：前五名存在 scores.json 里。"""

import json
from pathlib import Path

FILE = Path("scores.json")


def load_scores() -> list[int]:
    """读出记下的得分；没有文件就是空的。"""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else []
'''
README = "# 贪吃蛇\n\n用方向键玩。\n\n## 试着改一改\n\n" + "".join(f"- {idea}\n" for idea in IDEAS)
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80" viewBox="0 0 120 80">\n'
    '  <rect width="120" height="80" rx="12" fill="#2e7d32"/>\n'
    '  <circle cx="60" cy="40" r="20" fill="#ffd54f"/>\n</svg>\n'
)
MAIN = 'from game import SnakeGame\n\nif __name__ == "__main__":\n    print(SnakeGame().score)\n'
FEATURES = ["棋盘 20 × 20，从中间出发", "方向键移动，不能掉头", "吃到苹果：长一格，得 1 分"]
OLD = {"README.md": README, "drawing.py": DRAWING, "game.py": GAME, "icon.svg": PICTURE, "main.py": MAIN}


def _spec(features: list[str], **more: Any) -> dict[str, Any]:
    markdown = "# 贪吃蛇\n\n吃苹果，越来越长。\n\n## 功能\n\n" + "".join(f"- {one}\n" for one in features)
    ids = [f"F{number}" for number, _ in enumerate(features, 1)]
    return {
        "kind": "spec", "markdown": markdown, "title": "贪吃蛇", "project_type": "snake_game",
        "summary": "吃苹果，越来越长。", "features": features, "feature_ids": ids, **more,
    }  # fmt: skip


def _plan(*paths: str) -> dict[str, Any]:
    markdown = "# 方案\n\n## 文件\n\n" + "".join(f"- `{path}`：要改\n" for path in paths)
    files = [{"path": path, "purpose": "要改"} for path in paths]
    return {
        "kind": "plan", "markdown": markdown, "files": files, "dependencies": [], "main_file": "main.py",
    }  # fmt: skip


class Journal:
    """A journal that is written event by event, a tenth of a second apart."""

    def __init__(self, project_id: str) -> None:
        self.events: list[dict[str, Any]] = []
        self.files: dict[str, str] = {}
        self._id = project_id

    def add(self, event_type: str, **fields: Any) -> None:
        """Append an event."""
        count = len(self.events)
        self.events.append({"seq": count + 1, "project_id": self._id, "timestamp": self._now(),
                            "event_type": event_type, **fields})  # fmt: skip

    def _now(self) -> str:
        count = len(self.events)
        return _BEGAN.format(count // 10, count % 10 * 100)

    def status(self, status: str, **more: Any) -> None:
        """Append a status."""
        project = status if status in {"completed", "failed"} else "generating"
        self.add("status", status=status, project_status=project, retry_count=0, **more)

    def phase(self, name: str, status: str) -> None:
        """Append a phase event."""
        order = list(_MESSAGES).index(name) + 1
        times = {"started_at": self._now() if status == "active" else _BEGAN.format(1, 0)}
        if status in {"completed", "failed"}:
            times["completed_at"] = self._now()
        self.add("phase", phase=name, status=status, sequence_order=order,
                 educational_message=_MESSAGES[name], **times)  # fmt: skip

    def say(self, phase: str, text: str, *, path: str | None = None, channel: str = "content") -> None:
        """Append a piece of text."""
        self.add("chunk", phase=phase, channel=channel, text=text, path=path)

    def write(self, path: str, text: str) -> None:
        """Append what a written file says, and keep its text."""
        self.files[path] = text
        self.add("file_written", filename=path.rpartition("/")[2], path=path, type="file", status="created",
                 size_bytes=len(text.encode()))  # fmt: skip

    def change(self, path: str, old: str, new: str) -> None:
        """Append a changed file: what was typed, that it is written, and how many lines differ."""
        self.say("implement", new, path=path)
        self.write(path, new)
        self.count(path, old, new)

    def count(self, path: str, old: str, new: str) -> None:
        """Append how many lines of a written file differ."""
        lines = [line[0] for line in unified_diff(old.splitlines(), new.splitlines(), lineterm="")][2:]
        self.add("change", path=path, kind="modified" if old else "added",
                 lines_added=lines.count("+"), lines_removed=lines.count("-"))  # fmt: skip

    def document(self, phase: str, artifact: dict[str, Any]) -> None:
        """Append a whole phase that makes a document."""
        self.phase(phase, "active")
        self.say(phase, artifact["markdown"])
        self.add("usage", phase=phase, prompt_tokens=200, completion_tokens=80, engine="openai",
                 model="qwen2.5-coder:7b")  # fmt: skip
        self.add("artifact", phase=phase, artifact=artifact)
        self.write({"specify": "spec.md", "plan": "plan.md"}[phase], artifact["markdown"])
        self.phase(phase, "completed")

    def end(self, **project: Any) -> None:
        """Append the end of a run that worked."""
        self.phase("implement", "completed")
        self.add("project", project={
            "id": "7b0e3a52-91c4-4d6f-8a2b-5c6d7e8f9a01", "request_id": self._id,
            "project_name": folder_of(self._id), "main_file_path": f"projects/{folder_of(self._id)}/main.py",
            "file_structure": {"type": "directory", "name": folder_of(self._id), "children": []},
            "dependencies": [], "total_files": len(self.files), "total_size_bytes": 9000,
            "syntax_validated": True, "created_at": self._now(), **project,
        })  # fmt: skip
        self.status("completed")


def folder_of(project_id: str) -> str:
    """The name of a project's folder."""
    return f"snake_game_20260101_120000_{project_id[:8]}"


def parent() -> Journal:
    """The program before it is changed."""
    journal = Journal(PARENT)
    journal.status("pending")
    journal.add("version", family_id=PARENT, version=1, parent_id=None, cause="generate",
                request="帮我写个贪吃蛇")  # fmt: skip
    journal.status("processing")
    journal.document("specify", _spec(FEATURES))
    journal.document("plan", _plan(*OLD))
    journal.phase("implement", "active")
    for path, text in OLD.items():
        journal.say("implement", text, path=path)
        journal.write(path, text)
    journal.end()
    return journal


def change(state: str) -> Journal:
    """The change as far as one of `STATES`."""
    journal = Journal(CHILDREN[state])
    number = STATES.index(state) + 2
    journal.status("pending")
    request = VAGUE if state == "unchanged" else ASKED
    journal.add(
        "version", family_id=PARENT, version=number, parent_id=PARENT, cause="change", request=request
    )
    journal.status("processing")
    if state == "unchanged":
        journal.document("specify", _spec(FEATURES))
        journal.document("plan", _plan())
    else:
        faster = "吃到苹果：蛇长一格，得 1 分，走得明显更快"
        spec = _spec(
            [*FEATURES[:2], faster, "结束时列出前五名，下次打开还在"],
            changes={"new": ["F4"], "changed": ["F3"], "removed": []},
            reason="起步从 160 毫秒降到 120 毫秒，最快 45 毫秒；每局的得分记进 scores.json。",
        )
        journal.document("specify", spec)
        journal.document("plan", _plan("game.py", "drawing.py", "scores.py"))
    journal.phase("implement", "active")
    for path, text in OLD.items():
        journal.write(path, text)
    if state == "unchanged":
        journal.say("implement", "画面里已经有夜空的颜色。“好看一点”没有说是哪一部分。", channel="thinking")
        journal.say("implement", "我看过 drawing.py，颜色已经是一套的。不清楚要改哪里，所以没有动。")
        journal.phase("implement", "failed")
        journal.status("failed", reason="unchanged", retryable=True, message=(
            "程序没有变化：模型给出的代码和原来的一样。原来的版本还是好好的。可以说清楚要改哪个功能、改成什么样。"
        ))  # fmt: skip
        return journal
    journal.say("implement", "排行榜要在程序关掉以后还在，所以得存成文件。", channel="thinking")
    journal.say("implement", "先改规则：速度的两个数，还有一局结束时记分。\n")
    journal.change("game.py", GAME, FASTER)
    journal.say("implement", "\n规则好了。现在让结束画面多画五行字。\n")
    if state == "changing":
        journal.say("implement", MORE_DRAWING[:300], path="drawing.py")
        return journal
    journal.change("drawing.py", DRAWING, MORE_DRAWING)
    if state == "failed":
        journal.phase("implement", "failed")
        journal.status("failed", reason="smoke_test", retryable=True, message=(
            "改完以后启动不了：game.py 第 5 行用了 save_score，可是 scores.py 里没有写它。"
        ))  # fmt: skip
        return journal
    journal.change("scores.py", "", SCORES)
    journal.change("icon.svg", PICTURE, PICTURE.replace("#ffd54f", "#ef5350"))
    journal.add("diagnostic", path="game.py", line=46, rule="regression", severity="warning",
                message="原来撞到墙会结束，现在不会了：finish 还没有写。")  # fmt: skip
    journal.end()
    return journal


def plant(lab: Lab, journal: Journal, stack: ExitStack) -> str:
    """Put a journal and its files where the server finds them; return the project's id.

    Args:
        lab: the server.
        journal: of `parent` or `change`.
        stack: holds the lock of a run at work, as its process would.
    """
    first, origin, last = journal.events[0], journal.events[1], journal.events[-1]
    project_id = str(first["project_id"])
    record = lab.projects / ".aiflow" / project_id
    (record / "tmp").mkdir(parents=True)
    lines = [json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n" for event in journal.events]
    (record / "journal.jsonl").write_text("".join(lines), encoding="utf-8")
    manifest = {
        "project_id": project_id, "prompt": origin["request"], "engine": "openai", "title": "贪吃蛇",
        "project_name": folder_of(project_id), "status": last.get("status", "processing"),
        "syntax_validated": last.get("status") == "completed", "file_count": len(journal.files),
        "created_at": first["timestamp"], "family_id": origin["family_id"], "version": origin["version"],
        "parent_id": origin["parent_id"], "cause": origin["cause"],
    }  # fmt: skip
    (record / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    for path, text in journal.files.items():
        written = lab.projects / folder_of(project_id) / path
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(text, encoding="utf-8", newline="")
        # As old as the journal says, so that none counts as changed since.
        os.utime(written, (_ENDED, _ENDED))
    if last["event_type"] != "status":
        held = RunRecord(record)
        held.acquire()
        stack.callback(held.release)
    return project_id
