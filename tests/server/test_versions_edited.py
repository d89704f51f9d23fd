"""A person changes versions: edits, parts of other versions, undo, restoring, labels and deletion."""

import json
from uuid import UUID

import pytest

from aiflow.storage.originals import ORIGINALS_NAME
from tests.server.test_versions import copied, generated, rows

MAIN = "main.py"


async def put(api, project_id: str, data: bytes, path: str = MAIN, **headers: str):
    return await api.ask("PUT", api.file(project_id, path), body=data, headers=headers)


async def post(api, project_id: str, call: str, status: int = 200, **body):
    answer = await api.post(f"api/projects/{project_id}/{call}", body)
    assert answer.code == status, answer.body
    return json.loads(answer.body)


async def read(api, project_id: str, path: str = MAIN) -> bytes:
    answer = await api.get(api.file(project_id, path))
    assert answer.code == 200, answer.body
    return answer.body


async def saved(api, project_id: str) -> list[tuple]:
    events = await api.events(project_id)
    return [(e["path"], e["kind"], e["by"]) for e in events if e["event_type"] == "saved"]


async def made_family(api) -> tuple[str, str]:
    """A generated version, and a copy of it."""
    first = await generated(api)
    return first, await copied(api, first)


class TestAVersionWithChildren:
    async def test_stays_as_it_is_when_a_file_is_saved(self, api):
        first, _ = await made_family(api)
        original = await read(api, first)
        answer = await put(api, first, b"x = 1\n")
        assert answer.code == 201
        third = json.loads(answer.body)["project_id"]
        assert json.loads(answer.body) == {"project_id": third}
        assert (await read(api, first), await read(api, third)) == (original, b"x = 1\n")
        row = (await rows(api, first))[-1]
        assert (row["project_id"], row["cause"], row["parent_id"]) == (third, "edit", first)
        assert [(one["path"], one["kind"], one["lines_added"]) for one in row["changes"]] == [
            (MAIN, "modified", 1)
        ]
        assert await saved(api, first) == []

    async def test_and_when_one_is_deleted(self, api):
        first, _ = await made_family(api)
        answer = await api.ask("DELETE", api.file(first, MAIN))
        assert answer.code == 201
        third = json.loads(answer.body)["project_id"]
        assert (await api.get(api.file(third, MAIN))).code == 404
        assert (await api.get(api.file(first, MAIN))).code == 200
        assert (await rows(api, first))[-1]["changes"][0]["kind"] == "deleted"

    async def test_takes_no_new_version_for_the_same_bytes_or_a_stale_condition(self, api, refusal):
        first, _ = await made_family(api)
        answer = await put(api, first, await read(api, first))
        assert (answer.code, json.loads(answer.body)["path"]) == (200, MAIN)
        refusal(await put(api, first, b"x", **{"If-Match": '"0"'}), 412, "changed")
        refusal(await put(api, first, b"x", "a/../b"), 400, "unsafe_path")
        assert len(await rows(api, first)) == 2

    async def test_restores_in_a_version_of_its_own(self, api):
        first, second = await made_family(api)
        await put(api, second, b"x = 1\n")
        await copied(api, second)
        original = await read(api, first)
        restored = await post(api, second, "restore")
        assert restored["paths"] == [MAIN]
        assert restored["project_id"] not in {first, second}
        assert (await read(api, second), await read(api, restored["project_id"])) == (b"x = 1\n", original)

    async def test_takes_nothing_from_others(self, api, refusal):
        first, second = await made_family(api)
        await put(api, second, b"x = 1\n")
        answer = await api.post(f"api/projects/{first}/apply", {"from_project": second, "path": MAIN})
        refusal(answer, 409, "has_children")

    async def test_is_not_done_again(self, api, catalogue, refusal):
        failed = catalogue.project(status="failed")
        await copied(api, str(failed.project_id))
        refusal(await api.post(f"api/projects/{failed.project_id}/retry"), 409, "conflict")


class TestApplying:
    async def test_a_file_and_its_undo(self, api):
        first, second = await made_family(api)
        mine = b"print('meins')\n"
        await put(api, second, mine)
        applied = await post(api, second, "apply", from_project=first, path=MAIN)
        assert await read(api, second) == await read(api, first)
        assert (await api.json(f"api/projects/{second}/request"))["undo"] == [applied["undo"]]
        assert await post(api, second, "undo", undo=applied["undo"]) == {"paths": [MAIN]}
        assert await read(api, second) == mine
        assert await saved(api, second) == [(MAIN, "modified", "person")] * 3
        answer = await api.post(f"api/projects/{second}/undo", {"undo": applied["undo"]})
        assert answer.code == 404

    async def test_a_file_that_only_the_other_one_has_or_lacks(self, api):
        first, second = await made_family(api)
        third = await copied(api, second)
        await put(api, third, b"neu\n", "neu.txt")
        added = await post(api, second, "restore")
        assert added["paths"] == []
        await post(api, third, "apply", from_project=first, path="neu.txt")
        assert (await api.get(api.file(third, "neu.txt"))).code == 404

    async def test_one_hunk_after_another(self, api):
        first, second = await made_family(api)
        lines = [f"{n} = {n}" for n in range(40)]
        third = await copied(api, first)
        for version, text in ((second, lines), (third, ["neu", *lines[:30], "anders", *lines[31:]])):
            await put(api, version, "\n".join(text).encode() + b"\n", "liste.txt")
        found = await api.json(f"api/projects/{third}/compare?to={second}")
        (difference,) = found["files"]
        assert len(difference["hunks"]) == 2
        for hunk in difference["hunks"]:
            await post(api, third, "apply", from_project=second, path="liste.txt", hunk=hunk)
        assert (await api.json(f"api/projects/{third}/compare?to={second}"))["files"] == []

    async def test_a_hunk_that_does_not_fit_any_more(self, api, refusal):
        first, second = await made_family(api)
        await put(api, second, b"a\nb\nc\n")
        third = await copied(api, first)
        await put(api, third, b"a\nX\nc\n")
        hunk = (await api.json(f"api/projects/{third}/compare?to={second}"))["files"][0]["hunks"][0]
        await put(api, third, b"ganz anders\n")
        body = {"from_project": second, "path": MAIN, "hunk": hunk}
        refusal(await api.post(f"api/projects/{third}/apply", body), 409, "changed")
        assert await read(api, third) == b"ganz anders\n"

    async def test_an_undo_never_takes_a_later_edit_away(self, api, refusal):
        first, second = await made_family(api)
        await put(api, second, b"mine\n")
        applied = await post(api, second, "apply", from_project=first, path=MAIN)
        await put(api, second, b"later\n")
        refusal(await api.post(f"api/projects/{second}/undo", {"undo": applied["undo"]}), 412, "changed")
        assert await read(api, second) == b"later\n"


class TestRestoring:
    async def test_one_file_or_all(self, api):
        first = await generated(api)
        generated_bytes = {path: await read(api, first, path) for path in (MAIN, "game.py")}
        for path in generated_bytes:
            await put(api, first, b"kaputt(\n", path)
        await put(api, first, b"meins\n", "notizen.txt")
        one = await post(api, first, "restore", path=MAIN)
        assert (one["paths"], await read(api, first)) == ([MAIN], generated_bytes[MAIN])
        await api.ask("DELETE", api.file(first, MAIN))
        rest = await post(api, first, "restore")
        assert rest["paths"] == ["game.py", MAIN]
        assert {path: await read(api, first, path) for path in generated_bytes} == generated_bytes
        assert await read(api, first, "notizen.txt") == b"meins\n"
        assert await post(api, first, "undo", undo=rest["undo"]) == {"paths": ["game.py", MAIN]}
        assert await read(api, first, "game.py") == b"kaputt(\n"
        assert (await api.get(api.file(first, MAIN))).code == 404

    async def test_undoes_what_an_editor_or_the_program_did(self, api, home, catalogue):
        first = await generated(api)
        original = await read(api, first)
        (catalogue.store.find(UUID(first)).root / MAIN).write_bytes(b"outside\n")
        assert (await post(api, first, "restore"))["paths"] == [MAIN]
        assert await read(api, first) == original

    async def test_what_was_not_kept_is_refused(self, api, catalogue, refusal):
        first = await generated(api)
        refusal(await api.post(f"api/projects/{first}/restore", {"path": "no.py"}), 404, "no_original")
        (catalogue.store.record(UUID(first)).folder / ORIGINALS_NAME).write_bytes(b"PK no zip")
        refusal(await api.post(f"api/projects/{first}/restore", {}), 404, "no_original")


class TestDeleting:
    async def test_a_parent_leaves_its_children_whole(self, api):
        first, second = await made_family(api)
        before = await read(api, second)
        assert (await api.ask("DELETE", f"api/projects/{first}")).code == 204
        assert await read(api, second) == before
        (row,) = await rows(api, second)
        assert (row["version"], row["parent_id"]) == (2, first)
        assert (await put(api, second, b"x = 1\n")).code == 200

    async def test_a_family(self, api):
        _, second = await made_family(api)
        other = await generated(api)
        assert (await api.ask("DELETE", f"api/projects/{second}?family=true")).code == 204
        listed = (await api.json("api/projects"))["projects"]
        assert [one["project_id"] for one in listed] == [other]

    async def test_a_family_with_a_run_at_work_is_refused_whole(self, api, catalogue, refusal):
        first, second = await made_family(api)
        record = catalogue.store.record(UUID(second))
        record.acquire()
        try:
            refusal(await api.ask("DELETE", f"api/projects/{first}?family=true"), 409, "conflict")
            refusal(await api.ask("DELETE", f"api/projects/{first}"), 409, "conflict")
        finally:
            record.release()
        assert len(await rows(api, first)) == 2


class TestLimits:
    @pytest.fixture
    def config_values(self, config_values: dict) -> dict:
        return {**config_values, "run": {"durability": "none", "max_versions": 3}}

    async def test_the_oldest_unlabelled_leaf_goes_and_the_person_is_told(self, api):
        first, second = await made_family(api)
        third = await copied(api, first, label="behalten")
        await copied(api, first)
        left = [row["project_id"] for row in await rows(api, first)]
        assert (first in left, second in left, third in left) == (True, False, True)
        events = await api.events(left[-1])
        told = [event for event in events if event.get("reason") == "pruned" or event.get("rule") == "pruned"]
        assert [event["event_type"] for event in told] == ["status", "diagnostic"]
        assert all("版本 2" in event["message"] for event in told)

    async def test_a_chain_and_labelled_versions_stay(self, api):
        first, second = await made_family(api)
        chain = [first, second]
        for _ in range(3):
            chain.append(await copied(api, chain[-1]))
        assert [row["project_id"] for row in await rows(api, first)] == chain
        rules = [event.get("rule") for event in await api.events(chain[-1])]
        assert "too_many_versions" in rules
        assert "pruned" not in rules
