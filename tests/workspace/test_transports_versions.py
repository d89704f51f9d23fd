"""The calls that change versions, asked over both transports."""

import io
import zipfile

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


async def test_the_code_of_features_and_the_origin_of_lines(opened: Opener) -> None:
    test = b"from main import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
    program = b"def add(first, second):\n    return first + second\n\n\nprint(add(1, 2))\n"
    spec = "# 加法\n\n## 功能\n\n- 把两个数加起来\n- 画一只恐龙\n".encode()
    with io.BytesIO() as memory:
        with zipfile.ZipFile(memory, "w") as archive:
            for path, data in {"main.py": program, "tests/test_f1.py": test, "spec.md": spec}.items():
                archive.writestr(path, data)
        sent = memory.getvalue()
    async with opened() as page:
        project = (await ok(page.ask("import", sent, names=["adding.zip"]))).body["project_id"]
        found = (await ok(page.ask("trace", project_id=project))).body
        assert found["ran"]
        added, drawn = found["features"]
        assert (added["id"], added["status"], added["tests"]) == (
            "F1",
            "linked",
            ["tests/test_f1.py::test_add"],
        )
        assert added["definitions"] == [
            {"path": "main.py", "name": "add", "first_line": 1, "last_line": 2, "evidence": ["run"]}
        ]
        assert added["lines"] == {"main.py": [[2, 2]]}
        assert (drawn["status"], drawn["definitions"]) == ("missing", [])
        assert [(one["last_line"], one["cause"]) for one in found["origins"]["main.py"]] == [(5, "import")]

        await ok(page.ask("save", b"# F2\n" + program, project_id=project, path="main.py"))
        found = (await ok(page.ask("trace", project_id=project))).body
        assert found["features"][1]["definitions"][0]["evidence"] == ["mark"]
        assert [(one["first_line"], one["cause"]) for one in found["origins"]["main.py"]] == [
            (1, "person"),
            (2, "import"),
        ]
