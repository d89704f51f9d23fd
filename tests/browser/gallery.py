"""A notebook with the workbench in each of its states, and how to reach those that need a person."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, Locator, Route, expect

from aiflow.storage.run_folder import RunRecord
from aiflow.util.timestamps import format_time
from tests.browser.lab import REPOSITORY, WORKBENCH, Lab, Notebook, button, new_context
from tests.browser.programs import finished, picture, terminal
from tests.browser.visual import STILL, STYLE, sized

GOLDEN = REPOSITORY / "tests" / "golden"
# A journal of tests/golden each; the run at work is the completed one, up to the middle of its first file.
JOURNALS = ("completed", "paused", "failed", "cancelled", "odd", "lesson", "running")
HALF_WAY = 24
# A run without a process was interrupted, and is shown as failed.
SHOWN = {"odd": "failed", "lesson": "completed", "running": "processing"}
# All begin then, and the page's clock stands still two minutes later: ages and durations are the same
# whenever the tests run.
BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
STANDS_AT = BEGAN + timedelta(minutes=2, seconds=2)
LONG = "".join(f"print('第 {n} 行')\n" for n in range(1, 121))
MAIN = "import rules\nprint(rules.right(1, 1))\n"
RULES = "def right(a, b):\n    return a == b\n"
PRINTS = "for n in range(1, 4):\n    print('第', n, '行')\n"
RED = """
import pygame
pygame.init()
screen = pygame.display.set_mode((320, 240))
while True:
    pygame.event.pump()
    screen.fill((200, 0, 0))
    pygame.display.flip()
    pygame.time.wait(20)
"""
# The first request of a page; until it is answered the page shows its loading state.
WELCOME = "**/api/templates"


def nothing(_: Locator) -> None:
    """That is how it opens."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which the workbench can look.

    Attributes:
        name: of its pictures.
        cell: which workbench of the notebook.
        enter: what a person does to see it.
        leave: what puts it back.
        tall: whether it is higher than the page, which is then made higher.
    """

    name: str
    cell: str
    enter: Callable[[Locator], None] = nothing
    leave: Callable[[Locator], None] = nothing
    tall: bool = False


def _open_phase(workbench: Locator) -> None:
    workbench.locator("[data-phase=specify] button").click()
    expect(workbench.locator("[data-phase=specify] button")).to_have_attribute("aria-pressed", "true")
    expect(workbench.get_by_role("log")).to_have_attribute("data-shown", "specify")


def _close_phase(workbench: Locator) -> None:
    workbench.locator("[data-phase=specify] button").click()


def _revise(workbench: Locator) -> None:
    workbench.get_by_role("tab", name="需求").click()
    button(workbench, "改需求，重新生成").click()
    expect(workbench.get_by_role("region", name="预览")).to_be_visible()


def _drop_revision(workbench: Locator) -> None:
    button(workbench, "不改了").click()
    # As it opened: what a look leaves behind would be in the pictures of the theme that comes next.
    button(workbench, "跟随").click()
    expect(workbench.get_by_role("tab", name="main.py")).to_have_attribute("aria-selected", "true")


def _open_drawer(workbench: Locator) -> None:
    button(workbench, "以前的项目").first.click()
    expect(workbench.locator(".af-drawer li").first).to_be_visible()


def _close_drawer(workbench: Locator) -> None:
    button(workbench, "以前的项目").first.click()
    expect(workbench.locator(".af-drawer")).to_have_count(0)


def _english(workbench: Locator) -> None:
    button(workbench, "English").click()
    expect(button(workbench, "Start")).to_be_visible()


def _chinese(workbench: Locator) -> None:
    button(workbench, "中文").click()


def _run(workbench: Locator) -> None:
    if terminal(workbench).count() == 0:
        button(workbench, "运行").click()
    expect(terminal(workbench)).to_contain_text("第 3 行")
    expect(button(workbench, "停止")).to_have_count(0)


def _play(workbench: Locator) -> None:
    if picture(workbench).count() == 0:
        button(workbench, "试玩").click()
    expect(picture(workbench)).to_be_visible()
    red = "(canvas) => canvas.width === 320 && canvas.getContext('2d').getImageData(9, 9, 1, 1).data[0] > 150"
    workbench.page.wait_for_function(red, arg=picture(workbench).element_handle())
    picture(workbench).evaluate("(canvas) => canvas.blur()")
    expect(workbench.get_by_text("点一下画面，接着玩")).to_be_visible()


def _open_file(name: str) -> Callable[[Locator], None]:
    def enter(workbench: Locator) -> None:
        workbench.get_by_role("treeitem", name=name, exact=True).click()
        expect(workbench.get_by_role("textbox", name=f"{name} 的内容")).to_contain_text("第 1 行")

    return enter


LOOKS = (
    *(Look(state, state) for state in JOURNALS),
    Look("empty", "empty"),
    Look("past-phase", "completed", _open_phase, _close_phase),
    Look("revise", "completed", _revise, _drop_revision),
    Look("drawer", "empty", _open_drawer, _close_drawer, tall=True),
    Look("english", "lesson", _english, _chinese),
    Look("run", "prints", _run),
    Look("play", "game", _play),
    # More lines than there is room for; the second is too large to be edited.
    Look("editor", "long", _open_file("main.py")),
    Look("viewer", "long", _open_file("large.txt")),
)


class Gallery:
    """The notebook; no request is answered until `answer` is called."""

    def __init__(self, lab: Lab, browser: Browser, stack: ExitStack) -> None:
        shown = {state: plant(lab, state, number, stack) for number, state in enumerate(JOURNALS, 1)}
        for name, files, needs in (
            ("prints", {"main.py": PRINTS}, ()),
            ("game", {"main.py": RED}, ("pygame",)),
            ("long", {"main.py": LONG, "large.txt": ""}, ()),
        ):
            folder = finished(lab, files, needs)
            shown[name] = str(folder.project_id)
        # As a program writes it: no run may make so large a file.
        (folder.root / "large.txt").write_text(LONG * 600, encoding="utf-8")
        self.cells = [*shown, "empty"]
        code = [f"Workbench(project_id={found!r})" for found in shown.values()]
        self._context = new_context(
            browser, width=1440, height=1000, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        stack.callback(self._context.close)
        self.notebook = Notebook(
            lab, self._context, ["from aiflow_widgets import Workbench", *code, "Workbench()"]
        )
        self.page = self.notebook.page
        self._held: list[Route] = []
        self.page.route(WELCOME, self._hold)
        self.notebook.go()
        # JupyterLab's body is 0 px high, which hides everything from the accessibility checker.
        self.page.add_style_tag(content=f"html, body {{ height: 100vh !important; }} {STYLE}")
        self.hold_still(on=True)
        self.notebook.run()

    def hold_still(self, *, on: bool) -> None:
        """Look the same on every machine, or as it is on this one."""
        self.page.evaluate("([name, on]) => document.body.classList.toggle(name, on)", [STILL, on])

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def loading(self) -> Locator:
        """A workbench that waits for its first answer."""
        workbench = self.page.locator(f"{WORKBENCH}[data-status=loading]").first
        expect(workbench).to_be_visible()
        return workbench

    def answer(self) -> None:
        """Let the server answer, wait until each state is there, and stop the page's clock."""
        for route in self._held:
            route.continue_()
        self.page.unroute(WELCOME)
        # A notebook draws the cells that are in sight; here all are to be looked at.
        for name in self.cells:
            expected = "idle" if name == "empty" else SHOWN.get(name, name)
            if name not in JOURNALS and name != "empty":
                expected = "completed"
            expect(self.bring(name)).to_have_attribute("data-status", expected)
        self.page.clock.set_fixed_time(STANDS_AT)
        expect(self.bring("running").locator("[data-phase=implement] time")).to_have_text("2:00")

    def bring(self, name: str) -> Locator:
        """Scroll to a workbench; JupyterLab may draw its cell anew while we do."""
        index = self.cells.index(name) + 1
        self.page.evaluate(
            "(index) => jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')", index
        )
        workbench = self.page.locator(f".jp-Cell[data-windowed-list-index='{index}'] {WORKBENCH}")
        expect(workbench).to_be_visible()
        return workbench

    @contextmanager
    def look(self, look: Look) -> Iterator[Locator]:
        """Show it, for as long as it takes."""
        with sized(self.page) if look.tall else nullcontext():
            workbench = self.bring(look.cell)
            look.enter(workbench)
            yield workbench
            look.leave(workbench)


def _project_id(number: int) -> str:
    return f"0000000{number}-5b7d-4e8a-9c10-2d4f6a8b0c1e"


def _folder_name(project_id: str) -> str:
    return f"guess_number_20260101_120000_{UUID(project_id).hex[:8]}"


def plant(lab: Lab, state: str, number: int, stack: ExitStack) -> str:
    """Put a golden journal where the server finds it, as a run of its own; return its id."""
    project_id = _project_id(number)
    source = "completed" if state == "running" else state
    events: list[dict[str, Any]] = [
        json.loads(line) for line in (GOLDEN / f"{source}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    if state == "running":
        events = events[:HALF_WAY]
    events = [_moved(event, datetime.fromisoformat(events[0]["timestamp"])) for event in events]
    record = lab.projects / ".aiflow" / project_id
    (record / "tmp").mkdir(parents=True)
    seen = 0
    with (record / "journal.jsonl").open("w", encoding="utf-8") as journal:
        for event in events:
            if event["seq"] <= seen or event["event_type"] == "telemetry":
                continue  # a journal holds no repeats, and no types of a later version
            seen = event["seq"] if event["seq"] == seen + 1 else seen + 1
            event |= {"seq": seen, "project_id": project_id}
            journal.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
    name = _folder_name(project_id)
    status = [event["status"] for event in events if event["event_type"] == "status"][-1]
    manifest = {
        "project_id": project_id, "prompt": "做一个猜数字的小游戏", "engine": "openai", "project_name": name,
        "title": "猜数字", "status": status, "syntax_validated": source == "completed", "file_count": 4,
        "created_at": "2026-01-01T12:00:00.000Z",
    }  # fmt: skip
    (record / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    if state != "odd":  # names that no disk takes; without a folder nothing is compared with the journal
        write_files(lab.projects / name, events)
    if state == "running":
        # We are who works on it, as a kernel would be.
        held = RunRecord(record)
        held.acquire()
        stack.callback(held.release)
    return project_id


def write_odd(lab: Lab, path: str, text: str) -> None:
    """Give the project with the odd names, which has no folder, a file."""
    folder = lab.projects / _folder_name(_project_id(JOURNALS.index("odd") + 1))
    folder.mkdir()
    (folder / path).write_text(text, encoding="utf-8")


def write_files(folder: Path, events: list[dict[str, Any]]) -> None:
    """Write the files of a journal, as large and as old as it says, so that none counts as changed."""
    folder.mkdir()
    sizes = {event["path"]: event["size_bytes"] for event in events if event["event_type"] == "file_written"}
    for path, size in sizes.items():
        text = RULES if path == "rules.py" else MAIN
        written = folder / path
        written.write_text((text * (size // len(text) + 1))[:size], encoding="utf-8")
        os.utime(written, (BEGAN.timestamp(), BEGAN.timestamp()))


def _moved(event: dict[str, Any], began: datetime) -> dict[str, Any]:
    """The event of a run that began then, as of one that began at `BEGAN`."""
    moments = {name: event[name] for name in ("timestamp", "started_at", "completed_at") if event.get(name)}
    return event | {
        name: format_time(datetime.fromisoformat(at) - began + BEGAN) for name, at in moments.items()
    }
