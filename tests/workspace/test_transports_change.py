"""A finished project is changed over both transports, as a page does it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.modelserver import ModelServer
from tests.pipeline.change.cases import CHANGED, FILES, GENERATED, NEW_WORDS
from tests.pipeline.change.tools import WISH, script
from tests.workspace.test_transports import follow, ok, statuses
from tests.workspace.transports import Opener


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def config_values(config_values: dict[str, Any], model: ModelServer) -> dict[str, Any]:
    openai = {"base_url": model.base_url, "model": "test", "backoff_s": 0}
    return {**config_values, "engine": "openai", "openai": openai}


async def test_a_change_from_the_sentence_to_the_new_version(opened: Opener, model: ModelServer) -> None:
    script(model, **GENERATED)
    async with opened() as page:
        first = (await ok(page.ask("generate", prompt="数到三"))).body["project_id"]
        await follow(page, first)
        request = (await ok(page.ask("request", project_id=first))).body
        assert request["ideas"] == ["数到十", "换一句问候"]
        model.reset()
        script(model)
        begun = (await ok(page.ask("change", project_id=first, prompt=WISH, pause_after=["specify"]))).body
        assert begun["status"] == "generating"
        second = begun["project_id"]
        events = await follow(page, second)
        assert statuses(events)[-1] == "paused"
        spec = next(event["artifact"] for event in events if event["event_type"] == "artifact")
        assert spec["changes"] == {"new": [], "changed": ["F1"], "removed": []}
        await ok(page.ask("continue", project_id=second))
        events += await follow(page, second, events[-1]["seq"])
        assert statuses(events)[-1] == "completed"
        changed = [event["path"] for event in events if event["event_type"] == "change"]
        assert changed == ["spec.md", "plan.md", "words.py"]
        assert (await ok(page.ask("file", project_id=second, path="words.py"))).data.decode() == NEW_WORDS
        assert (await ok(page.ask("file", project_id=first, path="words.py"))).data.decode() == FILES[
            "words.py"
        ]
        listed = (await ok(page.ask("versions", project_id=first))).body["versions"]
        assert [(row["version"], row["cause"]) for row in listed] == [(1, "generate"), (2, "change")]
        model.reset()
        script(model, **CHANGED | {"implement": ["一样。", "还是一样。"]})
        third = (await ok(page.ask("change", project_id=second, prompt="什么也不改"))).body["project_id"]
        last = (await follow(page, third))[-1]
        assert (last["status"], last["reason"], last["retryable"]) == ("failed", "unchanged", True)
        assert (await page.ask("change", project_id=third, prompt=WISH)).refusal == (409, "conflict")
