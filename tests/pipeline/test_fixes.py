"""A mistake that a rule corrects costs no request to a model, and the correction is shown."""

import asyncio
from pathlib import Path

import pytest

from aiflow import Config, Flow
from aiflow.config import FixesConfig
from aiflow.engines.lesson_recorder import RecordingEngine
from aiflow.engines.lessons import LessonsEngine
from aiflow.gates.fixing import Fixed
from aiflow.model.events import FileWrittenEvent
from aiflow.pipeline.phases import apply_fixes
from aiflow.storage.journal_reader import read_events
from tests.modelserver import ModelServer, answer
from tests.pipeline.conftest import PLAN, SPEC, Script
from tests.pipeline.test_repair import as_file, diagnostics, main_text

FORGOTTEN = "print(random.randint(1, 6))\n"
FIXED = "import random\n\nprint(random.randint(1, 6))\n"


@pytest.mark.asyncio
async def test_a_forgotten_import_costs_no_request(config: Config) -> None:
    """A real server of models: what it would be asked is what arrives there."""
    with ModelServer() as server:
        for phase, text in (("specify", SPEC), ("plan", PLAN), ("implement", as_file(FORGOTTEN))):
            server.script(answer(text), phase=phase)
        openai = config.openai.model_copy(update={"base_url": server.base_url, "model": "test"})
        flow = Flow("掷骰子", config=config.model_copy(update={"engine": "openai", "openai": openai}))
        project = await flow.run()
        assert "repair" not in [request.phase for request in server.requests]
    assert main_text(project) == FIXED
    (found,) = [found for found in diagnostics(flow) if found.rule.startswith("fix_")]
    assert (found.rule, found.severity, found.path, found.line) == (
        "fix_missing_import",
        "info",
        "main.py",
        1,
    )
    assert found.message == "main.py 第 1 行：你用了 random，可是没有导入它：已经补上 import random。"
    assert found.diff is not None
    assert "+import random\n" in found.diff
    events = list(read_events(flow.record.journal_path))
    written = [e.size_bytes for e in events if isinstance(e, FileWrittenEvent) and e.path == "main.py"]
    assert written == [len(FORGOTTEN), len(FIXED)]
    assert [found.rule for found in flow.snapshot.diagnostics] == ["fix_missing_import"]
    assert project.syntax_validated


@pytest.mark.asyncio
async def test_what_a_repair_returns_is_corrected_too(config: Config) -> None:
    engine = Script(implement=[as_file("print(all_of_it)\n")], repair=[as_file(FORGOTTEN)])
    flow = Flow("掷骰子", config=config, engine=engine)
    project = await flow.run()
    assert main_text(project) == FIXED
    assert sum(request.phase == "repair" for request in engine.requests) == 1
    assert [found.rule for found in diagnostics(flow)][-1] == "fix_missing_import"


@pytest.mark.asyncio
@pytest.mark.parametrize("off", [{"enabled": False}, {"missing_import": False}])
async def test_a_teacher_turns_it_off(config: Config, off: dict[str, bool]) -> None:
    engine = Script(implement=[as_file(FORGOTTEN)], repair=["不会改。"])
    flow = Flow("掷骰子", config=config.model_copy(update={"fixes": FixesConfig(**off)}), engine=engine)
    assert main_text(await flow.run()) == FORGOTTEN
    assert "undefined_name" in [found.rule for found in diagnostics(flow)]


@pytest.mark.asyncio
async def test_a_recorded_run_with_a_fix_replays_to_the_same_bytes(config: Config, tmp_path: Path) -> None:
    engine = RecordingEngine(Script(implement=[as_file(FORGOTTEN)]), tmp_path / "lessons" / "dice")
    flow = Flow("掷骰子", engine=engine, config=config)
    first = main_text(await flow.run())
    engine.write_manifest(title="骰子", project_type="dice", prompt="掷骰子")
    replayed = Flow("掷骰子", template="dice", engine=LessonsEngine(0, [tmp_path / "lessons"]), config=config)
    assert main_text(await replayed.run()) == first == FIXED


@pytest.mark.asyncio
async def test_a_file_that_a_person_saves_meanwhile_is_not_overwritten(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = "print(1)\n"
    flow = Flow("掷骰子", config=config, engine=Script(implement=[as_file(FORGOTTEN)]))
    fix_aside = apply_fixes.fix_project_aside

    async def fix(*arguments: object) -> Fixed:
        fixed = await fix_aside(*arguments)  # type: ignore[arg-type]  # passes on what it got
        folder = flow.store.find(flow.project_id)
        await asyncio.to_thread(folder.write, "main.py", saved.encode())
        return fixed

    monkeypatch.setattr(apply_fixes, "fix_project_aside", fix)
    assert main_text(await flow.run()) == saved
    assert diagnostics(flow) == []
