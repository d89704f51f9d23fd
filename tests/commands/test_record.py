"""``aiflow record``.

One run with a key becomes a lesson that replays to the same files, byte for byte, without one.
"""

import asyncio
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from aiflow import Config, Flow
from aiflow.commands.new import generate
from aiflow.commands.record import keep
from aiflow.engines.base import FinishDelta, TextDelta
from aiflow.engines.lesson_library import load_lesson, load_lessons
from aiflow.engines.lesson_recorder import RecordingEngine
from aiflow.engines.lesson_search import find_lesson
from aiflow.engines.lessons import LessonsEngine
from aiflow.engines.testing import ScriptedEngine
from aiflow.exceptions import InputError
from tests.commands.conftest import Run, write_config
from tests.modelserver import ModelServer, answer, error

KEY = "sk-aiflow-test-0123456789"
PROMPT = "写一个会报数的小钟"
SPEC = "# 小钟\n\n项目类型: clock\n\n每秒报一次数。\n\n## 功能\n\n- 报数\n"
PLAN = "# 方案\n\n## 文件\n\n- `main.py`：主程序\n- `时间.py`：时间\n\n## 依赖\n\n- 无\n"
BROKEN = "import 时间\n\n\ndef main()\n    print(时间.现在())\n\n\nmain()\n"
REPAIRED = "import 时间\n\n\ndef main():\n    print(时间.现在())\n\n\nmain()\n"
CLOCK = 'def 现在():\r\n    return "十二点 🐍\\u2028"\r\n'


def files(root: Path | None) -> dict[str, bytes]:
    assert root is not None
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def config(folder: Path, **sections: Any) -> Config:
    write_config(folder, **sections)
    return Config.load(folder / "config.json", environ={})


def scripted() -> ScriptedEngine:
    """A model that thinks, is cut off, forgets a colon and repairs it."""
    first, rest = f'<file path="main.py">\n{BROKEN}</file>\n<file path="时间.py">\n', f"{CLOCK}</file>\n"
    return ScriptedEngine(
        {
            "specify": [TextDelta("thinking", "想一想小钟"), SPEC],
            "plan": PLAN,
            "repair": f'<file path="main.py">\n{REPAIRED}</file>\n',
        },
        chunk_size=5,
        queues={"implement": [[first, FinishDelta("length")], [rest]]},
    )


@pytest.mark.parametrize("speed", [0, 50])
def test_a_recorded_run_replays_to_the_same_files(tmp_path: Path, speed: float) -> None:
    settings = config(tmp_path)
    recorder = RecordingEngine(scripted(), tmp_path / "mine" / "clock")
    flow = Flow(PROMPT, engine=recorder, config=settings)
    assert asyncio.run(generate(flow, as_json=True)) == 0
    assert flow.project is not None
    keep(recorder, flow, flow.project)
    recorded = files(flow.project.root)
    assert recorded["main.py"].decode() == REPAIRED
    assert recorded["时间.py"].decode() == CLOCK

    player = LessonsEngine(speed, [tmp_path / "mine"])
    again = Flow(PROMPT, engine=player, config=settings, pause_after=["specify", "plan"])

    async def replay() -> list[str]:
        stops = []
        while await again.advance() is None:
            stops.append(again.snapshot.status.value)
            again.accept()
        return stops

    assert asyncio.run(replay()) == ["paused", "paused"]
    assert files(again.project.root if again.project else None) == recorded
    assert player.model == "clock"
    assert "scripted-model" in player.notice


def test_the_lesson_says_what_it_is(tmp_path: Path) -> None:
    settings = config(tmp_path)
    recorder = RecordingEngine(scripted(), tmp_path / "mine" / "clock")
    flow = Flow(PROMPT, engine=recorder, config=settings)
    flow.run_sync()
    assert flow.project is not None
    keep(recorder, flow, flow.project)
    manifest = load_lesson(tmp_path / "mine" / "clock").manifest
    assert (manifest.title, manifest.project_type, manifest.main) == ("小钟", "clock", "main.py")
    assert (manifest.example, manifest.summary) == (PROMPT, "每秒报一次数。")
    assert manifest.model == "scripted-model"
    lessons = load_lessons([tmp_path / "mine"])
    for sentence in (PROMPT, "帮我写个小钟", "write me a clock"):
        found = find_lesson(sentence, lessons)
        assert found is not None
        assert found.id == "clock"


@pytest.mark.parametrize(
    ("spec", "prompt", "title"),
    [
        ("# 需求说明\n\n## 功能\n\n- 报数\n", "写个小钟", "写个小钟"),
        ("…", "？？？", "…"),
        (f"# {'长' * 90}\n", "写个小钟", "长" * 40),
        ("# 小\t“钟”\\ \n", "写个\n小钟 + 闹钟 \x7f", "小 “钟”\\"),
    ],
)
def test_any_answer_gives_a_lesson(tmp_path: Path, spec: str, prompt: str, title: str) -> None:
    engine = ScriptedEngine(
        {"specify": spec, "plan": PLAN, "implement": '<file path="main.py">\nprint(1)\n</file>\n'}
    )
    engine._scripts["plan"] = "# 方案\n"
    recorder = RecordingEngine(engine, tmp_path / "one")
    flow = Flow(prompt, engine=recorder, config=config(tmp_path))
    project = flow.run_sync()
    keep(recorder, flow, project)
    lesson = load_lesson(tmp_path / "one")
    assert lesson.title == title
    assert lesson.manifest.example == prompt


def test_a_recording_that_misses_a_phase_is_no_lesson(tmp_path: Path) -> None:
    recorder = RecordingEngine(scripted(), tmp_path / "clock")
    flow = Flow(PROMPT, engine=recorder, config=config(tmp_path))
    project = flow.run_sync()
    lines = (tmp_path / "clock" / "recording.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"phase": "plan"' not in line]
    (tmp_path / "clock" / "recording.jsonl").write_text("".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match="plan"):
        keep(recorder, flow, project)
    assert not (tmp_path / "clock" / "lesson.toml").exists()


def test_a_recorded_change_replays_to_the_same_files(tmp_path: Path) -> None:
    settings = config(tmp_path)
    recorder = RecordingEngine(scripted(), tmp_path / "mine" / "clock")
    flow = Flow(PROMPT, engine=recorder, config=settings)
    project = flow.run_sync()
    keep(recorder, flow, project)
    model = ScriptedEngine(
        {
            "specify": SPEC.replace("- 报数\n", "- 报数\n- 【新增】说再见\n"),
            "plan": PLAN,
            # The first answer does not fit, so the file is requested whole.
            "implement": '<file path="main.py">\nimport 时间\n\nprint("再见")\n</file>\n',
        },
        queues={"implement": [["main.py\n<<<<<<< SEARCH\n没有这一行\n=======\n有\n>>>>>>> REPLACE\n"]]},
    )
    wish = "报完数说再见"
    folder = tmp_path / "mine" / "clock" / "changes" / "bye"
    changing = RecordingEngine(model, folder)
    changed = flow.change(wish, engine=changing)
    recorded = changed.run_sync()
    changing.write_change(sentence=wish, title="", reason=recorded.reason)
    [change] = load_lesson(tmp_path / "mine" / "clock").changes
    assert (change.manifest.sentence, change.manifest.model) == (wish, "scripted-model")

    player = LessonsEngine(0, [tmp_path / "mine"])
    first = Flow(PROMPT, engine=player, config=settings, template="clock")
    first.run_sync()
    again = first.change("报完数说再见！", engine=player)
    replayed = again.run_sync()
    assert files(replayed.root) == files(recorded.root)
    assert "再见" in files(replayed.root)["main.py"].decode()
    assert "scripted-model" in player.notice


# --- the command --------------------------------------------------------------------------------------------


def grep(folder: Path, secret: str) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
    ]


def test_the_command_records_with_a_key_and_replays_without(aiflow: Run, folder: Path) -> None:
    with ModelServer() as server:
        write_config(folder, engine="openai", openai={"base_url": server.base_url, "model": "test-model"})
        server.script(answer(SPEC, thinking="想一想", sizes=(1, 7)), phase="specify")
        # A model that says the key, cut anywhere, is redacted too.
        server.script(answer(f"# 方案\n\n{KEY}\n", thinking=KEY, sizes=(3, 5)), phase="plan")
        done = aiflow("record", PROMPT, "-o", "mine/clock/", env={"AIFLOW_API_KEY": KEY})
    assert done.returncode == 0, done.stderr
    assert "录好了" in done.stderr
    assert {path.name for path in (folder / "mine" / "clock").iterdir()} == {"lesson.toml", "recording.jsonl"}
    manifest = tomllib.loads((folder / "mine" / "clock" / "lesson.toml").read_text(encoding="utf-8"))
    assert (manifest["kind"], manifest["model"], manifest["title"]) == ("recorded", "test-model", "小钟")
    text = (folder / "mine" / "clock" / "recording.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line["phase"] for line in lines if "prompts" in line} == {"specify", "plan", "implement"}
    assert any("usage" in line for line in lines)
    plan = "".join(
        line["text"] for line in lines if line["phase"] == "plan" and line.get("channel") == "content"
    )
    assert plan == "# 方案\n\n***\n"
    assert grep(folder / "mine", KEY) == []
    assert grep(folder / "logs", KEY) == []

    [recorded] = (folder / "projects").glob("clock_*")
    write_config(folder, lessons={"speed": 0, "folders": ["mine"]})
    again = aiflow("new", PROMPT, "--projects-dir", "again")
    assert again.returncode == 0, again.stdout
    assert "录下的 test-model 的回答" in again.stdout
    [replayed] = (folder / "again").glob("clock_*")
    ours, theirs = files(replayed), files(recorded)
    assert ours.pop("plan.md") == theirs.pop("plan.md").replace(KEY.encode(), b"***")
    assert ours == theirs
    assert "录自 test-model" in " ".join(aiflow("lessons").stdout.split())


def test_a_run_that_fails_leaves_no_half_lesson(aiflow: Run, folder: Path) -> None:
    with ModelServer() as server:
        settings = {"base_url": server.base_url, "model": "m", "max_attempts": 1}
        write_config(folder, engine="openai", openai=settings)
        server.script(error(401), phase="plan")
        done = aiflow("record", PROMPT, "-o", "clock", env={"AIFLOW_API_KEY": KEY})
        assert done.returncode == 1
        assert "没有录成" in done.stderr
        assert not (folder / "clock").exists()
        again = aiflow("record", PROMPT, "-o", "clock", "--json", env={"AIFLOW_API_KEY": KEY})
    assert again.returncode == 0, again.stderr
    assert all(json.loads(line)["seq"] for line in again.stdout.splitlines())
    assert aiflow("record", PROMPT, "-o", "clock", env={"AIFLOW_API_KEY": KEY}).returncode == 2


def test_a_lesson_can_be_recorded_too(aiflow: Run, folder: Path) -> None:
    assert aiflow("record", "猜数字", "-o", "guess").returncode == 0
    assert load_lesson(folder / "guess").manifest.model == "guess_number"


def test_the_command_records_a_change(aiflow: Run, folder: Path) -> None:
    assert aiflow("new", "写一个猜数字").returncode == 0
    [project] = [path.name for path in (folder / "projects").iterdir() if not path.name.startswith(".")]
    output = "mine/guess_number/changes/thousand"
    done = aiflow("record", "把范围改成 1 到 1000", "--change", project, "-o", output)
    assert done.returncode == 0, done.stderr
    manifest = tomllib.loads((folder / output / "change.toml").read_text(encoding="utf-8"))
    assert manifest["sentence"] == "把范围改成 1 到 1000"
    assert (folder / output / "recording.jsonl").is_file()
