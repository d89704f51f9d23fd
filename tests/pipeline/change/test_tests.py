"""Tests that are written with a program: kept or dropped, run, repaired, set aside, and held in a change."""

import json

import pytest
import pytest_asyncio

from aiflow import Config, Flow
from tests.modelserver import ModelServer, error
from tests.pipeline.change.cases import FILES, GENERATED, NEW_WORDS, as_files
from tests.pipeline.change.tools import WISH, diagnostics_of, events_of, files_of, script, sent

COUNTS = '''```python
from words import count


def test_three():
    """从一数到三"""
    assert count(3) == [1, 2, 3]
```'''
GREETS = "```python\nfrom words import greet\n\n\ndef test_greets():\n    assert greet() == '你好'\n```"
PLAN = GENERATED["plan"].replace("要说的话", "`count(last)` 数数，`greet()` 打招呼")
BROKEN = FILES | {"words.py": FILES["words.py"].replace("last + 1", "last")}


@pytest.fixture
def config(config: Config) -> Config:
    return config.model_copy(
        update={"tests": config.tests.model_copy(update={"enabled": True, "timeout_s": 1})}
    )


async def generated(config: Config, model: ModelServer, tests: list[str], **answers: str | list[str]) -> Flow:
    script(model, **GENERATED | {"plan": PLAN, "tests": tests} | answers)
    flow = Flow("数到三", config=config)
    await flow.run()
    return flow


@pytest_asyncio.fixture
async def tested(config: Config, model: ModelServer) -> Flow:
    """A finished project whose two tests pass."""
    flow = await generated(config, model, [COUNTS, GREETS])
    model.reset()
    return flow


def results(flow: Flow) -> dict[str, str]:
    return {result.name: result.status for result in flow.snapshot.tests.values()}


def messages(flow: Flow, rule: str) -> list[str]:
    return [found.message for found in flow.snapshot.diagnostics if found.rule == rule]


async def test_they_are_written_before_the_code_and_run_after_it(config: Config, model: ModelServer) -> None:
    flow = await generated(config, model, [COUNTS, GREETS])
    phases = [request.phase for request in model.requests]
    assert phases == ["specify", "plan", "tests", "tests", "implement"]
    assert "F1 从一数到三" in sent(model)[2]
    assert "assert count(3) == [1, 2, 3]" in sent(model)[4]
    assert results(flow) == {"test_three": "passed", "test_greets": "passed"}
    first = flow.snapshot.tests["tests/test_f1.py::test_three"]
    assert (first.title, first.features) == ("从一数到三", ["F1"])
    assert files_of(flow)["tests/test_f1.py"].startswith("from words import count")
    project = flow.project
    assert project is not None
    assert json.loads(project.model_dump_json())["tests"] == {"passed": 2, "total": 2, "quarantined": 0}
    assert flow.versions[0].tests == project.tests


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("```python\nfrom words import count\ndef test_a(:\n```", "它不是正确的 Python"),
        ("```python\nfrom words import cuont\ndef test_a():\n    assert cuont(1)\n```", "方案里没有的 cuont"),
        ("```python\nimport subprocess\ndef test_a():\n    assert 1\n```", "方案里没有的 subprocess"),
        ("```python\nfrom words import count\ndef test_a():\n    count(3)\n```", "没有 assert"),
        ("```python\nfrom words import count\ndef test_a(tmp):\n    assert count(3)\n```", "没有不带参数的"),
        ("```python\nfrom words import count\ndef test_a():\n    assert open('x')\n```", "不能用 open()"),
        ("没有", ""),
    ],
)  # fmt: skip
async def test_a_test_of_no_use_is_dropped(config: Config, model: ModelServer, answer: str, why: str) -> None:
    flow = await generated(config, model, [answer, GREETS])
    assert results(flow) == {"test_greets": "passed"}
    assert "tests/test_f1.py" not in files_of(flow)
    assert [why in text for text in messages(flow, "test_dropped")] == [True] * bool(why)


async def test_a_service_that_fails_costs_the_tests_only(config: Config, model: ModelServer) -> None:
    model.script(error(400), error(400), phase="tests")
    flow = await generated(config, model, [])
    assert flow.snapshot.status == "completed"
    assert results(flow) == {}
    assert flow.project is not None
    assert flow.project.tests is None


async def test_a_failing_test_is_repaired_and_stays_as_it_is(config: Config, model: ModelServer) -> None:
    bent = COUNTS.removeprefix("```python\n").removesuffix("```").replace("[1, 2, 3]", "[1, 2]")
    repaired = as_files({"words.py": FILES["words.py"], "tests/test_f1.py": bent})
    flow = await generated(config, model, [COUNTS, GREETS], implement=as_files(BROKEN), repair=repaired)
    assert results(flow) == {"test_three": "passed", "test_greets": "passed"}
    assert "count(3) 应该是 [1, 2, 3]，得到 [1, 2]。" in sent(model)[-1]
    assert "请输出改正后的完整 words.py" in sent(model)[-1]
    assert "[1, 2, 3]" in files_of(flow)["tests/test_f1.py"]
    assert ("test_locked", "words.py") in diagnostics_of(flow)


async def test_after_two_repairs_a_person_decides(config: Config, model: ModelServer) -> None:
    wrong = COUNTS.replace("[1, 2, 3]", "[1, 2, 3, 4]")
    worse = as_files({"words.py": FILES["words.py"].replace("你好", "再见")})
    flow = await generated(config, model, [wrong, GREETS], repair=[worse, "不知道"])
    assert [request.phase for request in model.requests].count("repair") == 2
    assert results(flow) == {"test_three": "quarantined", "test_greets": "passed"}
    assert files_of(flow)["words.py"] == FILES["words.py"]
    assert flow.snapshot.status == "completed"
    assert flow.snapshot.test_counts is not None
    assert flow.snapshot.test_counts.model_dump() == {"passed": 1, "total": 2, "quarantined": 1}


async def test_a_test_that_hangs_is_an_error(config: Config, model: ModelServer) -> None:
    hangs = (
        "```python\nfrom words import count\n\ndef test_hangs():\n    while count(1): pass\n    assert 1\n```"
    )
    config = config.model_copy(update={"run": config.run.model_copy(update={"repair_attempts": 0})})
    flow = await generated(config, model, [hangs, GREETS])
    assert results(flow) == {"test_hangs": "error", "test_greets": "passed"}
    assert flow.snapshot.status == "completed"


async def test_a_change_replaces_the_test_of_its_feature(tested: Flow, model: ModelServer) -> None:
    new = COUNTS.replace("[1, 2, 3]", "[3, 2, 1]")
    script(model, tests=new, implement=as_files({"words.py": NEW_WORDS}))
    second = tested.change(WISH)
    await second.run()
    assert [request.phase for request in model.requests] == ["specify", "plan", "tests", "implement"]
    assert results(second) == {"test_three": "passed", "test_greets": "passed"}
    assert "[3, 2, 1]" in files_of(second)["tests/test_f1.py"]


async def test_what_a_change_breaks_is_a_regression(tested: Flow, model: ModelServer) -> None:
    broken = NEW_WORDS.replace("你好", "再见")
    new = COUNTS.replace("[1, 2, 3]", "[3, 2, 1]")
    script(model, tests=new, implement=as_files({"words.py": broken}), repair=["不知道", "不知道"])
    second = tested.change(WISH)
    await second.run()
    assert results(second) == {"test_three": "passed", "test_greets": "failed"}
    assert [text for text in messages(second, "regression") if "test_greets" in text] != []
    assert "greet() 应该是 '你好'，得到 '再见'" in sent(model)[-1]


async def test_a_new_test_that_passed_before_tells_nothing(tested: Flow, model: ModelServer) -> None:
    spec = GENERATED["specify"].replace("- 打个招呼", "- 打个招呼\n- 【新增】倒着数")
    both = GREETS.removesuffix("```") + (
        "\n\ndef test_backwards():\n    assert __import__\n    assert greet() == '您好'\n```"
    )
    new = as_files({"words.py": NEW_WORDS.replace("你好", "您好")})
    script(model, specify=spec, tests=both, implement=new, repair=["不知道", "不知道"])
    second = tested.change(WISH)
    await second.run()
    assert "在修改以前就能通过" in messages(second, "test_dropped")[0]
    assert "test_greets" not in files_of(second)["tests/test_f3.py"]
    assert results(second)["test_backwards"] == "passed"


async def test_the_tests_of_a_removed_feature_go(tested: Flow, model: ModelServer) -> None:
    spec = GENERATED["specify"].replace("- 打个招呼", "- 【删除】打个招呼")
    script(model, specify=spec, implement=as_files({"words.py": NEW_WORDS}), repair=["不知道", "不知道"])
    second = tested.change("不要打招呼")
    await second.run()
    assert "tests/test_f2.py" not in files_of(second)
    assert "test_greets" not in results(second)


async def test_a_game_is_tested_by_playing_it(config: Config, model: ModelServer) -> None:
    game = (
        "import pygame\n\npygame.init()\nscreen = pygame.display.set_mode((60, 40))\nx = 0\nrunning = True\n"
        "while running:\n    for event in pygame.event.get():\n        if event.type == pygame.QUIT:\n"
        "            running = False\n        if event.type == pygame.KEYDOWN:\n            x += 5\n"
        "    screen.fill((0, 0, 0))\n    pygame.draw.rect(screen, (255, 0, 0), (x, 5, 9, 9))\n"
        "    pygame.display.flip()\n    pygame.time.Clock().tick(60)\n"
    )
    scenario = '```toml\n[[scenario]]\nname = "moves"\ntitle = "按右键会动"\nfeature = "F9"\nkind = "game"\n'
    scenario += 'keys = [{at = 0.5, key = "Right"}]\nexpect = ["picture_changed"]\n```'
    plan = "# 方案\n\n## 文件\n\n- `main.py`：游戏\n\n## 依赖\n\n- pygame\n"
    flow = await generated(
        config, model, [scenario, "没有"], plan=plan, implement=as_files({"main.py": game})
    )
    found = flow.snapshot.tests["tests/f1.scenario.toml::moves"]
    assert (found.status, found.title, found.features) == ("passed", "按右键会动", ["F1"])
    assert any(event.event_type == "test" for event in events_of(flow))


async def test_a_feature_without_code_is_a_warning(config: Config, model: ModelServer) -> None:
    spec = GENERATED["specify"].replace("- 打个招呼", "- 打个招呼\n- 画一只恐龙")
    flow = await generated(config, model, [COUNTS, GREETS, "没有"], specify=spec)
    (text,) = messages(flow, "feature_without_code")
    assert text.startswith("功能 F3“画一只恐龙”没有找到实现它的代码")
