"""The engines of a person: listed, chosen and checked over both transports, with the same answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aiflow.engines.personal import local_servers
from aiflow.engines.personal.choice import person_folder
from aiflow.engines.personal.local_servers import LocalServer
from aiflow.workspace import engines
from tests.modelserver import ModelServer, answer, body, closed_port, error
from tests.workspace.transports import Opener

KEY = "sk-person-0123456789"
OTHER = "https://api.example.com/v1"
ROW = {
    "name", "label", "kind", "base_url", "model", "models", "sizes", "available", "message", "locked", "key",
}  # fmt: skip


@pytest.fixture
def config_values(config_values: dict[str, Any]) -> dict[str, Any]:
    return {**config_values, "openai": {"backoff_s": 0, "max_attempts": 1}}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModelServer]:
    """A model server on this machine, at what counts as Ollama's port; and a person without a choice."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "person"))
    with ModelServer(models=("one", "two")) as server:
        ollama = LocalServer("ollama", "Ollama", server.port, "/api/tags")
        monkeypatch.setattr(local_servers, "SERVERS", (ollama,))
        monkeypatch.setattr(engines, "_LOCAL", {"ollama": ollama})
        monkeypatch.setattr("aiflow.workspace.engine_rows.SERVERS", (ollama,))
        yield server


async def test_a_model_is_found_checked_chosen_and_used(opened: Opener, model: ModelServer) -> None:
    async with opened() as page:
        listed = (await page.ask("engines")).body
        assert (listed["engine"], listed["chosen_by"], listed["locked"]) == ("lessons", "config", False)
        rows = {row["name"]: row for row in listed["engines"]}
        assert list(rows) == ["lessons", "ollama", "openai"]
        assert all(set(row) == ROW for row in rows.values())
        assert (rows["ollama"]["models"], rows["ollama"]["kind"]) == (["one", "two"], "local")
        assert (rows["openai"]["available"], rows["openai"]["key"]) == (False, None)

        checked = (await page.ask("check_engine", name="ollama", model="two")).body
        assert checked["ok"], checked
        assert checked["message"].startswith("能用：")
        assert model.requests[-1].json["model"] == "two"
        assert (await page.ask("engines")).body["engine"] == "lessons", "a check chooses nothing"

        chosen = (await page.ask("engine", name="ollama", model="two")).body
        assert set(chosen) == ROW
        assert chosen["message"] == "现在用“Ollama”的模型“two”，下一次开始时生效。"
        listed = (await page.ask("engines")).body
        assert (listed["engine"], listed["chosen_by"]) == ("ollama", "person")
        before = len(model.requests)
        begun = await page.ask("generate", prompt="帮我写个贪吃蛇", pause_after=["specify"])
        sent = await model.request(before + 1)
        assert (sent.phase, sent.json["model"]) == ("specify", "two")
        assert begun.status == 200
        await page.ask("cancel", project_id=begun.body["project_id"])
        await page.ask("engine", name="lessons")
        assert (await page.ask("engines")).body["engine"] == "lessons"


def text_in(folder: Path) -> str:
    """All that is written below a folder."""
    return "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


async def test_a_service_with_its_key(
    opened: Opener, model: ModelServer, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The key goes to its own address only, and no answer and no log has it."""
    async with opened() as page:
        answers = [
            await page.ask("engine", base_url=f" {OTHER}/ ", model="m", api_key=f"{KEY}\n"),
            await page.ask("engines"),
            await page.ask("engine", name="ollama"),
            await page.ask("check_engine"),
            await page.ask("engine", name="service"),
            await page.ask("check_engine", base_url=closed_port(), model="m", api_key=KEY),
            await page.ask("engine", base_url=OTHER, model="m", api_key=f"bad {KEY}"),
            await page.ask("engine", name="service", api_key=KEY, base_url=OTHER),
        ]
        assert [one.status for one in answers] == [200] * 6 + [400] * 2
        assert not any(KEY in json.dumps(one.body, ensure_ascii=False) for one in answers)
        assert answers[0].body["key"] == "file"
        service = answers[1].body["engines"][-1]
        assert (service["name"], service["base_url"], service["available"]) == ("service", OTHER, True)
        assert answers[3].body["ok"]
        assert answers[5].body["reason"] == "connection_failed"
        assert [
            request.headers["authorization"] for request in model.requests if request.method == "POST"
        ] == ["Bearer none"]
        kept = json.loads((person_folder() / "credentials.json").read_text(encoding="utf-8"))
        assert list(kept) == [f"{OTHER.removesuffix('/v1')}:443"]
        assert KEY not in caplog.text + text_in(home)
        forgotten = (await page.ask("engine", name="service", api_key="")).body
        assert (forgotten["key"], forgotten["available"]) == (None, False)


async def test_what_a_check_reports(opened: Opener, model: ModelServer) -> None:
    base_url = model.base_url.replace("127.0.0.1", "localhost")
    cases = [
        (error(401, f"bad key {KEY}"), "auth_failed"),
        (error(429, "insufficient balance", code="insufficient_quota"), "quota_exhausted"),
        (body("<html>login</html>", content_type="text/html"), "bad_answer"),
        (body("no json"), "bad_answer"),
        (error(400, "no stream_options"), "bad_request"),
    ]
    async with opened() as page:
        for reply, reason in cases:
            model.reset()
            model.always(reply)
            found = (await page.ask("check_engine", base_url=base_url, model="one", api_key=KEY)).body
            assert (found["ok"], found["reason"], found["models"]) == (False, reason, ["one", "two"]), found
            assert KEY not in found["message"]
        model.reset()
        model.script(error(400, "no stream_options"), answer("好" * 500, sizes=(1,)))
        assert (await page.ask("check_engine", base_url=base_url, model="one")).body["ok"]
        for asked, reason in (({"model": "three"}, "model_unavailable"), ({}, "model_required")):
            found = (await page.ask("check_engine", base_url=base_url, **asked)).body
            assert (found["ok"], found["reason"], found["models"]) == (False, reason, ["one", "two"])
            assert "one、two" in found["message"]


async def test_what_is_refused(opened: Opener, model: ModelServer) -> None:
    refused = [
        ({}, "invalid_input"),
        ({"name": "lessons", "base_url": OTHER}, "invalid_input"),
        ({"name": 3}, "invalid_input"),
        ({"name": "x" * 501}, "invalid_input"),
        ({"name": "lessons", "url": OTHER}, "invalid_input"),
        ({"name": "lessons", "api_key": KEY}, "invalid_input"),
        ({"name": "lmstudio"}, "unknown_engine"),
        ({"name": "service"}, "unknown_engine"),
        ({"base_url": "http://api.example.com/v1", "model": "m"}, "bad_base_url"),
        ({"base_url": "https://169.254.169.254/v1", "model": "m"}, "bad_base_url"),
        ({"base_url": OTHER}, "model_required"),
        ({"base_url": OTHER, "model": "m", "api_key": "密钥"}, "invalid_input"),
    ]
    async with opened() as page:
        found = [(await page.ask("engine", **asked)).refusal for asked, _ in refused]
        assert found == [(400, reason) for _, reason in refused]
        assert not (person_folder() / "engine.json").exists()


@pytest.mark.parametrize("variable", ["AIFLOW_ENGINE", "AIFLOW_BASE_URL", "AIFLOW_MODEL"])
async def test_what_the_environment_decides(
    variable: str, opened: Opener, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"AIFLOW_ENGINE": "openai", "AIFLOW_BASE_URL": model.base_url, "AIFLOW_MODEL": "one"}
    monkeypatch.setenv(variable, values[variable])
    async with opened() as page:
        listed = (await page.ask("engines")).body
        only_model = variable == "AIFLOW_MODEL"
        assert (listed["locked"], listed["model_locked"]) == (not only_model, True)
        assert all(row["locked"] is not only_model for row in listed["engines"])
        assert listed["message"]
        asked = {"name": "ollama", "model": "two"} if only_model else {"base_url": OTHER, "model": "one"}
        for kind in ("engine", "check_engine"):
            answer = await page.ask(kind, **asked)
            assert answer.refusal == (409, "engine_locked"), kind
        assert (await page.ask("check_engine")).status == 200, "the chosen one may be checked"
        if only_model:
            chosen = (await page.ask("engine", name="ollama")).body
            assert (chosen["name"], chosen["model"]) == ("ollama", "one")
