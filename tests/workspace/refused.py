"""Calls that are refused over every transport: the kind, the body, and the status with its reason.

A name in capitals stands for the id of a project that ``make_projects`` makes.
"""

from typing import Any

from tests.server.projects import Catalogue

GUESS = "帮我写个猜数字游戏"
UNKNOWN = "3f2a9c1e-0000-4000-8000-000000000000"

REFUSED: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
    ("generate", {}, (400, "invalid_input")),
    ("generate", {"prompt": 7}, (400, "invalid_input")),
    ("generate", {"prompt": " \n"}, (400, "invalid_input")),
    ("generate", {"prompt": "x" * 1001}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "colour": "red"}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "template": "no_such_lesson"}, (400, "unknown_template")),
    ("generate", {"prompt": GUESS, "template": 7}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "engine": "no_such_engine"}, (400, "unknown_engine")),
    ("generate", {"prompt": GUESS, "pause_after": "specify"}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "pause_after": ["implement"]}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "pause_after": [7]}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "from_phase": "plan"}, (400, "invalid_input")),
    ("generate", {"prompt": GUESS, "artifact": {}}, (400, "invalid_input")),
    ("generate", {"from_project": UNKNOWN}, (400, "invalid_input")),
    ("generate", {"from_project": 7, "from_phase": "plan"}, (400, "invalid_input")),
    ("generate", {"from_project": UNKNOWN, "from_phase": "plan", "prompt": GUESS}, (400, "invalid_input")),
    ("generate", {"from_project": UNKNOWN, "from_phase": "plan", "artifact": 7}, (400, "invalid_input")),
    ("generate", {"from_project": UNKNOWN, "from_phase": "plan"}, (404, "not_found")),
    ("generate", {"from_project": "../../etc", "from_phase": "plan"}, (404, "not_found")),
    ("generate", {"from_project": "ENDED", "from_phase": "fly"}, (400, "invalid_input")),
    ("generate", {"from_project": "ENDED", "from_phase": "plan"}, (409, "conflict")),
    ("import", {"names": ["x.zip"]}, (400, "bad_archive")),
    *(
        (kind, {"project_id": project_id, **body}, (404, "not_found"))
        for project_id in (UNKNOWN, "7", "3F2A9C1E00004000800000000000000")
        for kind, body in (
            ("stream", {"after": 0, "follow": False}),
            ("request", {}),
            ("tree", {}),
            ("file", {"path": "main.py"}),
            ("save", {"path": "main.py"}),
            ("download", {}),
            ("thumbnail", {}),
            ("rename", {"title": "x"}),
            ("compare", {"to": "ENDED"}),
            ("change", {"prompt": "改"}),
            ("versions", {}),
            ("trace", {}),
            ("copy", {}),
            ("apply", {"from_project": "ENDED", "path": "main.py"}),
            ("undo", {"undo": "00"}),
            ("restore", {}),
            ("remove", {"path": "main.py"}),
            ("retry", {}),
            ("cancel", {}),
            ("continue", {}),
            ("questions", {"gate": "specify"}),
            ("answers", {"question_id": "specify.speed", "value": None}),
            ("delete", {}),
            ("program", {"mode": "run", "args": []}),
        )
    ),
    ("apply", {"project_id": "ENDED", "from_project": UNKNOWN, "path": "main.py"}, (404, "not_found")),
    ("apply", {"project_id": "ENDED", "from_project": "ENDED"}, (400, "invalid_input")),
    ("apply", {"project_id": "ENDED", "from_project": "ENDED", "path": "../x"}, (400, "unsafe_path")),
    (
        "apply",
        {"project_id": "ENDED", "from_project": "ENDED", "path": "src/a.py", "hunk": {"lines": 7}},
        (400, "invalid_input"),
    ),
    ("apply", {"project_id": "ENDED", "from_project": "ENDED", "path": "src/a.py"}, (409, "unchanged")),
    ("apply", {"project_id": "ENDED", "from_project": "TEXT", "path": "src/a.py"}, (409, "other_family")),
    ("undo", {"project_id": "ENDED"}, (400, "invalid_input")),
    ("undo", {"project_id": "ENDED", "undo": "../../manifest"}, (404, "no_undo")),
    ("restore", {"project_id": "ENDED"}, (404, "no_original")),
    ("delete", {"project_id": "ENDED", "family": "perhaps"}, (400, "invalid_input")),
    ("copy", {"project_id": "PAUSED"}, (409, "conflict")),
    ("stream", {"project_id": "ENDED", "after": -1, "follow": False}, (400, "invalid_input")),
    ("file", {"project_id": "ENDED", "path": "no.py"}, (404, "not_found")),
    ("file", {"project_id": "ENDED", "path": "src"}, (400, "unsafe_path")),
    ("file", {"project_id": "ENDED", "path": "../x"}, (400, "unsafe_path")),
    ("file", {"project_id": "ENDED", "path": "C:/x"}, (400, "unsafe_path")),
    ("save", {"project_id": "ENDED", "path": "con"}, (400, "unsafe_path")),
    ("save", {"project_id": "ENDED", "path": "MAIN.PY"}, (400, "unsafe_path")),
    ("save", {"project_id": "ENDED", "path": "main.py", "etag": '"other"'}, (412, "changed")),
    ("save", {"project_id": "ENDED", "path": "no.py", "etag": '"other"'}, (412, "changed")),
    ("rename", {"project_id": "ENDED"}, (400, "invalid_input")),
    ("rename", {"project_id": "ENDED", "title": 7}, (400, "invalid_input")),
    ("rename", {"project_id": "ENDED", "title": "长" * 101}, (400, "invalid_input")),
    ("rename", {"project_id": "ENDED", "label": 7}, (400, "invalid_input")),
    ("rename", {"project_id": "ENDED", "label": "长" * 41}, (400, "invalid_input")),
    ("rename", {"project_id": "ENDED", "title": "x", "colour": "red"}, (400, "invalid_input")),
    ("compare", {"project_id": "ENDED", "to": None}, (400, "invalid_input")),
    ("compare", {"project_id": "ENDED", "to": UNKNOWN}, (404, "not_found")),
    ("compare", {"project_id": "ENDED", "to": "7"}, (404, "not_found")),
    ("thumbnail", {"project_id": "ENDED"}, (404, "no_thumbnail")),
    ("change", {"project_id": "ENDED"}, (400, "invalid_input")),
    ("change", {"project_id": "ENDED", "prompt": 7}, (400, "invalid_input")),
    ("change", {"project_id": "ENDED", "prompt": " "}, (400, "invalid_input")),
    ("change", {"project_id": "ENDED", "prompt": "改", "template": "snake"}, (400, "invalid_input")),
    ("change", {"project_id": "ENDED", "prompt": "改", "pause_after": ["fly"]}, (400, "invalid_input")),
    ("change", {"project_id": "ENDED", "prompt": "改", "engine": "no_such_engine"}, (400, "unknown_engine")),
    ("change", {"project_id": "PAUSED", "prompt": "改"}, (409, "conflict")),
    ("generate", {"prompt": GUESS, "ask": "sometimes"}, (400, "invalid_input")),
    ("change", {"project_id": "ENDED", "prompt": "改", "ask": 7}, (400, "invalid_input")),
    ("questions", {"project_id": "ENDED", "gate": "fly"}, (400, "invalid_input")),
    ("answers", {"project_id": "PAUSED", "value": "x"}, (400, "invalid_input")),
    ("answers", {"project_id": "PAUSED", "question_id": "specify.speed", "value": "x"}, (404, "not_found")),
    ("retry", {"project_id": "ENDED"}, (409, "conflict")),
    ("retry", {"project_id": "ENDED", "colour": "red"}, (400, "invalid_input")),
    ("cancel", {"project_id": "ENDED"}, (409, "conflict")),
    ("continue", {"project_id": "ENDED"}, (409, "conflict")),
    ("continue", {"project_id": "PAUSED", "artifact": 7}, (400, "invalid_input")),
    ("continue", {"project_id": "PAUSED", "colour": "red"}, (400, "invalid_input")),
    ("retry", {"project_id": "PAUSED"}, (409, "conflict")),
    ("download", {"project_id": "PAUSED"}, (409, "not_validated")),
    ("download", {"project_id": "BROKEN"}, (409, "not_validated")),
    ("retry", {"project_id": "BARE"}, (409, "conflict")),
    ("request", {"project_id": "BARE"}, (404, "not_found")),
    ("program", {"project_id": "ENDED", "mode": "fly", "args": []}, (400, "invalid_input")),
    ("program", {"project_id": "TEXT", "mode": "run", "args": []}, (404, "no_program")),
]


def make_projects(catalogue: Catalogue) -> dict[str, str]:
    """The projects that the list names."""
    ended = catalogue.project({"main.py": "x = 1\n", "src/a.py": "y = 2\n"})
    bare = catalogue.project({"main.py": "x = 1\n"})
    (bare.record.folder / "manifest.json").unlink()
    made = {
        "ENDED": ended,
        "PAUSED": catalogue.project(status="paused"),
        "BROKEN": catalogue.project({"main.py": "def (:\n"}),
        "BARE": bare,
        "TEXT": catalogue.project({"readme.md": "x"}),
    }
    return {name: str(folder.project_id) for name, folder in made.items()}
