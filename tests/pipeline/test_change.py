"""A finished project is changed with a sentence: the same three phases, and a new version."""

import pytest

from aiflow import Config, Flow
from aiflow.model.events import ChangeEvent, VersionEvent
from aiflow.storage.journal_reader import read_events
from tests.pipeline.conftest import FILES, MAIN, PLAN, SPEC, Script

NEW_SPEC = SPEC.replace("- 从一数到三", "- 【修改】从一数到四\n- 【新增】说再见") + "\n原因：四个数更好玩。\n"
NEW_MAIN = MAIN.replace("(1, 2, 3)", "(1, 2, 3, 4)") + 'print("再见")\n'


CHANGED = f'多数一个数。\n<file path="main.py">\n{NEW_MAIN}</file>\n'


def changing(**answers: list[str]) -> Script:
    return Script(
        specify=[SPEC, *answers.get("specify", [NEW_SPEC])],
        plan=[PLAN, *answers.get("plan", [PLAN])],
        implement=[
            FILES,
            *answers.get("implement", [CHANGED]),
        ],
    )


def files_of(flow: Flow) -> dict[str, bytes]:
    root = flow.store.find(flow.project_id).root
    return {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.asyncio
async def test_a_change_is_a_new_version(config: Config) -> None:
    engine = changing()
    first = Flow("计数器", config=config, engine=engine)
    await first.run()
    before = files_of(first)
    second = first.change("数到四，再说一声再见")
    project = await second.run()
    assert files_of(first) == before
    assert project.main_file is not None
    assert project.main_file.read_text(encoding="utf-8") == NEW_MAIN
    assert project.reason == "多数一个数。"
    events = list(read_events(second.record.journal_path))
    origin = next(event for event in events if isinstance(event, VersionEvent))
    assert (origin.version, origin.cause, origin.parent_id) == (2, "change", first.project_id)
    changes = [(event.path, event.kind) for event in events if isinstance(event, ChangeEvent)]
    assert changes == [("spec.md", "modified"), ("main.py", "modified")]
    assert second.snapshot.changes["main.py"].lines_added == 2
    assert [request.task for request in engine.requests[3:]] == ["change"] * 3
    assert engine.requests[-1].base_prompt == "计数器"
    spec = second.snapshot.spec
    assert spec is not None
    assert (spec.changes.new, spec.changes.changed, spec.changes.removed) == (["F2"], ["F1"], [])
