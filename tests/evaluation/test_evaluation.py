"""`aiflow eval` as a person starts it, with a model server over HTTP; and the format of a set."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from aiflow.cli import main
from aiflow.config import Config
from aiflow.evaluation.comparison import compare_runs, sign_test
from aiflow.evaluation.entries import Check, Entry, load_set
from aiflow.evaluation.outcomes import Outcome, OutcomeStore, Results, Settings
from aiflow.evaluation.report import report_html
from aiflow.evaluation.runner import Evaluation
from aiflow.exceptions import AuthError, ConflictError, InputError
from tests.commands.conftest import AIFLOW, CONFIG, environment
from tests.evaluation.programs import WRONG, correct_programs, failures, wrong_programs
from tests.modelserver import Gate, ModelServer, answer, error
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asyncio

GAME = """
request = "帮我写一个猜数字的小游戏 <b>&"
half = "tuning"

[[check]]
kind = "console"
title = "猜到为止"
steps = ["50", "x"]
contains = [["大了", "小了", "猜中了"]]
lacks = ["再见"]
"""
SUM = """
request = "输入两个数，打印和"
kind = "algorithm"

[[check]]
kind = "function"
names = ["add"]
cases = [{ args = [2, 3], result = 5 }]
"""
CHANGE = """
request = "加一个函数 double"
project = "double"

[[check]]
kind = "code"
code = "import main as m; assert m.double(4) == 8"
"""
DOUBLE = '<file path="main.py">\nprint("你好")\n\n\ndef double(number):\n    return number * 2\n</file>\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    made = tmp_path / "my_set"
    (made / "double").mkdir(parents=True)
    (made / "double" / "main.py").write_text('print("你好")\n', encoding="utf-8")
    for name, text in (("a_game", GAME), ("b_sum", SUM), ("c_change", CHANGE)):
        (made / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


def start(folder: Path, server: ModelServer, *args: str) -> "subprocess.Popen[str]":
    address = {"AIFLOW_BASE_URL": server.base_url, "AIFLOW_API_KEY": "test", "AIFLOW_MODEL": "test-model"}
    return subprocess.Popen(
        [str(AIFLOW), "eval", "my_set", "--engine", "openai", "-o", "out", *args],
        cwd=folder,
        env=environment(address | {"COLUMNS": "200"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    printed, _ = process.communicate(timeout=PATIENCE_S)
    return process.returncode, printed


async def test_a_set_is_measured_killed_and_resumed(folder: Path, server: ModelServer) -> None:
    gate = Gate()
    server.script(answer("# 猜数字"), answer("# 求和", gates={0: gate}), phase="specify")
    first = start(folder, server)
    await gate.reached()  # the first request is judged, the second one is being made
    first.kill()
    finish(first)
    gate.open()
    assert [one.id for one in Results.load(folder / "out").outcomes] == ["a_game"]
    gate = Gate()
    server.script(answer("# 求和", gates={0: gate}), phase="specify")
    second = start(folder, server)
    await gate.reached()
    second.send_signal(signal.SIGINT)
    code, printed = finish(second)
    gate.open()
    assert code == 130, printed
    assert "已经停止" in printed
    assert [one.id for one in Results.load(folder / "out").outcomes] == ["a_game"]
    server.script(answer(DOUBLE), answer(DOUBLE), phase="implement")
    other = Settings(set_name="my_set", engine="openai", model="test-model", without=["repair"])
    with pytest.raises(ConflictError, match=r"另一次评测.*-o"):
        OutcomeStore(folder / "out", other)
    code, printed = finish(start(folder, server))
    assert code == 0, printed
    assert "已经有 1 个结果" in printed
    games = [one for one in server.requests if "猜数字的小游戏" in json.dumps(one.json, ensure_ascii=False)]
    assert len(games) == 3, "what was judged already is not made again"
    results = Results.load(folder / "out")
    verdicts = {one.id: (one.starts, one.passes) for one in results.outcomes}
    assert verdicts == {"a_game": (True, True), "b_sum": (True, False), "c_change": (True, True)}
    game = results.outcomes[0]
    assert (game.calls, game.cost) == (3, None)
    assert game.prompt_tokens > 0
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "猜数字的小游戏 &lt;b&gt;&amp;" in page
    assert "<b>&" not in page
    assert "没有找到函数 add" in page
    assert "第 3 次请求（implement）" in page


async def test_a_service_that_refuses_is_no_outcome(tmp_path: Path, server: ModelServer) -> None:
    server.always(error(401))
    address = {"base_url": server.base_url, "model": "test-model"}
    config = Config.model_validate({"engine": "openai", "openai": address, "run": {"durability": "none"}})
    store = OutcomeStore(tmp_path, Settings(set_name="requests", engine="openai"))
    evaluation = Evaluation(load_set("requests", only=["bmi", "caesar"]), store, config)
    with pytest.raises(AuthError):
        assert [one async for one in evaluation.run(1, lambda *_: None)] == []
    assert evaluation.results().outcomes == []
    assert len(server.requests) == 1


async def test_a_wrong_file_is_named(folder: Path) -> None:
    (folder / "my_set" / "d_wrong.toml").write_text(
        'request = "x"\n[[check]]\nkind = "console"\ncontain = ["a"]\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"d_wrong\.toml.*contain"):
        load_set(str(folder / "my_set"))
    with pytest.raises(InputError, match="没有评测集“nothing”"):
        load_set("nothing")


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    # The values of R's binom.test(wins, wins + losses).
    [(0, 0, 1.0), (5, 0, 0.0625), (0, 6, 0.03125), (8, 2, 0.109375), (10, 10, 1.0), (15, 5, 0.04138947)],
)
async def test_the_sign_test(wins: int, losses: int, p: float) -> None:
    assert sign_test(wins, losses) == pytest.approx(p)
    assert sign_test(losses, wins) == pytest.approx(p)


def outcomes(passing: str) -> Results:
    common = {"request": "r", "kind": "tool", "language": "zh", "detail": "exact", "half": "held_out"}
    found = [
        Outcome.model_validate(common | {"id": name, "status": "completed", "passes": name in passing})
        for name in "abcdef"
    ]
    return Results(settings=Settings(set_name="s", engine="openai"), outcomes=found)


async def test_two_runs_are_compared() -> None:
    found = compare_runs(outcomes("abcd"), outcomes("ae"))[0]
    assert (found.better, found.worse, found.ties) == (["b", "c", "d"], ["e"], 2)
    assert found.p == pytest.approx(0.625)


async def test_two_folders_are_compared(tmp_path: Path) -> None:
    for name, passing in (("one", "abcd"), ("other", "ae")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "results.json").write_text(outcomes(passing).model_dump_json(), encoding="utf-8")
    done = CliRunner().invoke(main, ["eval", "--compare", str(tmp_path / "one"), str(tmp_path / "other")])
    assert done.exit_code == 0, done.output
    assert "0.6250" in done.output
    assert "0.6250" in (tmp_path / "other" / "compare_one.html").read_text(encoding="utf-8")
    done = CliRunner().invoke(main, ["eval", "--compare", str(tmp_path), str(tmp_path / "other")])
    assert done.exit_code == 1
    assert "没有评测结果" in done.output


async def test_the_report_shows_what_a_model_wrote_as_text() -> None:
    results = outcomes("a")
    evil = '</pre><script>alert(1)</script><img src=x onerror="alert(1)">'
    results.outcomes[0].message = results.outcomes[0].request = evil
    page = report_html(results, lambda _: None, lambda _: [(evil, evil)])
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 3


async def test_the_included_sets_are_whole() -> None:
    requests, changes = load_set("requests"), load_set("changes")
    assert (len(requests), len(changes)) == (40, 20)
    for entries in (requests, changes):
        assert sum(entry.half == "tuning" for entry in entries) * 2 == len(entries)
        assert all(entry.check for entry in entries)
        assert all(correct_programs(entry) for entry in entries)
    assert not any(entry.is_change for entry in requests)
    assert all(entry.is_change for entry in changes)
    assert {entry.kind for entry in requests} == {"game", "tool", "data", "algorithm"}


@pytest.mark.parametrize("name", ["rock_paper_scissors", "bubble_sort", "unique_names"])
async def test_checks_tell_right_from_wrong(name: str) -> None:
    """A sample; ``python -m tests.benchmarks eval_checks`` validates all of them, with mutants."""
    (entry,) = load_set("requests", only=[name])
    for design in correct_programs(entry):
        assert await failures(entry, design, first=True) == []
    for _, wrong in wrong_programs(entry):
        assert await failures(entry, wrong, first=True) != []
    assert len(WRONG) == 3


WINDOW = """
import pygame

pygame.init()
screen = pygame.display.set_mode((120, 90))
clock, font = pygame.time.Clock(), pygame.font.Font(None, 20)
x, ticks, started = 50, 0, False
while True:
    for event in pygame.event.get():
        started = started or event.type == pygame.KEYDOWN and event.key == pygame.K_SPACE
        if event.type == pygame.KEYDOWN and event.key == pygame.K_LEFT:
            x -= 9
    ticks += started
    screen.fill("black")
    pygame.draw.rect(screen, "white", (x, ticks % 60, 9, 9))
    screen.blit(font.render(f"Score: {ticks // 30}", True, "white"), (0, 70))
    pygame.display.flip()
    clock.tick(30)
"""


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("", ""), []),
        (("x -= 9", "x -= 0"), ["按键没有让画面变化"]),
        (("// 30", "// 999"), ["画面上没有会增加的数字"]),
        (("ticks += started", "ticks = started"), ["不按键的时候画面不动"]),
        (("x -= 9", "y -= 9"), ["程序出错：NameError: name 'y' is not defined"]),
    ],
)
async def test_a_game_is_played_in_simulated_time(change: tuple[str, str], wrong: list[str]) -> None:
    values = {"kind": "window", "time": 3, "keys": [{"at": 1, "key": "left"}], "begin": ["space"]}
    expected = ["draws", "reacts", "moves", "grows"] if "ticks" not in change[0] else ["draws", "moves"]
    check = Check.model_validate(values | {"expect": expected})
    entry = Entry(id="game", request="一个游戏", check=[check])
    found = await failures(entry, {"main.py": WINDOW.replace(*change, 1)}, first=True)
    assert found[:1] == [f"window: {text}" for text in wrong]
