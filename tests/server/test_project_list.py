"""The list of projects: summary, picture, title, and the difference of two projects."""

import json
import shutil
from uuid import uuid4

import pytest

from tests.server.projects import CREATED

UNKNOWN = "3f2a9c1e-0000-4000-8000-000000000000"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


async def listed(api):
    return (await api.json("api/projects"))["projects"]


def give_picture(folder, data=PNG):
    folder.record.thumbnail_path.write_bytes(data)


class TestSize:
    async def test_of_a_project_that_was_made_before_sizes_were_counted(self, api, catalogue):
        catalogue.project({"main.py": "x = 1\n", "图/a.bin": bytes(1000)})
        assert [one["size_bytes"] for one in await listed(api)] == [1006]

    async def test_of_a_run(self, api, catalogue):
        project_id = await api.generate()
        await api.events(project_id)
        (one,) = await listed(api)
        manifest = catalogue.store.record(one["project_id"]).load()
        assert one["size_bytes"] == manifest.size_bytes > 0
        sizes = catalogue.store.find(manifest.project_id).sizes()
        assert manifest.size_bytes == sum(sizes.values())

    async def test_after_an_edit(self, api, catalogue):
        folder = catalogue.project({"main.py": "x = 1\n"})
        await listed(api)
        await api.ask("PUT", api.file(folder.project_id, "main.py"), body="x = 12345\n")
        assert [one["size_bytes"] for one in await listed(api)] == [10]

    async def test_while_it_is_generated_and_without_a_record(self, api, catalogue):
        busy = catalogue.project({"main.py": "x = 1\n"}, status="paused")
        manifest = busy.record.load()
        manifest.size_bytes = 1
        busy.record.save(manifest)
        bare = catalogue.project({"main.py": "y = 22\n"})
        shutil.rmtree(bare.record.folder)
        assert sorted(one["size_bytes"] for one in await listed(api)) == [6, 7]

    async def test_is_not_counted_again_for_what_did_not_change(self, api, catalogue, monkeypatch):
        for _ in range(3):
            folder = catalogue.project()
        await listed(api)

        def refuse(_folder):
            raise AssertionError("walked")

        monkeypatch.setattr(type(folder), "sizes", refuse)
        assert len(await listed(api)) == 3


class TestThumbnail:
    async def test_is_served_as_a_picture_and_nothing_else(self, api, catalogue):
        folder = catalogue.project()
        give_picture(folder)
        answer = await api.get(f"api/projects/{folder.project_id}/thumbnail")
        assert (answer.code, answer.body) == (200, PNG)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        head = await api.ask("HEAD", f"api/projects/{folder.project_id}/thumbnail")
        assert (head.code, head.headers["ETag"]) == (200, answer.headers["ETag"])

    async def test_is_sent_again_only_when_it_changed(self, api, catalogue):
        folder = catalogue.project()
        give_picture(folder)
        url = f"api/projects/{folder.project_id}/thumbnail"
        etag = (await api.get(url)).headers["ETag"]
        same = await api.get(url, headers={"If-None-Match": etag})
        assert (same.code, same.body) == (304, b"")
        give_picture(folder, PNG + b"1")
        assert (await api.get(url, headers={"If-None-Match": etag})).code == 200

    async def test_the_list_says_whether_there_is_one(self, api, catalogue):
        one, other = catalogue.project(), catalogue.project()
        give_picture(one)
        has = {found["project_id"]: found["has_thumbnail"] for found in await listed(api)}
        assert has == {str(one.project_id): True, str(other.project_id): False}

    @pytest.mark.parametrize(
        "data", [None, b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0", PNG + bytes(8_000_001)]
    )
    async def test_what_is_no_picture_is_none(self, api, catalogue, refusal, data):
        folder = catalogue.project()
        if data is not None:
            give_picture(folder, data)
        refusal(await api.get(f"api/projects/{folder.project_id}/thumbnail"), 404, "no_thumbnail")

    async def test_a_link_is_not_followed(self, api, catalogue, refusal, tmp_path):
        outside = tmp_path / "x.png"
        outside.write_bytes(PNG)
        folder = catalogue.project()
        folder.record.thumbnail_path.symlink_to(outside)
        refusal(await api.get(f"api/projects/{folder.project_id}/thumbnail"), 404, "no_thumbnail")

    async def test_of_no_project(self, api, refusal):
        for name in (UNKNOWN, "x", "..%2f.."):
            refusal(await api.get(f"api/projects/{name}/thumbnail"), 404, "not_found")


class TestTitle:
    async def rename(self, api, project_id, title):
        return await api.ask("PATCH", f"api/projects/{project_id}", body={"title": title})

    async def test_belongs_to_the_project(self, api, catalogue):
        folder = catalogue.project(title="贪吃蛇")
        assert [one["title"] for one in await listed(api)] == ["贪吃蛇"]
        answer = await self.rename(api, folder.project_id, "  我的蛇 🐍  ")
        assert json.loads(answer.body) == {
            "project_id": str(folder.project_id),
            "title": "我的蛇 🐍",
            "label": None,
        }
        assert [one["title"] for one in await listed(api)] == ["我的蛇 🐍"]
        assert (await api.json(f"api/projects/{folder.project_id}/request"))["title"] == "我的蛇 🐍"
        zipped = await api.get(f"api/projects/{folder.project_id}/download")
        assert "%E6%88%91%E7%9A%84%E8%9B%87" in zipped.headers["Content-Disposition"]

    async def test_outlives_what_the_run_writes_of_itself(self, api, catalogue):
        project_id = await api.generate(pause_after=["specify"])
        while (await listed(api))[0]["request_status"] != "paused":
            await api.events(project_id, follow=False)
        assert (await self.rename(api, project_id, "我起的名字")).code == 200
        await api.post(f"api/projects/{project_id}/continue")
        await api.events(project_id)
        (one,) = await listed(api)
        assert (one["title"], one["status"]) == ("我起的名字", "completed")

    async def test_of_a_project_without_record(self, api, catalogue):
        folder = catalogue.project()
        shutil.rmtree(folder.record.folder)
        (one,) = await listed(api)
        assert (await self.rename(api, one["project_id"], "老项目")).code == 200
        (again,) = await listed(api)
        assert (again["title"], again["project_id"], again["has_record"]) == (
            "老项目",
            one["project_id"],
            False,
        )

    @pytest.mark.parametrize(
        "title", ["x", "长" * 100, "a" * 100, "<script>alert(1)</script>", "👨‍👩‍👧", "../../etc"]
    )
    async def test_may_be_any_line_of_a_hundred_characters(self, api, catalogue, title):
        folder = catalogue.project()
        assert (await self.rename(api, folder.project_id, title)).code == 200
        assert [one["title"] for one in await listed(api)] == [title]
        assert (await api.get(f"api/projects/{folder.project_id}/download")).code == 200

    @pytest.mark.parametrize(
        "title",
        ["", "   ", "长" * 101, "a\nb", "a\x00b", "\u202eabc", "\ud800", 7, None, ["x"], {"a": 1}, True],
    )
    async def test_is_refused_otherwise_and_stays(self, api, catalogue, refusal, title):
        folder = catalogue.project(title="贪吃蛇")
        refusal(await self.rename(api, folder.project_id, title), 400, "invalid_input")
        assert [one["title"] for one in await listed(api)] == ["贪吃蛇"]

    async def test_a_body_that_is_none(self, api, catalogue, refusal):
        url = f"api/projects/{catalogue.project().project_id}"
        refusal(await api.ask("PATCH", url, body=b"{"), 400, "invalid_json")
        refusal(await api.ask("PATCH", url, body={"name": "x"}), 400, "invalid_input")
        refusal(await api.ask("PATCH", url), 400, "invalid_input")
        refusal(await api.ask("PATCH", url, body={"title": "x" * 70_000}), 413, "too_large")
        refusal(await self.rename(api, UNKNOWN, "x"), 404, "not_found")

    async def test_a_label_belongs_to_the_version_and_leaves_the_title(self, api, catalogue, refusal):
        folder = catalogue.project(title="贪吃蛇")
        url = f"api/projects/{folder.project_id}"
        for label, kept in (("  能玩了 ", "能玩了"), ("长" * 40, "长" * 40), ("", None)):
            answer = await api.ask("PATCH", url, body={"label": label})
            assert json.loads(answer.body) == {
                "project_id": str(folder.project_id),
                "title": "贪吃蛇",
                "label": kept,
            }
            assert [(one["title"], one["label"]) for one in await listed(api)] == [("贪吃蛇", kept)]
            assert (await api.json(f"{url}/request"))["label"] == kept
        for wrong in ("长" * 41, "a\nb", "\u202eabc", 7, ["x"]):
            refusal(await api.ask("PATCH", url, body={"label": wrong}), 400, "invalid_input")

    async def test_names_given_during_a_run_are_events_of_it(self, api, catalogue):
        project_id = await api.generate(pause_after=["specify"])
        url = f"api/projects/{project_id}"
        while (await listed(api))[0]["request_status"] != "paused":
            await api.events(project_id, follow=False)
        assert (await api.ask("PATCH", url, body={"label": "第一版"})).code == 200
        assert [one["label"] for one in await listed(api)] == ["第一版"]
        assert (await api.ask("PATCH", url, body={"title": "蛇"})).code == 200
        await api.post(f"{url}/continue")
        events = await api.events(project_id)
        named = [event for event in events if event["event_type"] == "named"]
        assert [(event["title"], event["label"]) for event in named] == [("蛇", "第一版")]
        assert [(one["title"], one["label"]) for one in await listed(api)] == [("蛇", "第一版")]

    async def test_what_somebody_else_wrote_there_is_none(self, api, catalogue):
        folder = catalogue.project(title="贪吃蛇")
        (folder.record.folder / "title.txt").write_bytes(b"\xff\xfe\n\n")
        assert [one["title"] for one in await listed(api)] == ["贪吃蛇"]


class TestComparison:
    async def test_says_what_was_added_removed_and_changed(self, api, catalogue):
        before = catalogue.project(
            {"main.py": "a = 1\n", "old.py": "x\n", "same.py": "s\n", "面/同长.txt": "一"}
        )
        after = catalogue.project(
            {"main.py": "a = 22\n", "new.py": "", "same.py": "s\n", "面/同长.txt": "二"}
        )
        found = await api.json(f"api/projects/{before.project_id}/compare?to={after.project_id}")
        assert (found["from"], found["to"]) == (str(before.project_id), str(after.project_id))
        shown = [
            (one["path"], one["kind"], one["lines_added"], one["lines_removed"]) for one in found["files"]
        ]
        assert shown == [
            ("main.py", "modified", 1, 1),
            ("new.py", "added", 0, 0),
            ("old.py", "deleted", 0, 1),
            ("面/同长.txt", "modified", 1, 1),
        ]
        assert [hunk["lines"] for hunk in found["files"][0]["hunks"]] == [["-a = 1", "+a = 22"]]
        alike = await api.json(f"api/projects/{before.project_id}/compare?to={before.project_id}")
        assert alike["files"] == []

    async def test_reads_large_files_piece_by_piece(self, api, catalogue):
        data = bytes(300_000)
        before = catalogue.project({"a.bin": data, "b.bin": data})
        after = catalogue.project({"a.bin": data, "b.bin": data[:-1] + b"1"})
        found = await api.json(f"api/projects/{before.project_id}/compare?to={after.project_id}")
        assert [(one["path"], one["binary"], one["hunks"]) for one in found["files"]] == [("b.bin", True, [])]

    async def test_follows_no_link(self, api, catalogue, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("x", encoding="utf-8")
        before, after = catalogue.project({}), catalogue.project({})
        (after.root / "link.txt").symlink_to(secret)
        found = await api.json(f"api/projects/{before.project_id}/compare?to={after.project_id}")
        assert found["files"] == []

    async def test_needs_two_that_are_there(self, api, catalogue, refusal):
        folder = catalogue.project(created_at=CREATED)
        url = f"api/projects/{folder.project_id}/compare"
        refusal(await api.get(url), 400, "invalid_input")
        for other in (UNKNOWN, "x", "..%2f..", str(uuid4())):
            refusal(await api.get(f"{url}?to={other}"), 404, "not_found")
        refusal(await api.get(f"api/projects/{UNKNOWN}/compare?to={folder.project_id}"), 404, "not_found")
        gone = catalogue.project()
        shutil.rmtree(gone.root)
        refusal(await api.get(f"{url}?to={gone.project_id}"), 404, "not_found")
