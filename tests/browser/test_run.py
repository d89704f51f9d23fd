"""Programs are run in the page: asked, answered, explained, stopped."""

import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import Lab, Notebook, button, new_context
from tests.browser.programs import finished, keep, lesson, show, terminal
from tests.sandbox.test_figures import DOUBLE

pytestmark = pytest.mark.browser

BROKEN = (
    'import sys\n\nprint("\\x1b[31m红色\\x1b[0m")\nprint("警告", file=sys.stderr)\n\n\ndef half(n):\n'
    "    return n / 0\n\n\nhalf(3)\n"
)
FIGURES = "import matplotlib.pyplot as plt\n\nprint('两张图')\nplt.figure()\nplt.figure((3, 2))\nplt.show()\n"
FLOOD = "n = 0\nwhile True:\n    n += 1\n    print('第', n, '行')\n"
MARKUP = "print('<img src=x onerror=alert(1)> <b>粗</b>')\nprint('参数', __import__('sys').argv[1:])\n"
TALKS = "import sys\nprint(sys.argv[1], input('问：'))\n[][3]\n"
GREEDY = {
    "启动的进程超过了上限": (
        "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(99)\n"
        "        os._exit(0)\ntime.sleep(99)\n"
    ),
    "用的内存超过了上限": "everything = bytearray(10**11)\n",
    "写的一个文件超过了上限": (
        "with open('big', 'wb') as file:\n    while True:\n        file.write(bytes(10**6))\n"
    ),
    "项目文件夹超过了上限": "import os\nfor n in range(20_000):\n    os.mkdir(f'd{n}')\ninput()\n",
}


@pytest.fixture(scope="module")
def opened(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """One notebook with a workbench for each program.

    A page takes longer to load than these programs to run.
    """
    context = new_context(browser)
    programs = [lesson("guess_number"), *({"main.py": text} for text in (BROKEN, FLOOD, MARKUP))]
    library = {
        f"matplotlib/{path.relative_to(DOUBLE).as_posix()}": path.read_text(encoding="utf-8")
        for path in DOUBLE.rglob("*.py")
    }
    programs.append({"main.py": FIGURES, **library})
    made = Notebook(lab, context, [show(finished(lab, files)) for files in programs])
    made.open()
    yield made
    assert made.errors == []
    context.close()


def run(workbench: Locator) -> Locator:
    button(workbench, "运行").click()
    return terminal(workbench)


def answer(workbench: Locator, text: str) -> None:
    field = workbench.get_by_role("textbox", name="输入")
    expect(field).to_be_focused()
    field.fill(text)
    field.press("Enter")


def test_a_console_lesson_is_played_to_its_end(opened: Notebook) -> None:
    workbench = opened.workbench(0)
    printed = run(workbench)
    expect(printed).to_contain_text("请猜一个 1 到 100 的整数")
    answer(workbench, "abc")
    expect(printed).to_contain_text("这不是一个整数")
    low, high = 1, 100
    for guesses in range(1, 8):  # seven halvings are enough
        middle = (low + high) // 2
        answer(workbench, str(middle))
        # Each answer is followed by what the game says of it: so many lines of that kind there are.
        verdicts = re.compile("(?:太小了|太大了|猜中了).*" * guesses, re.DOTALL)
        expect(printed).to_have_text(verdicts)
        said = re.findall("太小了|太大了|猜中了", printed.inner_text())[-1]
        if said == "猜中了":
            break
        low, high = (middle + 1, high) if said == "太小了" else (low, middle - 1)
    keep(workbench, "run-guess")
    expect(printed).to_contain_text("再来一局吗？")
    field = workbench.get_by_role("textbox", name="输入")
    field.press("ArrowUp")
    expect(field).to_have_value(str(middle))
    answer(workbench, "n")
    expect(printed).to_contain_text("再来一局吗？（y/n）：n\n再见，下次再玩！", use_inner_text=True)
    expect(workbench.get_by_text("程序正常结束了，退出码 0。")).to_be_visible()
    expect(field).to_have_count(0)
    expect(button(workbench, "运行")).to_be_enabled()


def test_a_traceback_is_explained_and_its_line_opens(opened: Notebook) -> None:
    workbench = opened.workbench(1)
    printed = run(workbench)
    expect(printed).to_contain_text("ZeroDivisionError")
    explained = workbench.get_by_role("alert").filter(has_text="ZeroDivisionError")
    expect(explained).to_contain_text("这是什么意思")
    expect(explained).to_contain_text("可以试试")
    expect(printed.locator(".af-t-fg-1")).to_have_text("红色")
    expect(printed.locator(".af-t-stderr").first).to_contain_text("警告")
    expect(workbench.get_by_text("程序结束了，退出码 1。")).to_be_visible()
    keep(workbench, "run-traceback")
    button(workbench, "打开 main.py 第 8 行").click()
    expect(workbench.get_by_role("tab", name="main.py")).to_have_attribute("aria-selected", "true")
    expect(workbench.locator(".cm-line.cm-activeLine")).to_have_text("    return n / 0")
    expect(button(workbench, "试玩")).to_have_count(0)


def test_figures_are_shown_beside_the_output(opened: Notebook) -> None:
    workbench = opened.workbench(4)
    expect(run(workbench)).to_contain_text("两张图")
    for number, size in ((1, "640"), (2, "300")):
        figure = workbench.locator(f"[data-figure='{number}']")
        expect(figure.get_by_role("img", name=f"图 {number}")).to_be_visible()
        expect(figure).to_contain_text(size)
    expect(workbench.get_by_text("程序正常结束了，退出码 0。")).to_be_visible()
    keep(workbench, "run-figures")


def test_a_flood_keeps_the_page_usable_and_is_stopped(opened: Notebook) -> None:
    workbench = opened.workbench(2)
    printed = run(workbench)
    expect(printed).to_contain_text(re.compile(r"第 \d{5,} 行"))
    # The page goes on drawing while it pours in; how long a frame takes is a benchmark's to say.
    opened.page.evaluate(
        """() => new Promise((resolve) => {
          let count = 0;
          const step = () => {
            if (++count < 30) requestAnimationFrame(step); else resolve();
          };
          requestAnimationFrame(step);
        })"""
    )
    assert printed.evaluate("(box) => box.querySelectorAll('*').length") < 20_000
    stop = button(workbench, "停止")
    if stop.count():  # else the limit of its output has ended it already
        stop.click()
    expect(button(workbench, "运行")).to_be_enabled()
    expect(workbench.get_by_text(re.compile("已经停止|输出"))).not_to_have_count(0)
    expect(printed).to_contain_text("更早的内容已经省略")
    # It shows its end.
    assert printed.evaluate("(box) => box.scrollHeight - box.scrollTop - box.clientHeight") < 30


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere not all of these limits hold")
def test_what_takes_too_much_is_ended_and_the_student_is_told(lab: Lab, browser: Browser) -> None:
    context = new_context(browser)
    opened = Notebook(lab, context, [show(finished(lab, {"main.py": text})) for text in GREEDY.values()])
    opened.open()
    for number, sentence in enumerate(GREEDY):
        workbench = opened.workbench(number)
        button(workbench, "运行").click()
        expect(workbench.get_by_text(sentence)).to_be_visible()
        expect(button(workbench, "运行")).to_be_enabled()
    keep(opened.workbench(0), "run-processes")
    assert lab.get("api/status")["started"], "the server answers as before"
    assert opened.errors == []
    context.close()


def test_a_cell_runs_a_project(opened: Notebook, lab: Lab) -> None:
    project_id = finished(lab, {"main.py": TALKS}).project_id
    said = opened.run_code(
        f"project = Workbench(project_id='{project_id}').project\n"
        "ended = await project.run_program(['甲'], stdin='乙\\n')\n"
        "print('退出码', ended.exit_code)\n"
        "async for event in project.run_program(['丙'], stdin=''):\n"
        "    print(type(event).__name__)"
    )
    assert "问：甲 乙\nTraceback (most recent call last)" in said, said
    assert "IndexError: list index out of range" in said
    assert "退出码 1" in said
    assert "Output\n" in said
    # A complaint goes to the cell's stderr, which Jupyter flushes in its own time.
    assert "\nEnded\n" in f"{said}\n"


def test_output_is_text_and_arguments_arrive(opened: Notebook) -> None:
    workbench = opened.workbench(3)
    printed = run(workbench)
    expect(printed).to_contain_text("<img src=x onerror=alert(1)> <b>粗</b>")
    expect(printed).to_contain_text("参数 []")
    button(workbench, "参数").click()
    workbench.get_by_role("textbox", name="程序参数").fill("一 '二 三'")
    button(workbench, "再来一次").click()
    expect(printed).to_contain_text("参数 ['一', '二 三']")
    assert opened.page.locator("[data-terminal] img").count() == 0
