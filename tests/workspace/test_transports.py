"""One list of calls, asked over REST and over a widget's messages, with the same answers and errors."""

import asyncio
import io
import json
import zipfile
from collections.abc import Awaitable
from typing import Any

import pytest

from aiflow import Config
from aiflow.storage.run_folder import RunRecord
from tests.imports.zips import make_zip
from tests.server.projects import Catalogue
from tests.workspace.refused import REFUSED, make_projects
from tests.workspace.transports import Answer, Messages, Opener, Rest, Transport

GUESS = "帮我写个猜数字游戏"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(9)
FOREVER = 'import time\nprint("开始", flush=True)\nwhile True:\n    time.sleep(0.05)\n'


@pytest.fixture
def config_values(config_values: dict[str, Any]) -> dict[str, Any]:
    limits = {"max_programs_per_user": 2, "max_runs": 2, "max_waiting_per_user": 1}
    return {**config_values, "server": limits}


# --- what is refused ------------------------------------------------------------------------------


async def test_what_is_refused(opened: Opener, catalogue: Catalogue) -> None:
    known = make_projects(catalogue)
    wrong = []
    async with opened() as transport:
        for kind, body, expected in REFUSED:
            asked = {
                name: known.get(value, value) if isinstance(value, str) else value
                for name, value in body.items()
            }
            answer = await transport.ask(kind, **asked)
            if (answer.status, answer.body.get("reason")) != expected or set(answer.body) != {
                "message",
                "reason",
                "retryable",
            }:
                wrong.append((kind, body, answer.status, answer.body))
    assert wrong == []


# --- what is answered -----------------------------------------------------------------------------


async def follow(transport: Transport, project_id: str, after: int = 0) -> list[dict[str, Any]]:
    """Read the events until the run has ended or waits, as a page does: short polls."""
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        while not events or statuses(events)[-1] not in {"paused", "completed", "failed", "cancelled"}:
            last = events[-1]["seq"] if events else after
            answer = await transport.ask("stream", project_id=project_id, after=last, follow=False)
            assert answer.status == 200, answer
            events += answer.events
            await asyncio.sleep(0.01)
    return events


def statuses(events: list[dict[str, Any]]) -> list[str]:
    return [event["status"] for event in events if event["event_type"] == "status"] or [""]


async def ok(answer: Awaitable[Answer]) -> Answer:
    found = await answer
    assert found.status == 200, found
    return found


async def test_a_life_from_the_request_to_the_deletion(opened: Opener) -> None:
    async with opened() as page:
        welcome = (await ok(page.ask("welcome"))).body
        assert set(welcome) == {"templates", "phases", "capabilities", "ask"}
        assert [phase["phase"] for phase in welcome["phases"]] == ["specify", "plan", "implement"]
        begun = (await ok(page.ask("generate", prompt=GUESS, pause_after=["specify"]))).body
        assert begun["status"] == "generating"
        project = {"project_id": begun["project_id"]}
        events = await follow(page, begun["project_id"])
        assert statuses(events)[-1] == "paused"
        spec = next(event["artifact"] for event in events if event["event_type"] == "artifact")
        answer = await ok(page.ask("continue", artifact=spec | {"title": "我的猜数字"}, **project))
        assert answer.body == {**project, "status": "generating"}
        events += await follow(page, begun["project_id"], events[-1]["seq"])
        assert statuses(events)[-1] == "completed"
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        last = await ok(page.ask("stream", after=events[-1]["seq"], follow=True, **project))
        assert last.events == []

        request = (await ok(page.ask("request", **project))).body
        assert (request["status"], request["spec"]["title"]) == ("completed", "我的猜数字")
        assert [phase["status"] for phase in request["phases"]] == ["completed"] * 3
        tree = (await ok(page.ask("tree", **project))).body
        assert {child["name"] for child in tree["root"]["children"]} >= {"main.py", "game.py", "spec.md"}

        opened_file = await ok(page.ask("file", path="main.py", **project))
        assert opened_file.body["content_type"] == "text/plain; charset=utf-8"
        stale = opened_file.body["etag"]
        saved = (await ok(page.ask("save", b"x = 1\n", path="main.py", etag=stale, **project))).body
        assert (saved["path"], saved["size_bytes"]) == ("main.py", 6)
        late = await page.ask("save", b"x = 2\n", path="main.py", etag=stale, **project)
        assert late.refusal == (412, "changed")
        too_large = await page.ask("save", b"x" * 1_100_000, path="main.py", **project)
        assert too_large.refusal == (413, "too_large")
        again = await ok(page.ask("file", path="main.py", **project))
        assert (again.data, again.body["etag"]) == (b"x = 1\n", saved["etag"])

        renamed = (await ok(page.ask("rename", title=" 数字 ", **project))).body
        assert renamed == {**project, "title": "数字", "label": None}
        labelled = (await ok(page.ask("rename", label="第一版", **project))).body
        assert labelled == {**project, "title": "数字", "label": "第一版"}
        (listed,) = (await ok(page.ask("projects"))).body["projects"]
        request = (await ok(page.ask("request", **project))).body
        assert (listed["label"], request["label"]) == ("第一版", "第一版")
        news = (await ok(page.ask("stream", after=events[-1]["seq"], follow=False, **project))).events
        assert [event["event_type"] for event in news] == ["saved", "checked", "named", "named"]
        assert [news[-1][name] for name in ("title", "label")] == ["数字", "第一版"]
        zipped = await ok(page.ask("download", **project))
        assert zipped.body["name"].startswith("数字_")
        assert any(name.endswith("/main.py") for name in zipfile.ZipFile(io.BytesIO(zipped.data)).namelist())
        assert (await ok(page.ask("delete", **project))).body == {}
        assert (await page.ask("request", **project)).refusal == (404, "not_found")


async def test_a_new_version_from_an_edited_specification(opened: Opener) -> None:
    async with opened() as page:
        first = (await ok(page.ask("generate", prompt=GUESS))).body["project_id"]
        events = await follow(page, first)
        spec = next(event["artifact"] for event in events if event["event_type"] == "artifact")
        revision = {"from_project": first, "from_phase": "plan", "artifact": spec | {"title": "新的"}}
        second = (await ok(page.ask("generate", **revision))).body["project_id"]
        assert statuses(await follow(page, second))[-1] == "completed"
        request = (await ok(page.ask("request", project_id=second))).body
        assert (request["parent_id"], request["title"]) == (first, "新的")
        differences = (await ok(page.ask("compare", project_id=first, to=second))).body
        assert (differences["from"], differences["to"]) == (first, second)
        assert {"path": "spec.md", "kind": "modified"}.items() <= next(
            one for one in differences["files"] if one["path"] == "spec.md"
        ).items()


async def test_an_imported_program_is_a_project(opened: Opener) -> None:
    archive = make_zip(
        {"玩具/main.py": "print('你好')\n", "玩具/venv/x.py": "x"}, names="gbk", contents="gbk"
    )
    async with opened() as transport:
        answer = await transport.ask("import", archive, names=["玩具.zip"])
        assert answer.status == 200, answer
        assert [one["path"] for one in answer.body["left_out"]] == ["玩具/venv/"]
        assert len(answer.body["notes"]) == 1
        project_id = answer.body["project_id"]
        listed = (await transport.ask("projects")).body["projects"]
        assert [(one["project_id"], one["title"], one["status"]) for one in listed] == [
            (project_id, "玩具", "completed")
        ]
        file = await transport.ask("file", project_id=project_id, path="main.py")
        assert file.data == "print('你好')\n".encode()
        assert (await transport.ask("download", project_id=project_id)).status == 200
        events = await follow(transport, project_id)
        assert [event["cause"] for event in events if event["event_type"] == "version"] == ["import"]


async def test_a_picture_and_what_the_list_tells(opened: Opener, catalogue: Catalogue) -> None:
    folder = catalogue.project({"main.py": "x = 1\n"}, title=None)
    folder.record.thumbnail_path.write_bytes(PNG)
    async with opened() as page:
        picture = await ok(page.ask("thumbnail", project_id=str(folder.project_id)))
        assert picture.data == PNG
        (listed,) = (await ok(page.ask("projects"))).body["projects"]
        assert (listed["has_thumbnail"], listed["size_bytes"], listed["file_count"]) == (True, 6, 1)
        # It never got a title, so the list shows its request.
        assert (listed["title"], listed["prompt"]) == ("帮我写个贪吃蛇", "帮我写个贪吃蛇")


async def test_an_interrupted_run_is_listed_as_failed_and_retried(
    opened: Opener, catalogue: Catalogue
) -> None:
    folder = catalogue.project(status="processing")
    project_id = str(folder.project_id)
    async with opened() as page:
        (listed,) = (await ok(page.ask("projects"))).body["projects"]
        assert (listed["status"], listed["request_status"]) == ("failed", "failed")
        assert (await ok(page.ask("request", project_id=project_id))).body["reason"] == "interrupted"
        last = (await ok(page.ask("stream", project_id=project_id, after=0, follow=False))).events[-1]["seq"]
        await ok(page.ask("retry", project_id=project_id))
        assert statuses(await follow(page, project_id, last))[-1] == "completed"


@pytest.mark.parametrize("kind", ["cancel", "delete"])
async def test_a_paused_run_whose_engine_is_gone_can_be_ended(
    opened: Opener, catalogue: Catalogue, kind: str
) -> None:
    folder = catalogue.project(status="paused")
    forget_engine(folder.record)
    async with opened() as page:
        await ok(page.ask(kind, project_id=str(folder.project_id)))
        if kind == "cancel":
            assert (await ok(page.ask("request", project_id=str(folder.project_id)))).body[
                "status"
            ] == "cancelled"
        else:
            assert (await ok(page.ask("projects"))).body["projects"] == []


def forget_engine(record: RunRecord) -> None:
    """Let the record name an engine that was uninstalled."""
    manifest = record.load()
    manifest.engine = "uninstalled"
    record.save(manifest)


async def test_one_of_six_savers_with_one_tag_wins(opened: Opener, catalogue: Catalogue) -> None:
    project = {"project_id": str(catalogue.project().project_id), "path": "main.py"}
    async with opened() as page:
        etag = (await ok(page.ask("file", **project))).body["etag"]
        saves = [page.ask("save", f"x = {n}\n".encode(), etag=etag, **project) for n in range(6)]
        answers = await asyncio.gather(*saves)
        assert sorted(answer.status for answer in answers) == [200] + [412] * 5
        (winner,) = (n for n, answer in enumerate(answers) if answer.status == 200)
        assert (await ok(page.ask("file", **project))).data == f"x = {winner}\n".encode()


async def test_a_person_has_so_many_programs_and_no_more(opened: Opener, catalogue: Catalogue) -> None:
    program = {
        "project_id": str(catalogue.project({"main.py": FOREVER}).project_id),
        "mode": "run",
        "args": [],
    }
    async with opened() as page:
        answers = await asyncio.gather(*(page.ask("program", **program) for _ in range(6)))
        started = [answer for answer in answers if answer.status == 200]
        assert [answer.body["type"] for answer in started] == ["started"] * 2
        assert [answer.refusal for answer in answers if answer.status != 200] == [
            (429, "too_many_programs")
        ] * 4


async def test_a_person_has_so_many_runs_in_the_queue_and_no_more(
    opened: Opener, home: Any, config_values: dict[str, Any]
) -> None:
    slow = {**config_values, "lessons": {"speed": 1}}
    (home / "config.json").write_text(json.dumps(slow), encoding="utf-8")
    async with opened() as page:
        begun = [(await ok(page.ask("generate", prompt=GUESS))).body["project_id"] for _ in range(3)]
        assert (await page.ask("generate", prompt=GUESS)).refusal == (429, "too_many_runs")
        assert (await page.ask("delete", project_id=begun[2])).refusal == (409, "conflict")
        for project_id in reversed(begun):
            assert (await ok(page.ask("cancel", project_id=project_id))).body["status"] == "failed"


async def test_both_tell_the_same(api: Any, home: Any, catalogue: Catalogue) -> None:
    """One folder, both transports: not only the same shape, the same answer."""
    known = make_projects(catalogue)
    rest, messages = Rest(api), Messages(Config.load())
    try:
        for kind, body in [
            ("welcome", {}),
            ("projects", {}),
            *(("request", {"project_id": known[name]}) for name in ("ENDED", "PAUSED", "BROKEN")),
            *(("tree", {"project_id": project_id}) for project_id in known.values()),
            ("file", {"project_id": known["ENDED"], "path": "src/a.py"}),
            ("compare", {"project_id": known["ENDED"], "to": known["TEXT"]}),
            ("versions", {"project_id": known["ENDED"]}),
            ("stream", {"project_id": known["ENDED"], "after": 0, "follow": True}),
        ]:
            answers = [await ok(transport.ask(kind, **body)) for transport in (rest, messages)]
            for answer in answers:
                answer.body.pop("generated_at", None)
            assert answers[0] == answers[1], kind
    finally:
        await messages.close()
