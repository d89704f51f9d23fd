"""The questions before a specification, answered over both transports as a page does it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.modelserver import ModelServer
from tests.pipeline.change.cases import GENERATED
from tests.pipeline.change.tools import script
from tests.workspace.test_transports import follow, ok, statuses
from tests.workspace.transports import Opener

SNAKE = "帮我写个贪吃蛇"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def config_values(config_values: dict[str, Any], model: ModelServer) -> dict[str, Any]:
    openai = {"base_url": model.base_url, "model": "test", "backoff_s": 0}
    return {**config_values, "engine": "openai", "openai": openai}


async def test_the_last_answer_continues_the_run(opened: Opener, model: ModelServer) -> None:
    script(model, **GENERATED)
    async with opened() as page:
        assert (await ok(page.ask("welcome"))).body["ask"] == "auto"
        begun = (await ok(page.ask("generate", prompt=SNAKE, ask="auto"))).body["project_id"]
        project = {"project_id": begun}
        events = await follow(page, begun)
        assert (statuses(events)[-1], events[-1]["waiting_for"]) == ("paused", "answers")
        asked = (await ok(page.ask("questions", gate="specify", **project))).body
        assert asked["open"] is False
        first, *others = [one["question_id"] for one in asked["questions"]]
        assert [event["question_id"] for event in events if event["event_type"] == "question"] == [
            first,
            *others,
        ]
        empty = await page.ask("answers", question_id=first, value=" \n", **project)
        assert empty.refusal == (400, "no_attempt")
        assert (await page.ask("answers", question_id=first, value=7, **project)).refusal == (
            400,
            "invalid_input",
        )
        unknown = await page.ask("answers", question_id="specify.nothing", value="x", **project)
        assert unknown.refusal == (404, "not_found")
        for value, attempt in (("end", 1), ("穿过去", 2)):
            body = (await ok(page.ask("answers", question_id=first, value=value, **project))).body
            assert (body["answer"]["value"], body["answer"]["attempt"]) == (value, attempt)
            assert body["next"]["question_id"] == others[0]
        for question_id in others:
            body = (await ok(page.ask("answers", question_id=question_id, value=None, **project))).body
        assert (body["answer"]["outcome"], body["next"]) == ("skipped", None)
        events += await follow(page, begun, events[-1]["seq"])
        assert statuses(events)[-1] == "completed"
        spec = next(event["artifact"] for event in events if event["event_type"] == "artifact")
        assert spec["agreements"] == ["蛇撞到墙，会怎样：穿过去"]
        assert (await ok(page.ask("questions", gate="specify", **project))).body["open"] is True
        late = await page.ask("answers", question_id=first, value="end", **project)
        assert late.refusal == (409, "conflict")
        practice = (await ok(page.ask("questions", gate="practice", **project))).body
        assert (practice["questions"], practice["open"], bool(practice["message"])) == ([], True, True)
        model.reset()
        script(model, **GENERATED)
        revision = {"from_project": begun, "from_phase": "specify", "artifact": {"agreements": ["速度：快"]}}
        again = (await ok(page.ask("generate", ask="always", **revision))).body["project_id"]
        events = await follow(page, again)
        assert statuses(events)[-1] == "completed", "nothing is asked twice"
        spec = next(event["artifact"] for event in events if event["event_type"] == "artifact")
        assert spec["agreements"] == ["速度：快"]


async def test_what_is_open_is_answered_as_recommended_by_continuing(
    opened: Opener, model: ModelServer
) -> None:
    script(model, **GENERATED)
    async with opened() as page:
        begun = (await ok(page.ask("generate", prompt=SNAKE, ask="always"))).body["project_id"]
        events = await follow(page, begun)
        await ok(page.ask("continue", project_id=begun))
        events += await follow(page, begun, events[-1]["seq"])
        recommended = {
            event["question_id"]: event["recommended"]
            for event in events
            if event["event_type"] == "question"
        }
        answers = [event for event in events if event["event_type"] == "answer"]
        assert {event["question_id"]: event["value"] for event in answers} == recommended
        assert {event["by"] for event in answers} == {"default"}
        assert statuses(events)[-1] == "completed"
