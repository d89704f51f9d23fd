"""Answers that change a project, or cannot be used, and what becomes of them."""

import asyncio

import pytest

from aiflow import Flow
from aiflow.exceptions import AIFlowError
from aiflow.model.events import ChangeEvent
from aiflow.model.status import RequestStatus
from tests.modelserver import Gate, ModelServer, answer
from tests.patience import PATIENCE_S
from tests.pipeline.change.cases import (
    ANSWERS,
    CHANGED,
    FILES,
    NEW_SPEC,
    NEW_WORDS,
    STALE,
    WORDS,
    as_files,
)
from tests.pipeline.change.tools import (
    WISH,
    changes_of,
    diagnostics_of,
    files_of,
    script,
    sent,
)

pytestmark = pytest.mark.asyncio


# --- what cannot be used ------------------------------------------------------------------------------------


async def test_a_stale_block_requests_the_file_whole(first: Flow, model: ModelServer) -> None:
    script(model, implement=[STALE, as_files({"words.py": NEW_WORDS})])
    second = first.change(WISH)
    await second.run()
    assert files_of(second)["words.py"] == NEW_WORDS
    again = sent(model)[-1]
    assert "words.py 现在的内容" in again
    assert "找不到" in again
    assert again != sent(model)[-2]
    assert len(model.requests) == 4


@pytest.mark.parametrize(
    "answers",
    [
        [STALE, STALE],
        ["改好了！", "已经改好了。"],
        [as_files({"words.py": WORDS}), as_files({"words.py": WORDS.replace("\n\n\n", "\n")})],
        [as_files({"words.py": "# ... 其余代码不变 ...\n"}), "```python\n# 其余不变\n```\n"],
    ],
)
async def test_without_any_effect_it_fails_as_unchanged(
    first: Flow, model: ModelServer, answers: list[str]
) -> None:
    before = files_of(first)
    script(model, implement=answers)
    second = first.change(WISH)
    with pytest.raises(AIFlowError) as failed:
        await second.run()
    assert failed.value.reason == "unchanged"
    assert second.snapshot.status is RequestStatus.FAILED
    assert "更具体的说法" in failed.value.message
    assert "一次只改一处" in failed.value.message
    assert files_of(first) == before
    assert len(set(sent(model))) == len(model.requests) <= 4


async def test_one_file_with_a_problem_does_not_hold_up_another(first: Flow, model: ModelServer) -> None:
    plan = CHANGED["plan"] + "- `main.py`：数到五\n"
    main = FILES["main.py"].replace("count(3)", "count(5)")
    both = STALE + "\n" + as_files({"main.py": main})
    script(model, plan=plan, implement=[both, as_files({"words.py": NEW_WORDS})])
    second = first.change(WISH)
    await second.run()
    assert files_of(second)["main.py"] == main
    assert files_of(second)["words.py"] == NEW_WORDS


async def test_a_file_that_the_model_has_not_seen_is_not_rewritten_blindly(
    first: Flow, model: ModelServer
) -> None:
    blind = as_files({"main.py": "print(1)\n"})
    seen = FILES["main.py"].replace("count(3)", "count(5)")
    script(model, implement=[ANSWERS["whole"] + blind, as_files({"main.py": seen})])
    second = first.change(WISH)
    await second.run()
    assert files_of(second)["main.py"] == seen
    assert FILES["main.py"].strip() in sent(model)[-1]


async def test_files_are_added_and_deleted_and_no_name_leaves_the_project(
    first: Flow, model: ModelServer
) -> None:
    text = as_files({"score.py": "BEST = 3\n", "../evil.py": "x = 1\n", "spec.md": "# 别的\n"})
    gone = "*** Begin Patch\n*** Delete File: README.md\n*** End Patch\n"
    script(model, implement=ANSWERS["whole"] + text + gone)
    second = first.change("加一个文件，删掉说明")
    await second.run()
    assert set(files_of(second)) == {"main.py", "words.py", "score.py", "spec.md", "plan.md"}
    assert files_of(second)["spec.md"] == second.spec.markdown if second.spec else False
    assert {change[:2] for change in changes_of(second)} == {
        ("spec.md", "modified"), ("plan.md", "modified"), ("words.py", "modified"), ("score.py", "added"),
        ("README.md", "deleted"),
    }  # fmt: skip
    assert "README.md" not in second.snapshot.files
    assert ("edit", "spec.md") in diagnostics_of(second)
    assert not (first.store.projects_dir / "evil.py").exists()


async def test_what_worked_and_fails_now_is_a_regression(first: Flow, model: ModelServer) -> None:
    broken = WORDS.replace("range(1, last + 1)", "all_numbers(last)")
    script(model, implement=as_files({"words.py": broken}))
    model.always(answer("不会改。"), phase="repair")
    second = first.change(WISH)
    await second.run()
    assert ("regression", "words.py") in diagnostics_of(second)
    script(model, specify=NEW_SPEC, implement=as_files({"words.py": broken.replace("你好", "早")}))
    third = second.change("换一句问候")
    await third.run()
    assert ("regression", "words.py") not in diagnostics_of(third)  # it was wrong before


async def test_a_file_is_on_disk_while_the_next_one_is_typed(first: Flow, model: ModelServer) -> None:
    gate = Gate()
    text = ANSWERS["whole"] + as_files({"new.py": "A = 1\n" * 40})
    script(model, implement=[])
    model.script(answer(text, sizes=(40,), gates={len(text) // 40 - 1: gate}), phase="implement")
    second = first.change(WISH)
    running = asyncio.create_task(second.run())
    await gate.reached()
    async with asyncio.timeout(PATIENCE_S):
        async for event in second.events():
            if isinstance(event, ChangeEvent) and event.path == "words.py":
                break
    assert files_of(second)["words.py"] == NEW_WORDS
    gate.open()
    await running
