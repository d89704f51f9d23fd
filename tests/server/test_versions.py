"""Versions over REST: the list of a family, copies, and what one must not lose."""

import json
from uuid import uuid4

from aiflow.model.status import RequestStatus
from tests.server.projects import status_event, with_journal

GUESS = "帮我写个猜数字游戏"


async def generated(api) -> str:
    """The id of a finished project, made by the lessons."""
    project_id = await api.generate(GUESS)
    await api.events(project_id)
    return project_id


async def copied(api, project_id: str, **body: str) -> str:
    answer = await api.ask("POST", f"api/projects/{project_id}/copy", body=body)
    assert answer.code == 201, answer.body
    return json.loads(answer.body)["project_id"]


async def rows(api, project_id: str) -> list[dict]:
    return (await api.json(f"api/projects/{project_id}/versions"))["versions"]


class TestTheList:
    async def test_of_one_version(self, api):
        project_id = await generated(api)
        found = await api.json(f"api/projects/{project_id}/versions")
        assert found["family_id"] == project_id
        (row,) = found["versions"]
        expected = {
            "project_id": project_id, "version": 1, "parent_id": None, "cause": "generate", "request": GUESS,
            "label": None, "status": "completed", "request_status": "completed", "changes": [], "tests": None,
            "thumbnail": False,
        }  # fmt: skip
        assert {name: row[name] for name in expected} == expected
        assert set(row) == set(expected) | {"created_at", "file_count"}
        assert row["file_count"] > 2

    async def test_is_the_same_whichever_version_is_asked(self, api):
        first = await generated(api)
        second = await copied(api, first, label="试一试")
        third = await copied(api, first)
        expected = [(first, 1, None), (second, 2, first), (third, 3, first)]
        for project_id in (first, second, third):
            found = await rows(api, project_id)
            assert [(one["project_id"], one["version"], one["parent_id"]) for one in found] == expected
        assert [one["label"] for one in found] == [None, "试一试", None]

    async def test_leaves_a_deleted_version_out_and_its_children_in(self, api):
        first = await generated(api)
        second = await copied(api, first)
        third = await copied(api, second)
        assert (await api.ask("DELETE", f"api/projects/{second}")).code == 204
        found = await rows(api, third)
        assert [(one["project_id"], one["parent_id"]) for one in found] == [(first, None), (third, second)]

    async def test_counts_in_the_list_of_projects(self, api):
        first = await generated(api)
        other = await generated(api)
        second = await copied(api, first)
        listed = (await api.json("api/projects"))["projects"]
        assert {one["project_id"]: (one["family_id"], one["version"], one["versions"]) for one in listed} == {
            first: (first, 1, 2),
            second: (first, 2, 2),
            other: (other, 1, 1),
        }

    async def test_of_a_project_of_version_0_1(self, api, catalogue):
        folder = catalogue.project()
        (row,) = await rows(api, str(folder.project_id))
        assert (row["version"], row["parent_id"], row["cause"]) == (1, None, "generate")


class TestACopy:
    async def test_has_the_files_as_they_are_now(self, api):
        first = await generated(api)
        await api.ask("PUT", f"api/projects/{first}/files/main.py", body=b"print('meins')\n")
        second = await copied(api, first)
        found = await api.json(f"api/projects/{first}/compare?to={second}")
        assert found["files"] == []
        request = await api.json(f"api/projects/{second}/request")
        assert (request["status"], request["cause"], request["version"]) == ("completed", "copy", 2)
        assert [phase["status"] for phase in request["phases"]] == ["completed"] * 3
        assert request["spec"] == (await api.json(f"api/projects/{first}/request"))["spec"]
        assert request["project"]["project_name"] != request["id"]
        assert (await api.get(f"api/projects/{second}/download")).code == 200

    async def test_is_a_run_in_its_journal(self, api):
        first = await generated(api)
        second = await copied(api, first)
        events = await api.events(second)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        (version,) = [event for event in events if event["event_type"] == "version"]
        assert (version["cause"], version["parent_id"], version["request"]) == ("copy", first, GUESS)
        assert events[0]["event_type"] == "status"
        assert events[1] == version
        assert events[-1]["status"] == "completed"

    async def test_keeps_a_person_s_title(self, api):
        first = await generated(api)
        await api.ask("PATCH", f"api/projects/{first}", body={"title": "我的数字"})
        second = await copied(api, first)
        listed = (await api.json("api/projects"))["projects"]
        assert [one["title"] for one in listed if one["project_id"] == second] == ["我的数字"]

    async def test_is_refused_while_it_is_made(self, api, refusal, catalogue):
        folder = catalogue.project(status="paused")
        refusal(await api.ask("POST", f"api/projects/{folder.project_id}/copy"), 409, "conflict")
        refusal(await api.ask("POST", f"api/projects/{uuid4()}/copy"), 404, "not_found")
        ended = catalogue.project()
        url = f"api/projects/{ended.project_id}/copy"
        refusal(await api.ask("POST", url, body={"label": "x" * 41}), 400, "invalid_input")
        refusal(await api.ask("POST", url, body={"name": "x"}), 400, "invalid_input")
        assert len((await api.json("api/projects"))["projects"]) == 2

    async def test_of_a_failed_version_is_allowed(self, api, catalogue):
        folder = catalogue.project({"main.py": "def f(:\n"}, status="failed", validated=False)
        second = await copied(api, str(folder.project_id))
        assert (await api.json(f"api/projects/{folder.project_id}/compare?to={second}"))["files"] == []

    async def test_that_was_interrupted_is_removed(self, api, catalogue):
        folder = catalogue.project()
        second = await copied(api, str(folder.project_id))
        record = catalogue.store.record(second)
        manifest = record.load()
        manifest.status = RequestStatus.PROCESSING
        record.journal_path.unlink()
        with_journal(record, manifest.project_id, [status_event("pending"), status_event("processing")])
        record.save(manifest)
        assert [one["project_id"] for one in await rows(api, str(folder.project_id))] == [
            str(folder.project_id)
        ]
        assert not record.folder.exists()
