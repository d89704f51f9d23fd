"""A run that asks before its specification: paused, answered, continued, retried, revised and changed."""

from typing import Any

import pytest
from pydantic import SecretStr

from aiflow import Config, Flow
from aiflow.exceptions import AIFlowError, ConflictError, InputError, NotFoundError, OverloadedError
from aiflow.model.agreements import agreements_in, replace_agreements
from aiflow.model.artifacts import Spec
from aiflow.model.markdown_reader import Outline
from aiflow.model.status import RequestStatus
from aiflow.pipeline.clarification.bank import load_bank
from aiflow.pipeline.clarification.selection import select_questions
from aiflow.pipeline.clarification.wording import read_wording
from tests.pipeline.conftest import SPEC, Reconfigure, Script

SNAKE = "帮我写个贪吃蛇"
WALL = "蛇撞到墙，会怎样"


def ids(flow: Flow) -> list[str]:
    return [one.question_id for one in flow.questions]


@pytest.mark.asyncio
async def test_answers_become_agreements_whatever_the_model_writes(config: Config) -> None:
    engine = Script(specify=[SPEC + "\n## 约定\n\n- 我的约定：没有\n"])
    flow = Flow(SNAKE, config=config, engine=engine, ask="auto")
    assert await flow.advance() is None
    assert (flow.snapshot.status, flow.snapshot.waiting_for) == (RequestStatus.PAUSED, "answers")
    assert engine.requests == []
    wall, speed, score = ids(flow)
    assert flow.answer(wall, "游戏结束").value == "end", "an option's words mean the option"
    flow.answer(speed, "跟着\n分数变快")
    again = Flow.open(flow.project_id, config=config)
    again.engine = engine
    assert again.answer(score, None).outcome == "skipped"
    project = await again.run()
    assert project.root is not None
    text = (project.root / "spec.md").read_text(encoding="utf-8")
    assert text.endswith(f"## 约定\n\n- {WALL}：游戏结束\n- 蛇走多快：跟着 分数变快\n")
    assert "我的约定" not in text
    assert f"{WALL}：游戏结束" in engine.requests[0].messages[-1].content
    with pytest.raises(ConflictError):
        again.answer(wall, "wrap")


@pytest.mark.asyncio
async def test_what_is_no_answer(config: Config) -> None:
    flow = Flow(SNAKE, config=config, engine=Script(), ask="always")
    await flow.advance()
    with pytest.raises(InputError) as caught:
        flow.answer(ids(flow)[0], " \n ")
    assert caught.value.reason == "no_attempt"
    with pytest.raises(InputError):
        flow.answer(ids(flow)[0], "长" * 201)
    with pytest.raises(InputError):
        flow.answer(ids(flow)[0], 7)
    with pytest.raises(NotFoundError):
        flow.answer("specify.nothing", "x")
    await flow.cancel()
    with pytest.raises(ConflictError):
        flow.answer(ids(flow)[0], "end")


@pytest.mark.asyncio
async def test_nobody_there_means_the_recommended_answers(config: Config) -> None:
    flow = Flow(SNAKE, config=config, engine=Script(), ask="always")
    spec = await flow.specify()
    assert spec.agreements[0] == f"{WALL}：游戏结束"
    assert {one.by for one in flow.snapshot.answers.values()} == {"default"}
    continued = Flow(SNAKE, config=config, engine=Script(), ask="always")
    await continued.advance()
    continued.answer(ids(continued)[0], "wrap")
    continued.accept()
    await continued.run()
    assert continued.spec is not None
    assert continued.spec.agreements == [f"{WALL}：从另一边出来", *spec.agreements[1:]]


@pytest.mark.asyncio
async def test_a_retry_asks_nothing_again(config: Config) -> None:
    engine = Script(specify=[[OverloadedError("服务太忙了，请过一会儿再试。")], SPEC])
    flow = Flow(SNAKE, config=config, engine=engine, ask="always")
    await flow.advance()
    for question_id in ids(flow):
        flow.answer(question_id, "随便")
    with pytest.raises(OverloadedError):
        await flow.run()
    await flow.retry()
    assert flow.spec is not None
    assert flow.spec.agreements[0] == f"{WALL}：随便"


@pytest.mark.asyncio
async def test_a_family_is_asked_once_and_keeps_its_agreements(config: Config) -> None:
    flow = Flow(SNAKE, config=config, engine=Script(), ask="always")
    await flow.specify()
    agreed = flow.snapshot.artifacts["specify"]
    assert isinstance(agreed, Spec)
    await flow.run()
    revised = flow.revise("specify", {"agreements": [f"{WALL}：穿墙"]}, ask="always")
    await revised.run()
    assert revised.spec is not None
    assert revised.spec.agreements == [f"{WALL}：穿墙"]
    kept = flow.revise("specify", ask="always")
    await kept.run()
    assert kept.spec is not None
    assert kept.spec.agreements == agreed.agreements
    change = flow.change("加一个排行榜，两个人一起玩", ask="always")
    await change.advance()
    assert ids(change) == ["specify.controls"], "the record was asked about in the first version"
    change.answer("specify.controls", "wasd")
    with pytest.raises(AIFlowError) as caught:
        await change.run()
    assert caught.value.reason == "unchanged"
    assert change.spec is not None
    assert change.spec.agreements == [*agreed.agreements, "第二个人用什么操作：W A S D，第一个人用方向键"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        "speed | 小蛇爬多快？\nplayers | 几个人玩？ | 两个人要两套键。 | 一个 / 两个\n",
        "我不知道该怎么问。" * 600,
        [OverloadedError("服务太忙了，请过一会儿再试。")],
        "speed | 快：慢？\n|||\nwinning | \n",
    ],
)
async def test_a_model_words_the_questions_or_changes_nothing(reconfigure: Reconfigure, answer: Any) -> None:
    engine = Script(specify=[answer, SPEC])
    flow = Flow(SNAKE, config=reconfigure("questions", model=True), engine=engine, ask="always")
    await flow.advance()
    assert len(flow.questions) == 3
    assert flow.questions[1].text == ("小蛇爬多快？" if "爬" in str(answer) else "蛇走多快？")
    flow.accept()
    assert (await flow.run()).syntax_validated


def test_a_model_may_add_one_question() -> None:
    (speed,) = (one for one in select_questions(load_bank(), SNAKE, "always") if one.slot == "speed")
    added = "players | 几个人玩？ | 两个人要两套键。 | 一个 / 两个 / 一个"
    (_, found) = read_wording(
        f"- `speed` | 多快？\n{added}\nlook | 样子？ | 好看。 | 一种\n", [speed], ["players", "look"]
    )
    assert (found.slot, found.recommended, [one.text for one in found.options]) == (
        "players",
        "option1",
        ["一个", "两个"],
    )
    assert read_wording(added, [speed], []) == [speed]


@pytest.mark.asyncio
async def test_a_pasted_key_is_not_kept(config: Config) -> None:
    secret = "sk-test-0123456789abcdef"
    config = config.model_copy(update={"api_key": SecretStr(secret)})
    flow = Flow(SNAKE, config=config, engine=Script(), ask="always")
    await flow.advance()
    flow.answer(ids(flow)[0], f"用 {secret}")
    assert secret not in flow.record.journal_path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "agreements",
    [["速度：快"], ["速度：**快**", "墙：`穿过去`"], ["墙：1. 结束", "速度：# 快"], []],
)
def test_agreements_are_read_as_they_were_written(agreements: list[str]) -> None:
    before = f"{SPEC}\n## 约定\n\n- 旧的：没有\n\n## 运行方式\n\n- 运行 main.py\n"
    text = replace_agreements(before, agreements)
    assert agreements_in(Outline(text)) == agreements
    assert "## 运行方式" in text
    spec = Spec.from_markdown(SPEC).model_copy(update={"agreements": agreements})
    assert Spec.from_markdown(spec.to_markdown()).agreements == agreements
    assert Spec.from_markdown(spec.to_markdown()).features == ["从一数到三"]
