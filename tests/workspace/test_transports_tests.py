"""The tests of a finished project over both transports: run again, decided on, repaired, measured."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.modelserver import ModelServer
from tests.pipeline.change.cases import FILES, GENERATED, NEW_WORDS, as_files
from tests.pipeline.change.test_tests import COUNTS, GREETS, PLAN
from tests.pipeline.change.tools import script
from tests.workspace.test_transports import follow, ok, statuses
from tests.workspace.transports import Opener, Transport

WRONG = COUNTS.removesuffix("```") + "\n\ndef test_backwards():\n    assert count(2) == [2, 1]\n```"
BACKWARDS = "tests/test_f1.py::test_backwards"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def config_values(config_values: dict[str, Any], model: ModelServer) -> dict[str, Any]:
    openai = {"base_url": model.base_url, "model": "test", "backoff_s": 0}
    return {**config_values, "engine": "openai", "openai": openai, "tests": {"enabled": True, "mutants": 3}}


async def results(page: Transport, project: str, after: int) -> tuple[dict[str, str], int]:
    """The tests that have a result behind an event, once all three have one; and the last event."""
    found: dict[str, str] = {}
    while len(found) < 3:
        stream = await ok(page.ask("stream", project_id=project, after=after, follow=False))
        for event in stream.events:
            after = event["seq"]
            if event["event_type"] == "test":
                found[event["test"]] = event["status"]
    return found, after


async def test_tests_from_the_first_run_to_the_last_decision(opened: Opener, model: ModelServer) -> None:
    script(model, **GENERATED | {"plan": PLAN, "tests": [WRONG, GREETS], "repair": ["不知道", "不知道"]})
    async with opened() as page:
        first = (await ok(page.ask("generate", prompt="数到三"))).body["project_id"]
        events = await follow(page, first)
        assert statuses(events)[-1] == "completed"
        tested = {event["test"]: event["status"] for event in events if event["event_type"] == "test"}
        assert tested[BACKWARDS] == "quarantined"
        counts = {"passed": 2, "total": 3, "quarantined": 1}
        assert (
            next(event["project"] for event in events if event["event_type"] == "project")["tests"] == counts
        )
        assert (await ok(page.ask("versions", project_id=first))).body["versions"][0]["tests"] == counts
        last = events[-1]["seq"]

        assert (await ok(page.ask("tests", project_id=first))).body == {"project_id": first}
        again, last = await results(page, first, last)
        assert again == tested
        assert (await page.ask("repair", project_id=first)).refusal == (409, "no_failing_tests")
        score = (await ok(page.ask("mutants", project_id=first))).body
        assert score["message"] == f"抓住 {score['caught']}/{score['total']} 个故意放的错误。"
        assert 0 < score["caught"] <= score["total"] == len(score["mutants"])

        kept = await ok(page.ask("decide", project_id=first, test=BACKWARDS, decision="keep"))
        assert kept.body == {"project_id": first, "tests": counts | {"quarantined": 0}}
        model.reset()
        script(model, implement=as_files({"words.py": NEW_WORDS}), tests="没有", repair=["不知道", "不知道"])
        second = (await ok(page.ask("repair", project_id=first))).body["project_id"]
        events = await follow(page, second)
        assert "assert" not in model.requests[0].json["messages"][-1]["content"]
        assert "count(2) 应该是 [2, 1]，得到 [1, 2]" in model.requests[0].json["messages"][-1]["content"]
        now = {event["test"]: event["status"] for event in events if event["event_type"] == "test"}
        assert now[BACKWARDS] == "passed"

        gone = await ok(page.ask("decide", project_id=second, test=BACKWARDS, decision="remove"))
        assert gone.body["tests"]["total"] == 2
        text = (await ok(page.ask("file", project_id=second, path="tests/test_f1.py"))).data.decode()
        assert "test_three" in text
        assert "test_backwards" not in text
        # A version with children stays as it is: the test goes in a new one.
        other = await ok(page.ask("decide", project_id=first, test=BACKWARDS, decision="remove"))
        assert other.body["project_id"] not in {first, second}
        assert (await page.ask("decide", project_id=first, test="x", decision="keep")).refusal[0] == 404
        assert (await page.ask("decide", project_id=first, test=BACKWARDS, decision="?")).refusal[0] == 400


async def test_a_project_without_tests_says_so(opened: Opener, model: ModelServer) -> None:
    script(model, **GENERATED | {"tests": ["没有", "没有"], "implement": as_files(FILES)})
    async with opened() as page:
        project = (await ok(page.ask("generate", prompt="数到三"))).body["project_id"]
        await follow(page, project)
        for kind in ("tests", "mutants"):
            assert (await page.ask(kind, project_id=project)).refusal == (409, "no_tests")
