"""A recording is replayed byte for byte, and holds no key.

The scripted engine does what it is told.
"""

import asyncio
import json
import tomllib
from contextlib import aclosing
from pathlib import Path

import pytest
from pydantic import SecretStr

from aiflow.engines.base import (
    Delta,
    Engine,
    EngineRequest,
    FinishDelta,
    Message,
    NoticeDelta,
    RequestPhase,
    TextDelta,
    UsageDelta,
)
from aiflow.engines.lesson_library import load_lesson
from aiflow.engines.lesson_recorder import RecordingEngine
from aiflow.engines.lessons import LessonsEngine
from aiflow.engines.testing import Script, ScriptedEngine
from aiflow.exceptions import ConnectError, EngineError, InputError, StorageError

KEY = "sk-aiflow-test-0123456789"
PHASES: tuple[RequestPhase, ...] = ("specify", "plan", "implement", "repair")
SCRIPTS: dict[RequestPhase, Script] = {
    "specify": [TextDelta("thinking", "想\u2028一想\n"), "# 小钟\n", NoticeDelta("等一等")],
    "plan": ["- `main.py`：钟\n", UsageDelta(31, 42), FinishDelta("length")],
    "implement": f'<file path="main.py">\r\nprint("🐍", "{KEY}")\n</file>',
    "repair": "好了",
}


def ask(phase: RequestPhase) -> EngineRequest:
    return EngineRequest(
        phase, (Message("system", "你是老师"), Message("user", "写一个“小钟”")), "写一个“小钟”"
    )


async def play(engine: Engine, phase: RequestPhase) -> list[Delta]:
    return [delta async for delta in engine.stream(ask(phase))]


async def record(folder: Path, **options: SecretStr) -> tuple[RecordingEngine, dict[str, list[Delta]]]:
    ticks = iter(range(10_000))
    engine = RecordingEngine(
        ScriptedEngine(SCRIPTS, chunk_size=3), folder, clock=lambda: next(ticks) / 8, **options
    )
    return engine, {phase: await play(engine, phase) for phase in PHASES}


@pytest.mark.asyncio
async def test_a_recording_replays_what_was_said(tmp_path: Path) -> None:
    engine, said = await record(tmp_path / "clock")
    engine.write_manifest(title="小钟", project_type="clock", prompt="写一个“小钟”\\ \x7f", keywords=["钟"])
    lesson = load_lesson(tmp_path / "clock")
    assert lesson.manifest.kind == "recorded"
    assert lesson.manifest.model == "scripted-model"
    assert lesson.manifest.example == "写一个“小钟”\\ \x7f"
    player = LessonsEngine(0, [tmp_path])
    for phase in PHASES:
        request = EngineRequest(phase, (), "写一个“小钟”", template="clock")
        replayed = [delta async for delta in player.stream(request)]
        assert replayed == [delta for delta in said[phase] if not isinstance(delta, NoticeDelta)]
    assert "scripted-model" in player.notice


@pytest.mark.asyncio
async def test_the_lines_say_when_and_what_was_sent(tmp_path: Path) -> None:
    await record(tmp_path / "clock")
    text = (tmp_path / "clock" / "recording.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.split("\n") if line]
    assert lines[0] == {
        "phase": "specify",
        "prompts": [{"role": "system", "content": "你是老师"}, {"role": "user", "content": "写一个“小钟”"}],
    }
    assert lines[1] == {"phase": "specify", "t": 0.125, "channel": "thinking", "text": "想\u2028一想\n"}
    assert [line["finish"] for line in lines if "finish" in line] == ["stop", "length", "stop", "stop"]


@pytest.mark.asyncio
async def test_the_key_is_redacted(tmp_path: Path) -> None:
    engine, _ = await record(tmp_path / "clock", api_key=SecretStr(KEY))
    engine.write_manifest(title="小钟", project_type="clock", prompt=f"写 {KEY}")
    for file in (tmp_path / "clock").iterdir():
        assert KEY not in file.read_text(encoding="utf-8")
    assert (
        tomllib.loads((tmp_path / "clock" / "lesson.toml").read_text(encoding="utf-8"))["example"] == "写 ***"
    )


@pytest.mark.asyncio
async def test_a_key_too_short_to_be_one_is_a_word_of_the_text(tmp_path: Path) -> None:
    engine = RecordingEngine(
        ScriptedEngine({"plan": "print('none')"}), tmp_path / "lesson", api_key=SecretStr("none")
    )
    await play(engine, "plan")
    assert "print('none')" in (tmp_path / "lesson" / "recording.jsonl").read_text("utf-8")


async def test_an_answer_that_failed_or_was_left_is_not_recorded(tmp_path: Path) -> None:
    broken = ScriptedEngine({"specify": ["abc", ConnectError("断了")], "plan": ["x", asyncio.Event()]})
    engine = RecordingEngine(broken, tmp_path / "clock")
    with pytest.raises(ConnectError):
        await play(engine, "specify")
    async with aclosing(engine.stream(ask("plan"))) as stream:
        await anext(stream)
    assert broken.cancelled == 1
    assert not (tmp_path / "clock").exists()


def test_only_a_new_folder_with_a_good_name_is_taken(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        RecordingEngine(ScriptedEngine({}), tmp_path / "小钟")
    (tmp_path / "clock").mkdir()
    RecordingEngine(ScriptedEngine({}), tmp_path / "clock")
    (tmp_path / "clock" / "lesson.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError):
        RecordingEngine(ScriptedEngine({}), tmp_path / "clock")


@pytest.mark.asyncio
async def test_a_disk_that_refuses_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    engine = RecordingEngine(ScriptedEngine(SCRIPTS), tmp_path / "file" / "clock")
    with pytest.raises(StorageError):
        await play(engine, "specify")


def test_a_manifest_that_no_lesson_can_have_is_refused(tmp_path: Path) -> None:
    engine = RecordingEngine(ScriptedEngine({}), tmp_path / "clock")
    with pytest.raises(InputError) as caught:
        engine.write_manifest(title="小钟", project_type="Not A Type", prompt="写")
    assert "project_type" in caught.value.message


@pytest.mark.asyncio
async def test_the_scripted_engine(tmp_path: Path) -> None:
    engine = ScriptedEngine({"plan": "abcde"}, chunk_size=2, queues={"plan": ["first"]})
    assert [d.text for d in await play(engine, "plan") if isinstance(d, TextDelta)] == ["fi", "rs", "t"]
    deltas = await play(engine, "plan")
    assert [d.text for d in deltas if isinstance(d, TextDelta)] == ["ab", "cd", "e"]
    assert deltas[-1] == FinishDelta("stop")
    with pytest.raises(EngineError):
        await play(engine, "specify")
    assert [request.phase for request in engine.requests] == ["plan", "plan", "specify"]
    assert engine.cancelled == 0
