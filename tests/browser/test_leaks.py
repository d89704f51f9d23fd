"""A page releases the workbenches that it no longer shows."""

import time

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Opener
from tests.browser.lab import WORKBENCH, Lab, reaches
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

RERUNS = 50
FEW = 3
# JupyterLab itself keeps about 55,000 bytes of a cell that ran again.
HEAP_A_RERUN = 120_000
# A run of all cells, and the wait for the workbench that takes the place of the old one.
RERUN = """async (times) => {
  for (let time = 0; time < times; time++) {
    const old = document.querySelector('[data-aiflow-workbench]');
    await jupyterapp.commands.execute('notebook:run-all-cells');
    for (;;) {
      const found = document.querySelector('[data-aiflow-workbench][data-status=completed]');
      if (found && found !== old && !old.isConnected) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}"""
# A bundle's classes have no names: objects are recognised by properties that no other class of the page has.
COUNT = """function () {
  const of = (...names) => this.filter((one) => names.every((name) => Object.hasOwn(one, name))).length;
  return {
    sessions: of('openPhase'), stores: of('filesRevision'), hubs: of('feeds', 'streaming'),
    programs: of('canPlay'), models: of('views', 'handlers'),
  };
}"""


def test_fifty_reruns_of_a_cell_leave_nothing_behind(notebook: Opener, lab: Lab) -> None:
    project = lab.post("api/generate", {"prompt": "做一个猜数字的小游戏"})["project_id"]
    opened = notebook(f"from aiflow_widgets import Workbench\nWorkbench(project_id={project!r})")
    reaches(opened.open(), "completed")
    page = opened.page
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    page.evaluate(RERUN, 3)  # whatever is made once is made now
    wait_for_few_sessions(cdp)
    counts, listeners, heap = objects(cdp), listeners_of(page, cdp), heap_bytes(cdp)
    page.evaluate(RERUN, RERUNS)
    expect(page.locator(WORKBENCH)).to_have_count(1)
    wait_for_few_sessions(cdp)
    # The browser and the notebook may keep the last few views; a leak keeps all fifty.
    kept = objects(cdp)
    assert all(kept[kind] <= counts[kind] + FEW for kind in counts), (counts, kept)
    assert listeners_of(page, cdp) == listeners
    assert (heap_bytes(cdp) - heap) / RERUNS < HEAP_A_RERUN


def wait_for_few_sessions(cdp: CDPSession) -> None:
    """Wait until the sessions of replaced workbenches are gone: a redrawn output has 2 s to come back."""
    deadline = time.monotonic() + PATIENCE_S
    while objects(cdp)["sessions"] > FEW and time.monotonic() < deadline:
        time.sleep(0.25)


def objects(cdp: CDPSession) -> dict[str, int]:
    """Count our live objects. The query collects garbage before it looks."""
    prototype = cdp.send("Runtime.evaluate", {"expression": "Object.prototype"})["result"]["objectId"]
    query = {"prototypeObjectId": prototype, "objectGroup": "count"}
    found = cdp.send("Runtime.queryObjects", query)["objects"]
    counted = cdp.send(
        "Runtime.callFunctionOn",
        {"functionDeclaration": COUNT, "objectId": found["objectId"], "returnByValue": True},
    )
    cdp.send("Runtime.releaseObjectGroup", {"objectGroup": "count"})
    return dict(counted["result"]["value"])


def listeners_of(page: Page, cdp: CDPSession) -> dict[str, int]:
    """Count the listeners of the page's document and window that a hub registers."""
    found: dict[str, int] = {}
    for target, kind in (("document", "visibilitychange"), ("window", "online")):
        handle = cdp.send("Runtime.evaluate", {"expression": target})["result"]["objectId"]
        listeners = cdp.send("DOMDebugger.getEventListeners", {"objectId": handle})["listeners"]
        found[kind] = sum(one["type"] == kind for one in listeners)
    return found


def heap_bytes(cdp: CDPSession) -> float:
    """Return the size of the page's heap without garbage."""
    cdp.send("HeapProfiler.collectGarbage")
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "JSHeapUsedSize")
