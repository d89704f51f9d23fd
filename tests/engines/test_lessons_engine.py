"""The engine that plays lessons: the text whole, the files exact, the pace kept, the stop at once."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest

from aiflow.engines.base import (
    Delta,
    EngineRequest,
    FinishDelta,
    Message,
    RequestPhase,
    TextDelta,
    UsageDelta,
)
from aiflow.engines.lesson_library import LESSONS_DIR, load_lessons
from aiflow.engines.lessons import LessonsEngine, cut
from aiflow.exceptions import ConfigError, EngineError, NoLessonError

LESSONS = load_lessons()
PHASES: tuple[RequestPhase, ...] = ("specify", "plan", "implement")
EVERY_LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
FILE = re.compile(r'<file path="([^"\n]+)">\n(.*?)</file>\n', re.DOTALL)


class FakeTime:
    """A clock that only sleeping (and what the test adds) moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def request(
    phase: RequestPhase, prompt: str = "帮我写个贪吃蛇", template: str | None = None
) -> EngineRequest:
    return EngineRequest(phase, (Message("system", "规则"), Message("user", prompt)), prompt, template)


async def collect(engine: LessonsEngine, asked: EngineRequest) -> list[Delta]:
    return [delta async for delta in engine.stream(asked)]


def text_of(deltas: list[Delta], channel: str) -> str:
    return "".join(
        delta.text for delta in deltas if isinstance(delta, TextDelta) and delta.channel == channel
    )


@EVERY_LESSON
@pytest.mark.parametrize("speed", [0, 1000])
@pytest.mark.asyncio
async def test_specify_and_plan_arrive_whole(lesson, speed):
    engine = LessonsEngine(speed, sleep=FakeTime().sleep)
    for phase in ("specify", "plan"):
        deltas = await collect(engine, request(phase, template=lesson.id))
        assert text_of(deltas, "thinking") == lesson.texts[f"{phase}.thinking"]
        assert text_of(deltas, "content") == lesson.texts[phase]
        assert isinstance(deltas[-2], UsageDelta)
        assert deltas[-1] == FinishDelta("stop")
    assert engine.model == lesson.id
    assert lesson.title in engine.notice
    assert "不是模型" in engine.notice


@EVERY_LESSON
@pytest.mark.asyncio
async def test_files_arrive_byte_for_byte_in_their_order(lesson):
    fake = FakeTime()
    deltas = await collect(
        LessonsEngine(1, clock=fake.clock, sleep=fake.sleep), request("implement", template=lesson.id)
    )
    found = FILE.findall(text_of(deltas, "content"))
    assert [path for path, _ in found] == list(lesson.manifest.files)
    for path, text in found:
        assert text.encode() == (LESSONS_DIR / lesson.id / "files" / path).read_bytes()
    for intro in lesson.manifest.files.values():
        assert intro in text_of(deltas, "content")


@pytest.mark.asyncio
async def test_pieces_are_small_at_a_readable_pace_and_large_without_one():
    fake = FakeTime()
    slow = await collect(LessonsEngine(1, clock=fake.clock, sleep=fake.sleep), request("implement"))
    fast = await collect(LessonsEngine(0), request("implement"))
    sizes = [len(delta.text) for delta in slow if isinstance(delta, TextDelta)]
    assert sum(sizes) / len(sizes) < 6
    assert len(fast) < 20
    assert text_of(slow, "content") == text_of(fast, "content")


@pytest.mark.asyncio
async def test_the_snake_lesson_takes_half_a_minute():
    fake = FakeTime()
    engine = LessonsEngine(1, clock=fake.clock, sleep=fake.sleep)
    for phase in PHASES:
        await collect(engine, request(phase))
    assert 25 <= fake.now - 100 <= 35
    assert min(fake.slept) >= 0.005


@pytest.mark.asyncio
async def test_the_pace_follows_the_speed_and_does_not_drift():
    took = {}
    for speed, handling in ((1, 0.0), (1, 0.004), (4, 0.0)):
        fake = FakeTime()
        async for _ in LessonsEngine(speed, clock=fake.clock, sleep=fake.sleep).stream(request("specify")):
            fake.now += handling  # what the consumer needs for each piece
        took[speed, handling] = fake.now - 100
    assert took[1, 0.004] == pytest.approx(took[1, 0.0], abs=0.05)
    assert took[4, 0.0] == pytest.approx(took[1, 0.0] / 4, rel=0.05)


@pytest.mark.asyncio
async def test_after_a_long_interruption_the_rest_is_not_poured_out():
    fake = FakeTime()
    stream = LessonsEngine(1, clock=fake.clock, sleep=fake.sleep).stream(request("specify"))
    await anext(stream)
    fake.now += 3600
    asleep_before = sum(fake.slept)
    async for _ in stream:
        pass
    assert sum(fake.slept) - asleep_before > 2


@pytest.mark.asyncio
async def test_no_speed_means_no_waiting():
    fake = FakeTime()
    await collect(LessonsEngine(0, clock=fake.clock, sleep=fake.sleep), request("implement"))
    assert set(fake.slept) == {0}


@pytest.mark.asyncio
async def test_cancelling_the_task_stops_the_stream_at_once():
    waiting = asyncio.Event()

    async def sleep_for_ever(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(collect(LessonsEngine(0.001, sleep=sleep_for_ever), request("specify")))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.asyncio
async def test_closing_the_stream_ends_it():
    stream = LessonsEngine(0).stream(request("implement"))
    await anext(stream)
    await stream.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


@pytest.mark.asyncio
async def test_no_lesson_says_so_offers_others_and_explains_the_set_up():
    with pytest.raises(NoLessonError) as caught:
        await collect(LessonsEngine(0), request("specify", "帮我写个操作系统"))
    message = caught.value.message
    assert not caught.value.retryable
    assert caught.value.reason == "no_lesson"
    assert message.count("《") == 3
    assert message.endswith("请点“模型”接上一个；在终端里运行 aiflow connect。")


@pytest.mark.asyncio
async def test_a_template_decides_alone_and_an_unknown_one_is_no_lesson():
    engine = LessonsEngine(0)
    await collect(engine, request("plan", "帮我写个贪吃蛇", template="todo"))
    assert engine.model == "todo"
    with pytest.raises(NoLessonError, match="没有名为“贪吃蛇”的课程"):
        await collect(engine, request("plan", "帮我写个贪吃蛇", template="贪吃蛇"))


@pytest.mark.asyncio
async def test_a_written_lesson_needs_no_repair():
    with pytest.raises(EngineError) as caught:
        await collect(LessonsEngine(0), request("repair"))
    assert not caught.value.retryable
    assert "贪吃蛇" in caught.value.message


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed):
    with pytest.raises(ValueError, match="speed"):
        LessonsEngine(speed)


@pytest.mark.parametrize(
    "text", ["", "  \n\n", "贪吃蛇 snake_game\n\tx = [1, 2]\n", "𝄞é—「」\r\n  end", "a" * 9000]
)
@pytest.mark.parametrize("whole", [True, False])
def test_pieces_joined_are_the_text(text, whole):
    assert "".join(cut(text, whole=whole)) == text


# --- the library --------------------------------------------------------------------------------------------


def test_lessons_are_read_once_and_again_when_a_file_changes(tmp_path):
    mine = tmp_path / "mine"
    shutil.copytree(LESSONS_DIR / "snake", mine / "snake")
    first = load_lessons([mine])
    assert load_lessons([mine]) is first
    manifest = mine / "snake" / "lesson.toml"
    text = manifest.read_text(encoding="utf-8").replace('title = "贪吃蛇"', 'title = "我的贪吃蛇"')
    manifest.write_text(text, encoding="utf-8")
    engine = LessonsEngine(0, [mine])
    assert engine.choose("", "snake").title == "我的贪吃蛇"
    manifest.write_text("这不是 TOML", encoding="utf-8")
    with pytest.raises(ConfigError):
        engine.choose("", "snake")
    manifest.write_text(text, encoding="utf-8")
    assert engine.choose("", "snake").title == "我的贪吃蛇"


# --- recorded lessons ---------------------------------------------------------------------------------------

MANIFEST = """
title = "小钟"
title_en = "Clock"
kind = "recorded"
project_type = "clock"
summary = "显示时间。"
example = "写一个小钟"
keywords = ["小钟"]
model = "some-model"
recorded_at = "2026-01-02"
"""


def record(folder: Path, lines: list[dict[str, object]]) -> Path:
    lesson = folder / "clock"
    lesson.mkdir(parents=True)
    (lesson / "lesson.toml").write_text(MANIFEST, encoding="utf-8")
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (lesson / "recording.jsonl").write_text(text, encoding="utf-8", newline="\n")
    return folder


def answer(phase: str, text: str, t: float = 0.0) -> list[dict[str, object]]:
    return [
        {"phase": phase, "prompts": [{"role": "user", "content": "写一个小钟"}]},
        {"phase": phase, "t": t, "channel": "thinking", "text": "想"},
        {"phase": phase, "t": t + 2, "channel": "content", "text": text},
        {"phase": phase, "t": t + 2, "usage": {"prompt_tokens": 11, "completion_tokens": 7}},
        {"phase": phase, "t": t + 3, "finish": "length" if text == "cut" else "stop"},
    ]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    names = [("specify", "规格"), ("plan", "计划"), ("implement", "cut"), ("repair", "一"), ("repair", "二")]
    return record(tmp_path / "mine", [line for phase, text in names for line in answer(phase, text)])


@pytest.mark.asyncio
async def test_a_recording_is_played_in_its_own_time_divided_by_the_speed(recorded):
    fake = FakeTime()
    engine = LessonsEngine(4, [recorded], clock=fake.clock, sleep=fake.sleep)
    deltas = await collect(engine, request("specify", "写一个小钟"))
    assert deltas == [
        TextDelta("thinking", "想"),
        TextDelta("content", "规格"),
        UsageDelta(11, 7),
        FinishDelta("stop"),
    ]
    assert fake.now - 100 == pytest.approx(3 / 4)
    assert "some-model" in engine.notice
    assert "2026-01-02" in engine.notice


@pytest.mark.asyncio
async def test_recorded_repairs_come_in_their_order_and_then_end(recorded):
    engine = LessonsEngine(0, [recorded])
    for _ in range(2):  # a retry begins again with the first repair
        for phase in PHASES:
            deltas = await collect(engine, request(phase, "写一个小钟"))
        assert deltas[-1] == FinishDelta("length")
        texts = [text_of(await collect(engine, request("repair", "写一个小钟")), "content") for _ in range(2)]
        assert texts == ["一", "二"]
        with pytest.raises(EngineError, match="小钟"):
            await collect(engine, request("repair", "写一个小钟"))


@pytest.mark.parametrize(
    "line",
    [
        {"phase": "specify", "t": -1, "finish": "stop"},
        {"phase": "specify", "t": 0, "text": "no channel"},
        {"phase": "specify", "t": 0, "finish": "stop", "channel": "content", "text": "two things"},
        {"phase": "other", "t": 0, "finish": "stop"},
        ["not an object"],
    ],
)
def test_a_recording_with_a_wrong_line_says_which(tmp_path, line):
    with pytest.raises(ConfigError, match=r"第 1 行"):
        load_lessons([record(tmp_path / "mine", [line, *answer("specify", "规格")])])


def test_a_recording_without_a_phase_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="没有 plan 阶段"):
        load_lessons([record(tmp_path / "mine", answer("specify", "规格"))])


@pytest.mark.asyncio
async def test_a_teachers_lesson_replaces_the_one_of_the_same_name(tmp_path):
    mine = tmp_path / "mine" / "snake"
    shutil.copytree(LESSONS_DIR / "snake", mine)
    (mine / "specify.md").write_text("# 我的贪吃蛇\n", encoding="utf-8", newline="\n")
    deltas = await collect(LessonsEngine(0, [tmp_path / "mine"]), request("specify"))
    assert text_of(deltas, "content") == "# 我的贪吃蛇\n"


@pytest.mark.asyncio
async def test_a_plus_without_spaces_is_part_of_a_word(tmp_path):
    manifest = MANIFEST.replace('"小钟"]', '"写个 C++ 的钟"]')
    assert manifest != MANIFEST
    folder = record(tmp_path / "mine", [line for phase in PHASES for line in answer(phase, "文")])
    (folder / "clock" / "lesson.toml").write_text(manifest, encoding="utf-8")
    engine = LessonsEngine(0, [folder])
    assert engine.choose("写个 C++ 的钟").id == "clock"
    with pytest.raises(NoLessonError):
        engine.choose("写个 C 的钟")
