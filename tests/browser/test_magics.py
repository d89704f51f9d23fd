"""``%%aiflow`` in JupyterLab: the workbench is live while the cell still runs."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.lab import reaches
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

BOTH = """() => {
  const phase = document.querySelector("[data-phase=specify][data-status=completed]");
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return phase !== null && prompts.at(-1).textContent.includes("*");
}"""


def test_the_workbench_is_live_while_the_cell_runs(notebook: Opener) -> None:
    opened = notebook("%load_ext aiflow", "%%aiflow --name snake\n帮我写个贪吃蛇")
    opened.go()
    opened.begin()
    opened.page.wait_for_function(BOTH, timeout=PATIENCE_S * 1000)
    workbench = opened.workbench()
    reaches(workbench, "completed")
    expect(workbench.get_by_role("treeitem", name="main.py", exact=True)).to_be_visible()
    assert "completed" in opened.run_code("print(snake.snapshot.status.value)")
