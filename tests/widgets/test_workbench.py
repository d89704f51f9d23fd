"""The workbench's Python side, with its messages in the test's hands and a real pipeline behind it."""

import asyncio
import json
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiflow_widgets import Workbench, summary
from aiflow_widgets.kernel_transport import KernelTransport, encode_entry, kernel_worker

from aiflow import Config, Flow
from aiflow.exceptions import ConflictError, InputError
from aiflow.model.snapshot import Snapshot
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.errors import BusyError
from aiflow.workspace.service import Workspace
from tests.patience import PATIENCE_S

GUESS = "做一个猜数字的小游戏"
WAIT_S = PATIENCE_S


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "config.json"
    file.write_text(
        json.dumps(
            {
                "lessons": {"speed": 0},
                "tests": {"enabled": False},
                "gates": {"smoke_run": False},
                "run": {"durability": "none"},
            }
        ),
        encoding="utf-8",
    )
    return Config.load(file, environ={})


class Page:
    """The other end of the messages."""

    def __init__(self, config: Config) -> None:
        self.messages: queue.Queue[tuple[dict[str, Any], list[bytes]]] = queue.Queue()
        runs = Workspace(config, kernel_worker(), encode_entry)
        self.kernel = KernelTransport(
            lambda content, buffers: self.messages.put((content, buffers)), lambda: runs
        )

    def ask(
        self, kind: str, buffers: tuple[bytes, ...] = (), **body: Any
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request; return its reply (or error) and the bytes that came with it. Events go by."""
        ident = uuid4().hex
        self.kernel.receive({"id": ident, "kind": kind, "body": body}, list(buffers))
        while True:
            content, data = self.messages.get(timeout=WAIT_S)
            if content["id"] == ident and content["kind"] != "events":
                return content, data

    def events(self, project_id: str, after: int = 0) -> Iterator[dict[str, Any]]:
        """Follow a run to its end."""
        ident = uuid4().hex
        body = {"project_id": project_id, "after": after, "follow": True}
        self.kernel.receive({"id": ident, "kind": "stream", "body": body}, [])
        while True:
            content, _ = self.messages.get(timeout=WAIT_S)
            if content["id"] != ident:
                continue  # of a stream that was looked away from
            if content["kind"] == "reply":
                return
            yield from (json.loads(line) for line in content["events"])


@pytest.fixture
def page(config: Config) -> Page:
    return Page(config)


def test_a_page_without_a_server_does_everything_over_messages(page: Page) -> None:
    welcome, _ = page.ask("welcome")
    assert "guess_number" in {template["id"] for template in welcome["body"]["templates"]}
    begun, _ = page.ask("generate", prompt=GUESS, pause_after=["specify"])
    found = begun["body"]["project_id"]
    seen = []
    for event in page.events(found):
        seen.append(event)
        if event.get("status") == "paused":
            page.kernel.receive({"id": "go", "kind": "continue", "body": {"project_id": found}}, [])
            break
    rest = list(page.events(found, after=seen[-1]["seq"]))
    assert [event["seq"] for event in seen + rest] == list(range(1, len(seen + rest) + 1))
    assert rest[-1]["status"] == "completed"

    head, [text] = page.ask("file", project_id=found, path="main.py")
    assert head["body"]["etag"].startswith('"')
    assert b"def ask_number" in text
    saved, _ = page.ask("save", (b"x = 1\n",), project_id=found, path="main.py", etag=head["body"]["etag"])
    late, _ = page.ask("save", (b"x = 2\n",), project_id=found, path="main.py", etag=head["body"]["etag"])
    assert saved["kind"] == "reply"
    assert (late["error"]["status"], late["error"]["reason"]) == (412, "changed")
    assert page.ask("file", project_id=found, path="main.py")[1] == [b"x = 1\n"]

    zipped, [data] = page.ask("download", project_id=found)
    assert zipped["body"]["name"].endswith(".zip")
    assert data.startswith(b"PK")
    assert page.ask("request", project_id=found)[0]["body"]["user_input"] == GUESS
    tree = page.ask("tree", project_id=found)[0]["body"]
    assert {child["name"] for child in tree["root"]["children"]} >= {"main.py", "game.py"}
    assert found in {one["project_id"] for one in page.ask("projects")[0]["body"]["projects"]}
    assert page.ask("retry", project_id=found)[0]["error"]["status"] == 409
    assert page.ask("delete", project_id=found)[0]["kind"] == "reply"
    assert page.ask("request", project_id=found)[0]["error"]["status"] == 404


def test_a_page_without_a_server_has_a_run_written_again_from_an_edited_specification(page: Page) -> None:
    earlier = page.ask("generate", prompt=GUESS)[0]["body"]["project_id"]
    artifacts = [event["artifact"] for event in page.events(earlier) if event["event_type"] == "artifact"]
    spec = artifacts[0]
    edited = spec | {"title": "我的猜数字"}
    again = {"from_project": earlier, "from_phase": "plan", "artifact": edited, "pause_after": ["plan"]}
    found = page.ask("generate", **again)[0]["body"]["project_id"]
    assert found != earlier
    for event in page.events(found):
        if event.get("status") == "paused":
            break
    known = page.ask("request", project_id=found)[0]["body"]
    assert (known["user_input"], known["parent_id"]) == (GUESS, earlier)
    assert {call["phase"] for call in known["prompts"]} == {"plan"}
    assert {earlier, found} <= {one["project_id"] for one in page.ask("projects")[0]["body"]["projects"]}
    refused = page.ask("generate", from_project=found, from_phase="plan")[0]["error"]
    assert refused["status"] == 409
    page.kernel.receive({"id": "end", "kind": "cancel", "body": {"project_id": found}}, [])
    assert list(page.events(found))[-1]["status"] == "cancelled"


def test_a_page_without_a_server_downloads_what_is_python_and_nothing_else(page: Page) -> None:
    found = page.ask("generate", prompt=GUESS)[0]["body"]["project_id"]
    assert list(page.events(found))[-1]["status"] == "completed"

    def save(text: bytes) -> None:
        assert page.ask("save", (text,), project_id=found, path="main.py")[0]["kind"] == "reply"

    assert page.ask("download", project_id=found)[0]["body"]["name"].startswith("猜数字")
    save(b"def (:\n")
    refused = page.ask("download", project_id=found)[0]["error"]
    assert refused["reason"] == "not_validated"
    assert "main.py" in refused["message"]
    save(b"print(1)\n")
    assert page.ask("download", project_id=found)[1][0].startswith(b"PK")


def test_a_page_without_a_server_renames_compares_and_sees_the_picture(page: Page, config: Config) -> None:
    first, second = (page.ask("generate", prompt=GUESS)[0]["body"]["project_id"] for _ in range(2))
    for found in (first, second):
        assert list(page.events(found))[-1]["status"] == "completed"
    renamed = page.ask("rename", project_id=first, title=" 我的猜数字 ")[0]["body"]
    assert renamed == {"project_id": first, "title": "我的猜数字", "label": None}
    assert page.ask("rename", project_id=first, title="长" * 101)[0]["error"]["status"] == 400
    store = ProjectStore(config.projects_dir)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(9)
    assert page.ask("thumbnail", project_id=first)[0]["error"]["reason"] == "no_thumbnail"
    store.record(UUID(first)).thumbnail_path.write_bytes(picture)
    assert page.ask("thumbnail", project_id=first)[1] == [picture]
    listed = {one["project_id"]: one for one in page.ask("projects")[0]["body"]["projects"]}
    sizes = store.find(UUID(first)).sizes()
    assert (listed[first]["title"], listed[first]["has_thumbnail"]) == ("我的猜数字", True)
    assert (listed[second]["has_thumbnail"], listed[first]["size_bytes"]) == (False, sum(sizes.values()))
    assert page.ask("request", project_id=first)[0]["body"]["title"] == "我的猜数字"
    assert page.ask("compare", project_id=first, to=second)[0]["body"]["files"] == []
    store.find(UUID(second)).write("main.py", b"pass\n")
    (changed,) = page.ask("compare", project_id=first, to=second)[0]["body"]["files"]
    assert (changed["path"], changed["kind"], changed["lines_added"]) == ("main.py", "modified", 1)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("dance", {}, 400),
        ("generate", {}, 400),
        ("generate", {"prompt": "   "}, 400),
        ("generate", {"prompt": "x" * 1001}, 400),
        ("generate", {"from_project": "../../etc", "from_phase": "plan"}, 404),
        ("generate", {"from_project": "00000000-0000-4000-8000-000000000000", "from_phase": "plan"}, 404),
        ("request", {"project_id": "../../etc"}, 404),
        ("compare", {"project_id": "00000000-0000-4000-8000-000000000000", "to": None}, 400),
        ("rename", {"project_id": "00000000-0000-4000-8000-000000000000", "title": "x"}, 404),
        ("stream", {"project_id": "00000000-0000-4000-8000-000000000000"}, 404),
        ("file", {"project_id": "00000000-0000-4000-8000-000000000000", "path": "../x"}, 404),
    ],
)
def test_what_cannot_be_is_refused_in_the_shape_of_the_server(
    page: Page, kind: str, body: dict[str, Any], status: int
) -> None:
    answer, _ = page.ask(kind, **body)
    assert answer["kind"] == "error"
    assert answer["error"]["status"] == status
    assert set(answer["error"]) == {"status", "message", "reason", "retryable"}


def test_a_stream_that_is_given_up_ends(page: Page) -> None:
    found = page.ask("generate", prompt=GUESS, pause_after=["specify"])[0]["body"]["project_id"]
    for event in page.events(found):
        if event.get("status") == "paused":
            break
    ident = uuid4().hex
    body = {"project_id": found, "after": 0, "follow": True}
    page.kernel.receive({"id": ident, "kind": "stream", "body": body}, [])
    page.kernel.receive({"id": ident, "kind": "abort"}, [])
    page.ask("cancel", project_id=found)
    answers = []
    while not page.messages.empty():
        answers.append(page.messages.get())
    assert not [content for content, _ in answers if content["id"] == ident and content["kind"] == "reply"]


def test_messages_that_are_no_requests_are_left_alone(page: Page) -> None:
    for content in (None, 7, "x", [], {}, {"id": 5, "kind": "welcome"}):
        page.kernel.receive(content, [])
    assert page.ask("welcome")[0]["kind"] == "reply"


def test_an_unknown_keyword_gets_advice() -> None:
    with pytest.raises(TypeError, match=r"没有参数“promt”.*prompt"):
        Workbench(promt="x")


def test_a_flow_is_shown_when_it_begins_and_costs_nothing_before(config: Config) -> None:
    flow = Flow(GUESS, config=config)
    tasks = len(asyncio.run_coroutine_threadsafe(_tasks(), kernel_worker().loop).result(WAIT_S))
    workbench = Workbench(flow)
    # No task that looks for its beginning again and again.
    assert len(asyncio.run_coroutine_threadsafe(_tasks(), kernel_worker().loop).result(WAIT_S)) == tasks
    assert workbench.project_id == ""
    flow.begin()
    assert workbench.project_id == str(flow.project_id)
    assert Workbench(flow).project_id == str(flow.project_id)
    asyncio.run(flow.cancel())


async def _tasks() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks()


def test_contradicting_arguments_are_refused(config: Config) -> None:
    with pytest.raises(InputError, match="flow"):
        Workbench(Flow(GUESS, config=config), prompt="x")
    with pytest.raises(InputError, match="UUID"):
        Workbench(project_id="not one")


def test_python_generates_reads_and_hears_what_is_shown(config: Config) -> None:
    seen: list[int] = []
    workbench = Workbench(prompt=GUESS, config=config)
    workbench.on_event(lambda event: seen.append(event.seq))
    assert workbench.snapshot is None
    assert workbench.project is None
    found = workbench.generate()
    assert workbench.project_id == found
    for line in _follow(workbench, found):
        assert line["project_id"] == found
    snapshot = workbench.snapshot
    assert snapshot is not None
    assert snapshot.status == "completed"
    project = workbench.project
    assert project is not None
    assert project.root is not None
    assert (project.root / "main.py").is_file()
    with pytest.raises(ConflictError):
        workbench.cancel()
    assert GUESS in workbench._summary()["text/html"]
    assert "main.py" in workbench._summary()["text/plain"]
    beside = workbench._repr_mimebundle_()[0]
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(beside)


def test_the_limits_of_a_kernel_hold_for_all_its_workbenches(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    limits = {"max_runs_per_user": 1, "max_waiting_per_user": 1}
    file.write_text(
        json.dumps({"lessons": {"speed": 0.25}, "server": limits, "run": {"durability": "none"}}),
        encoding="utf-8",
    )
    at_work, waiting, refused = (
        Workbench(prompt=GUESS, config=Config.load(file, environ={})) for _ in range(3)
    )
    at_work.generate()
    waiting.generate()
    with pytest.raises(BusyError, match="排队"):
        refused.generate()
    waiting.cancel()
    at_work.cancel()


def _follow(workbench: Workbench, found: str) -> Iterator[dict[str, Any]]:
    messages: queue.Queue[tuple[dict[str, Any], list[bytes]]] = queue.Queue()
    watcher = KernelTransport(
        lambda content, buffers: messages.put((content, buffers)), lambda: workbench._workspace
    )
    watcher.receive(
        {"id": "w", "kind": "stream", "body": {"project_id": found, "after": 0, "follow": True}}, []
    )
    while (content := messages.get(timeout=WAIT_S)[0])["kind"] == "events":
        yield from (json.loads(line) for line in content["events"])


def test_the_summary_escapes_everything() -> None:
    state = Snapshot(message="<script>alert(1)</script>")
    html = summary.as_html("<img src=x>", state)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_what_travels_is_small_and_the_bundle_is_not_in_it() -> None:
    state = Workbench().get_state()
    assert len(json.dumps(state)) < 8_000
