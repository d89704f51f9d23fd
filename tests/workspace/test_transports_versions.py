"""The calls that change versions, asked over both transports."""

from tests.workspace.test_transports import GUESS, follow, ok
from tests.workspace.transports import Opener


async def test_versions_of_one_program(opened: Opener) -> None:
    async with opened() as page:
        first = (await ok(page.ask("generate", prompt=GUESS))).body["project_id"]
        await follow(page, first)
        second = (await ok(page.ask("copy", project_id=first, label="试一试"))).body["project_id"]
        found = (await ok(page.ask("versions", project_id=second))).body
        assert found["family_id"] == first
        assert [(one["project_id"], one["cause"], one["label"]) for one in found["versions"]] == [
            (first, "generate", None),
            (second, "copy", "试一试"),
        ]
        assert (await ok(page.ask("compare", project_id=first, to=second))).body["files"] == []

        # The first version has a child: a person's edit of it is a version of its own.
        third = (await ok(page.ask("save", b"x = 1\n", project_id=first, path="main.py"))).body
        assert list(third) == ["project_id"]
        newest = {"project_id": third["project_id"]}
        assert (await ok(page.ask("file", path="main.py", **newest))).data == b"x = 1\n"
        same = (await ok(page.ask("save", b"x = 2\n", path="main.py", **newest))).body
        assert set(same) == {"path", "size_bytes", "etag"}
        applied = (await ok(page.ask("apply", from_project=first, path="main.py", **newest))).body
        assert (await ok(page.ask("compare", project_id=first, to=newest["project_id"]))).body["files"] == []
        undone = (await ok(page.ask("undo", undo=applied["undo"], **newest))).body
        assert undone == {"paths": ["main.py"]}
        assert (await ok(page.ask("file", path="main.py", **newest))).data == b"x = 2\n"
        assert (await ok(page.ask("versions", **newest))).body["edited"] == ["main.py"]
        restored = (await ok(page.ask("restore", **newest))).body
        assert (restored["project_id"], restored["paths"]) == (newest["project_id"], ["main.py"])
        assert (await ok(page.ask("file", path="main.py", **newest))).data == b"x = 1\n"
        assert (await ok(page.ask("versions", **newest))).body["edited"] == []
        assert (await ok(page.ask("remove", path="main.py", **newest))).body == {}
        fourth = (await ok(page.ask("remove", path="main.py", project_id=first))).body["project_id"]
        assert (await page.ask("file", path="main.py", project_id=fourth)).refusal == (404, "not_found")
        assert (await ok(page.ask("delete", project_id=first, family=True))).body == {}
        assert (await ok(page.ask("projects"))).body["projects"] == []
