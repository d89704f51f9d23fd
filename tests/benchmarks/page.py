"""The workbench where it is seen: first paint, delay of events, scrolling, memory, sizes.

    python -m tests.benchmarks.page [PART...]       paint, floor, delays, scrolling, heap, flood, sizes

A real JupyterLab and a real Chromium. Beside the delays and frames stand those of an empty page in the same
browser: what the machine itself costs at that moment, which no page can do better than.
"""

import gzip
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import aiflow_widgets
from aiflow_widgets import Workbench
from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from tests.benchmarks.page_feed import CHUNKS_OF_A_FILE, Feed, many_files
from tests.benchmarks.page_scripts import FIRST_PAINT, FLOOR, FRAMES, TAKE, WATCH
from tests.benchmarks.table import show
from tests.browser.conftest import CHROMIUM
from tests.browser.lab import TOKEN, WORKBENCH, Lab, Notebook, button, new_context
from tests.browser.programs import finished, terminal

FIRST_PAINT_MS = 1000
DELAY_MS = 50
FRAME_MS = 50
TRAVELS_KB = 30
FLOOD_MS = 1000
# The kept text is bounded, so ten times as many pieces may cost hardly more.
HEAP_GROWTH = 1.25

SECONDS = 8
DELAY_ROUNDS = 4
CHUNKS_PER_S = 100
FILES = 1_000
FRAMES_SCROLLED = 600
FRAMES_FLOODED = 30
FLOOD = "n = 0\nwhile True:\n    n += 1\n    print(n)\n"  # the limit of its output ends it
ROUNDS = 5
HEAP_AT = (20_000, 200_000)
KERNEL_READY = """async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""

# Quantity, measured value, target, whether it was met.
Row = tuple[str, str, str, bool | None]


def workbench_of(project_id: object = "") -> str:
    return f"from aiflow_widgets import Workbench\nWorkbench(project_id='{project_id}')"


@contextmanager
def opened(lab: Lab, browser: Browser, code: str, *, run: bool = True) -> Iterator[Notebook]:
    """A page of a person's own with a notebook of one cell."""
    context = new_context(browser)
    notebook = Notebook(lab, context, [code])
    notebook.page.goto("about:blank")
    if run:
        notebook.open()
    yield notebook
    assert notebook.errors == [], notebook.errors
    context.close()


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(what: str, value: float, target: float | None, unit: str) -> Row:
    aim = f"< {round(target, 1):g} {unit}" if target is not None else ""
    return what, f"{value:.1f} {unit}", aim, None if target is None else value < target


def first_paint(lab: Lab, browser: Browser) -> list[Row]:
    """The first workbench of a page, which loads the bundle, and the ones after it."""
    first, again = [], []
    for _ in range(ROUNDS):
        with opened(lab, browser, workbench_of(), run=False) as notebook:
            notebook.page.goto(f"{lab.url}/lab/tree/{notebook.path}?reset&token={TOKEN}")
            notebook.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
            notebook.page.evaluate(KERNEL_READY)
            notebook.run_code("import aiflow_widgets")
            first.append(notebook.page.evaluate(FIRST_PAINT))
            again.append(notebook.page.evaluate(FIRST_PAINT))
    return [
        row(
            "first paint after the cell runs, a page's first workbench (median)",
            statistics.median(first),
            FIRST_PAINT_MS,
            "ms",
        ),
        row("the same, the next workbench of the page", statistics.median(again), None, "ms"),
    ]


def machine_floor(browser: Browser) -> list[Row]:
    """The frame intervals of an empty page in this browser, at this moment."""
    context = new_context(browser)
    page = context.new_page()
    delays = page.evaluate(FLOOR, 500)
    scrolled = page.evaluate(
        f"(options) => ({FRAMES})(null, options)", {"frames": FRAMES_SCROLLED, "step": 0}
    )
    context.close()
    return [
        row("an empty page: from any moment to the next frame, p99", quantile(delays, 0.99), None, "ms"),
        row("an empty page: longest interval between frames", max(scrolled["intervals"]), None, "ms"),
    ]


def event_delays(lab: Lab, browser: Browser) -> list[Row]:
    """From the arrival of an event's bytes to the frame that shows it, in some rounds."""
    feed = Feed(lab.projects)
    rounds: list[tuple[list[float], list[float]]] = []
    with opened(lab, browser, workbench_of(feed.project_id)) as notebook:
        page = notebook.page
        page.evaluate(WATCH)
        expect(page.locator(WORKBENCH)).to_have_attribute("data-connection", "live", timeout=20_000)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = busy_seconds(cdp)
        for _ in range(DELAY_ROUNDS):
            feed.pace(SECONDS, CHUNKS_PER_S)
            # The editor does not open a file that begins and ends between two frames, so the last pieces of
            # a round may never be drawn as typed text.
            page.wait_for_function(
                "([chunks, files]) => seen.chunks >= chunks && seen.written >= files",
                arg=[feed.chunks - 2 * CHUNKS_OF_A_FILE, feed.files],
            )
            rounds.append(page.evaluate(TAKE))
        busy = (busy_seconds(cdp) - before) / SECONDS / DELAY_ROUNDS
        feed.end()
        expect(page.locator(WORKBENCH)).to_have_attribute("data-status", "completed", timeout=20_000)
    delays = [delay for chunks, _ in rounds for delay in chunks]
    assert len(delays) > 0.9 * feed.chunks, (len(delays), feed.chunks)
    chunks_p99 = [quantile(chunks, 0.99) for chunks, _ in rounds]
    files_p99 = [quantile(files, 0.99) for _, files in rounds]
    many = f"{CHUNKS_PER_S} pieces and {CHUNKS_PER_S // CHUNKS_OF_A_FILE} files/s"
    return [
        row(f"a piece's arrival to its pixels, {many}, median", statistics.median(delays), None, "ms"),
        row(f"the same, p99, the best of {DELAY_ROUNDS} rounds", min(chunks_p99), DELAY_MS, "ms"),
        row("the same, p99, the worst round", max(chunks_p99), None, "ms"),
        row("a file's arrival to its pixels, p99, the best round", min(files_p99), DELAY_MS, "ms"),
        row("the page's main thread at work meanwhile, by its own clock", busy * 100, None, "%"),
    ]


def scrolling(lab: Lab, browser: Browser) -> list[Row]:
    """Intervals between frames while the large tree is scrolled, slowly and fast, in some rounds each."""
    found = many_files(lab.projects, FILES)
    rows = []
    with opened(lab, browser, workbench_of(found)) as notebook:
        box = notebook.page.locator(".af-tree-box")
        expect(box.get_by_role("treeitem").first).to_be_visible(timeout=60_000)
        cdp = notebook.page.context.new_cdp_session(notebook.page)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        in_sight = box.evaluate(
            "(box) => Math.ceil(box.clientHeight / box.querySelector('[role=treeitem]').offsetHeight)"
        )
        for name, step in (("slowly, 30 px a frame", 30), ("fast, 800 px a frame", 800)):
            before = busy_seconds(cdp)
            rounds = [box.evaluate(FRAMES, {"frames": FRAMES_SCROLLED, "step": step}) for _ in range(ROUNDS)]
            busy = (busy_seconds(cdp) - before) * 1000 / FRAMES_SCROLLED / ROUNDS
            longest = [max(one["intervals"]) for one in rounds]
            slowest = max(statistics.mean(one["intervals"]) for one in rounds)
            blank = max(one["missing"] for one in rounds)
            rows += [
                row(
                    f"scrolling {FILES:,} files {name}: frames a second, worst round",
                    1000 / slowest,
                    None,
                    "/s",
                ),
                row(
                    f"the same: longest interval between frames, worst of {ROUNDS} rounds",
                    max(longest),
                    FRAME_MS,
                    "ms",
                ),
                row("the same: longest interval between frames, best round", min(longest), None, "ms"),
                (
                    "the same: rows missing in the viewport, worst frame",
                    f"{blank} of {in_sight}",
                    "0",
                    blank == 0,
                ),
                row("the same: processor time of the page's main thread for a frame", busy, None, "ms"),
            ]
    return rows


def flood(lab: Lab, browser: Browser) -> list[Row]:
    """Intervals between frames while a program prints as fast as it can."""
    folder = finished(lab, {"main.py": FLOOD})
    with opened(lab, browser, workbench_of(folder.project_id)) as notebook:
        workbench = notebook.workbench()
        button(workbench, "运行").click()
        expect(terminal(workbench)).to_contain_text(re.compile(r"\d{5,}"))
        frames = notebook.page.evaluate(
            f"(options) => ({FRAMES})(null, options)", {"frames": FRAMES_FLOODED, "step": 0}
        )
        expect(button(workbench, "运行")).to_be_enabled()
    return [row("a program floods its terminal: longest frame", max(frames["intervals"]), FLOOD_MS, "ms")]


def busy_seconds(cdp: CDPSession) -> float:
    """The seconds that the page's main thread has worked; other programs' work is not included."""
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def used_heap(page: Page, cdp: CDPSession) -> float:
    """Megabytes in use when everything that could be freed has been."""
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    return float(cdp.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def heap(lab: Lab, browser: Browser) -> list[Row]:
    """The page's heap after 20,000 pieces of text and after 200,000."""
    feed = Feed(lab.projects)
    used = []
    with opened(lab, browser, workbench_of(feed.project_id)) as notebook:
        page = notebook.page
        cdp = page.context.new_cdp_session(page)
        for chunks in HEAP_AT:
            feed.fill(chunks)
            feed.chunk(None)  # prose, because the code of a file that is written leaves the page's memory
            page.locator(".af-log").get_by_text(f"⟦{feed.chunks}⟧").wait_for(timeout=120_000)
            used.append((used_heap(page, cdp), cdp.send("Memory.getDOMCounters")["nodes"]))
        feed.end()
        expect(page.locator(WORKBENCH)).to_have_attribute("data-status", "completed", timeout=20_000)
    (few, few_nodes), (many, many_nodes) = used
    return [
        row(f"heap after {HEAP_AT[0]:,} pieces of text", few, None, "MB"),
        row(f"heap after {HEAP_AT[1]:,} pieces", many, few * HEAP_GROWTH, "MB"),
        ("document nodes after each", f"{few_nodes:,} and {many_nodes:,}", "", None),
    ]


def sizes() -> list[Row]:
    """Kilobytes, gzipped."""
    travels = json.dumps({name: str(value) for name, value in Workbench().get_state().items()}).encode()
    bundle = (Path(aiflow_widgets.__file__).with_name("static") / "workbench.js").read_bytes()
    return [
        row(
            "what travels with each workbench, gzipped", len(gzip.compress(travels)) / 1000, TRAVELS_KB, "kB"
        ),
        row("the bundle, once for a page, gzipped", len(gzip.compress(bundle)) / 1000, None, "kB"),
    ]


def measure(parts: list[str]) -> int:
    """Print the table; return whether a target was missed."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder) / "home", 1000)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            lab.wait()
            for name, part in PARTS.items():
                if not parts or name in parts:
                    rows += part(lab, browser)
        finally:
            browser.close()
            lab.stop()
    words = {True: "met", False: "**missed**", None: ""}
    show(
        "The workbench in Chromium",
        ("what", "measured", "target", ""),
        [(*one[:3], words[one[3]]) for one in rows],
    )
    return int(any(one[3] is False for one in rows))


PARTS: dict[str, Callable[[Lab, Browser], list[Row]]] = {
    "paint": first_paint,
    "floor": lambda _, browser: machine_floor(browser),
    "delays": event_delays,
    "scrolling": scrolling,
    "heap": heap,
    "flood": flood,
    "sizes": lambda *_: sizes(),
}


if __name__ == "__main__":
    sys.exit(measure(sys.argv[1:]))
