"""A recorded run is replayed to the same files, byte for byte, with its repairs and continuations."""

import asyncio
from pathlib import Path

import pytest

from aiflow import Config, Flow
from aiflow.engines.base import FinishDelta
from aiflow.engines.lesson_recorder import RecordingEngine
from aiflow.engines.lessons import LessonsEngine
from tests.pipeline.conftest import PLAN, SPEC, Reconfigure, Script

DICE = "import random\r\n\r\n\r\ndef roll():\r\n    return random.randint(1, 6)\r\n"
MAIN = 'from dice import roll\n\nprint("掷出了", roll(), "🎲")'  # no newline at its end
LONG_SPEC = SPEC.replace(
    "数到三的程序。", "数到三的程序。" + "".join(f"第 {n} 步要说清楚。" for n in range(60))
)


def as_file(path: str, text: str) -> str:
    return f'<file path="{path}">\n{text}</file>\n'


def files_of(flow: Flow) -> dict[str, bytes]:
    folder = flow.store.find(flow.project_id)
    return {path: folder.read(path) for path in folder.sizes()}


def script(tag: str) -> Script:
    """A model that is cut off twice, forgets a file, invents a name, and needs two repairs for one file."""
    plan = PLAN.replace("- `main.py`：主程序", "- `main.py`：主程序\n- `dice.py`：骰子")
    broken = as_file(
        "main.py", f"# {tag}\n" + MAIN.replace("from dice import roll\n\n", "").replace("roll", "throw_all")
    )
    half = len(LONG_SPEC) // 2
    return Script(
        specify=[[LONG_SPEC[:half], FinishDelta("length")], LONG_SPEC[half:]],
        plan=[plan],
        implement=[[broken[:20], FinishDelta("length")], broken[20:]],
        repair=[
            as_file("dice.py", DICE),
            as_file("main.py", f"# {tag}\nimport os\nprint(rool())"),
            [as_file("main.py", f"# {tag}\n" + MAIN)[:40], FinishDelta("length")],
            as_file("main.py", f"# {tag}\n" + MAIN)[40:],
        ],
    )


async def record(config: Config, folder: Path, tag: str) -> dict[str, bytes]:
    """Record a run; return its files."""
    prompt = f"掷骰子 {tag}"
    engine = RecordingEngine(script(tag), folder)
    flow = Flow(prompt, engine=engine, config=config)
    project = await flow.run()
    engine.write_manifest(title=f"骰子 {tag}", project_type="dice", prompt=prompt)
    assert project.syntax_validated
    files = files_of(flow)
    assert {"main.py", "dice.py", "spec.md", "plan.md"} == set(files)
    assert len(list((flow.record.folder / "repairs").iterdir())) >= 2
    return files


@pytest.mark.asyncio
async def test_a_recorded_run_replays_to_the_same_bytes(config: Config, tmp_path: Path) -> None:
    files = await record(config, tmp_path / "lessons" / "dice_a", "a")
    assert files["dice.py"] == DICE.encode()
    assert LONG_SPEC.strip() in files["spec.md"].decode()
    engine = LessonsEngine(0, [tmp_path / "lessons"])
    for _ in range(2):  # one engine, one run after the other
        flow = Flow("掷骰子 a", template="dice_a", engine=engine, config=config)
        project = await flow.run()
        assert files_of(flow) == files
        assert project.syntax_validated
        assert "录下" in engine.notice


@pytest.mark.asyncio
async def test_with_pauses_and_in_another_process(config: Config, tmp_path: Path) -> None:
    files = await record(config, tmp_path / "lessons" / "dice_a", "a")
    own = config.model_copy(
        update={"lessons": config.lessons.model_copy(update={"folders": [tmp_path / "lessons"]})}
    )
    flow = Flow("掷骰子 a", template="dice_a", config=own, pause_after=["specify", "plan"])
    assert await flow.advance() is None
    for _ in range(2):  # each time with nothing but what is on disk, as a server that was restarted
        flow = Flow.open(flow.project_id, config=own)
        flow.accept(None)
        project = await flow.advance()
    assert project is not None
    assert files_of(flow) == files


@pytest.mark.asyncio
async def test_runs_that_share_an_engine_do_not_mix_up_their_repairs(config: Config, tmp_path: Path) -> None:
    recorded = {tag: await record(config, tmp_path / "lessons" / f"dice_{tag}", tag) for tag in "ab"}
    engine = LessonsEngine(0, [tmp_path / "lessons"])
    flows = [Flow("掷骰子", template=f"dice_{tag}", engine=engine, config=config) for tag in "abab"]
    await asyncio.gather(*(flow.run() for flow in flows))
    assert [files_of(flow) for flow in flows] == [recorded[tag] for tag in "abab"]


@pytest.mark.asyncio
async def test_a_replay_that_may_go_on_longer_says_nothing_twice(
    reconfigure: Reconfigure, tmp_path: Path
) -> None:
    """A recording with few continuations ends as it did, however many are allowed now."""
    cut = Script(implement=[[as_file("main.py", "print(1)\n") + "还有", FinishDelta("length")]])
    folder = tmp_path / "lessons" / "cut"
    engine = RecordingEngine(cut, folder)
    flow = Flow("数数", engine=engine, config=reconfigure("run", continue_attempts=0))
    await flow.run()
    engine.write_manifest(title="数数", project_type="count", prompt="数数")
    replayed = Flow(
        "数数", template="cut", engine=LessonsEngine(0, [tmp_path / "lessons"]),
        config=reconfigure("run", continue_attempts=3),
    )  # fmt: skip
    await replayed.run()
    assert files_of(replayed) == files_of(flow)
    said = [event.text for event in [e async for e in replayed.events()] if event.event_type == "chunk"]
    assert "".join(said).count("还有") == 1
