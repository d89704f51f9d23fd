"""Findings go back to the model; those that it cannot repair are delivered as diagnostics."""

import pytest

from aiflow import Config, Flow, GeneratedProject
from aiflow.config import FixesConfig
from aiflow.engines.base import FinishDelta
from aiflow.exceptions import AIFlowError, OverloadedError
from aiflow.model.events import DiagnosticEvent, FileWrittenEvent
from aiflow.pipeline.phases.text_filters import Overlap, Surrogates
from aiflow.storage.journal_reader import read_events
from tests.pipeline.conftest import FILES, MAIN, PLAN, Reconfigure, Script

FORGOTTEN = "print(random.randint(1, 6))\n"
REPAIRED = "import random\n\nprint(random.randint(1, 6))\n"


@pytest.fixture
def config(config: Config) -> Config:
    """Without automatic fixes, which would leave a model nothing to repair."""
    return config.model_copy(update={"fixes": FixesConfig(enabled=False)})


def as_file(text: str, path: str = "main.py") -> str:
    return f'<file path="{path}">\n{text}</file>\n'


def diagnostics(flow: Flow) -> list[DiagnosticEvent]:
    return [event for event in read_events(flow.record.journal_path) if isinstance(event, DiagnosticEvent)]


def main_text(project: GeneratedProject) -> str:
    assert project.main_file is not None
    return project.main_file.read_text(encoding="utf-8")


@pytest.mark.asyncio
async def test_a_forgotten_import_is_repaired_and_the_repair_is_seen(config: Config) -> None:
    engine = Script(implement=[as_file(FORGOTTEN)], repair=[as_file(REPAIRED)])
    flow = Flow("掷骰子", config=config, engine=engine)
    project = await flow.run()
    assert main_text(project) == REPAIRED
    rules = [(found.rule, found.severity) for found in diagnostics(flow)]
    assert rules == [("undefined_name", "error"), ("repair", "info")]
    request = engine.requests[-1]
    assert request.phase == "repair"
    assert FORGOTTEN in request.messages[-1].content
    assert "random" in diagnostics(flow)[0].message
    diff = next((flow.record.folder / "repairs").iterdir()).read_text(encoding="utf-8")
    assert "+import random" in diff
    assert [found.rule for found in flow.snapshot.diagnostics] == ["repair"]


@pytest.mark.asyncio
async def test_a_planned_file_that_nobody_wrote_is_asked_for(config: Config) -> None:
    plan = PLAN.replace("- `main.py`：主程序", "- `main.py`：主程序\n- `dice.py`：骰子")
    dice = "def roll() -> int:\n    return 4\n"
    engine = Script(
        plan=[plan],
        implement=[as_file("from dice import roll\n\nprint(roll())\n")],
        repair=[as_file(dice, "dice.py")],
    )
    project = await Flow("掷骰子", config=config, engine=engine).run()
    assert project.root is not None
    assert (project.root / "dice.py").read_text(encoding="utf-8") == dice


@pytest.mark.asyncio
async def test_two_repairs_a_file_and_then_the_truth(config: Config) -> None:
    broken = "def main(:\n    pass\n"
    engine = Script(implement=[as_file(broken)], repair=[as_file(broken + "# 还是错的\n")])
    flow = Flow("坏程序", config=config, engine=engine)
    project = await flow.run()
    assert sum(request.phase == "repair" for request in engine.requests) == 2
    assert not project.syntax_validated
    assert [found.rule for found in flow.snapshot.diagnostics if found.severity == "error"] == ["syntax"]
    assert flow.snapshot.status == "completed"


@pytest.mark.asyncio
async def test_no_repair_is_requested_twice_in_the_same_words(reconfigure: Reconfigure) -> None:
    engine = Script(implement=[as_file(FORGOTTEN)], repair=["我不知道。"])
    await Flow("掷骰子", config=reconfigure("run", repair_attempts=4), engine=engine).run()
    asked = [request.messages for request in engine.requests if request.phase == "repair"]
    assert len(set(asked)) == len(asked) == 4


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer", ["我不知道。", "```\n\n```", as_file("print(", "main.py"), as_file(FORGOTTEN)]
)
async def test_a_repair_that_is_no_better_keeps_the_file(config: Config, answer: str) -> None:
    engine = Script(implement=[as_file(FORGOTTEN)], repair=[answer])
    project = await Flow("掷骰子", config=config, engine=engine).run()
    assert main_text(project) == FORGOTTEN


@pytest.mark.asyncio
async def test_an_engine_that_fails_while_it_repairs_fails_nothing_else(config: Config) -> None:
    engine = Script(implement=[as_file(FORGOTTEN)], repair=[[OverloadedError("忙")]])
    flow = Flow("掷骰子", config=config, engine=engine)
    project = await flow.run()
    assert project.syntax_validated
    assert any("忙" in found.message for found in diagnostics(flow))


@pytest.mark.asyncio
async def test_repairs_stop_at_their_token_budget(reconfigure: Reconfigure) -> None:
    engine = Script(implement=[as_file(FORGOTTEN)], repair=[as_file("#" * 3000 + "\n" + FORGOTTEN)])
    config = reconfigure("run", repair_token_budget=500)
    await Flow("掷骰子", config=config, engine=engine).run()
    assert sum(request.phase == "repair" for request in engine.requests) == 1


@pytest.mark.asyncio
async def test_an_answer_without_a_program_fails_with_a_sentence(config: Config) -> None:
    engine = Script(implement=["这个我不会写。"], repair=["还是不会。"])
    flow = Flow("难题", config=config, engine=engine)
    with pytest.raises(AIFlowError) as caught:
        await flow.run()
    assert caught.value.reason == "no_program"
    assert flow.snapshot.retryable


@pytest.mark.asyncio
async def test_an_answer_cut_off_by_its_length_continues_without_a_gap(config: Config) -> None:
    text = as_file("".join(f"print({number})\n" for number in range(60)))
    middle = len(text) // 2
    engine = Script(
        implement=[[text[:middle], FinishDelta("length")], [text[middle - 30 :]]],
    )
    project = await Flow("数数", config=config, engine=engine).run()
    assert as_file(main_text(project)) == text
    second = engine.requests[-1]
    assert [message.role for message in second.messages[-2:]] == ["assistant", "user"]


@pytest.mark.asyncio
async def test_a_file_without_its_end_is_kept_only_where_it_is_whole(config: Config) -> None:
    whole = Script(implement=[f'<file path="main.py">\n{MAIN}'])
    assert main_text(await Flow("数数", config=config, engine=whole).run()) == MAIN
    cut = Script(implement=['<file path="main.py">\nprint(("数到"'], repair=[FILES])
    flow = Flow("数数", config=config, engine=cut)
    assert main_text(await flow.run()) == MAIN
    assert "incomplete" in [found.rule for found in diagnostics(flow)]


@pytest.mark.asyncio
async def test_unsafe_paths_are_refused_and_the_next_file_still_comes(config: Config) -> None:
    text = as_file("x = 1\n", "../outside.py") + as_file("x = 1\n", "con.py")
    text += FILES + as_file("x = 1\n", "MAIN.py")
    flow = Flow("坏路径", config=config, engine=Script(implement=[text]))
    project = await flow.run()
    assert project.root is not None
    assert [found.rule for found in diagnostics(flow)].count("unsafe_path") == 3
    assert not (project.root.parent / "outside.py").exists()


@pytest.mark.asyncio
async def test_limits_hold_while_the_model_types(reconfigure: Reconfigure) -> None:
    config = reconfigure("run", max_file_bytes=2000, max_project_bytes=3000, max_files=5)
    text = FILES + as_file("# " + "长" * 3000 + "\n", "long.py")
    text += as_file("# " + "a" * 1800 + "\n", "one.py") + as_file("# " + "a" * 1800 + "\n", "two.py")
    text += as_file("\n", "a.py") + as_file("\n", "b.py")
    flow = Flow("太大", config=config, engine=Script(implement=[text]))
    project = await flow.run()
    rules = {found.path: found.rule for found in diagnostics(flow)}
    assert rules == {"long.py": "file_too_large", "two.py": "project_too_large", "b.py": "too_many_files"}
    assert project.total_files == 5


@pytest.mark.asyncio
async def test_a_file_given_twice_is_the_last_one(config: Config) -> None:
    text = as_file("print(1)\n") + as_file("print(2)\n")
    flow = Flow("两次", config=config, engine=Script(implement=[text]))
    assert main_text(await flow.run()) == "print(2)\n"
    written = [e.path for e in read_events(flow.record.journal_path) if isinstance(e, FileWrittenEvent)]
    assert written == ["spec.md", "plan.md", "main.py", "main.py"]


@pytest.mark.asyncio
async def test_no_phase_fails_because_of_a_form(config: Config) -> None:
    engine = Script(
        specify=["贪吃蛇啊，好的"], plan=["直接写一个文件就行"], implement=[f"```python\n{MAIN}```\n"]
    )
    project = await Flow("随便", config=config, engine=engine).run()
    assert main_text(project) == MAIN
    assert project.project_name.startswith("project_")


@pytest.mark.asyncio
async def test_half_characters_are_joined(config: Config) -> None:
    pieces = ['<file path="main.py">\nprint("', "\ud83d", '\ude00\ud83d")\n</file>\n']
    project = await Flow("表情", config=config, engine=Script(implement=[pieces])).run()
    assert main_text(project) == 'print("😀�")\n'


def test_surrogates_hold_back_only_a_first_half() -> None:
    joiner = Surrogates()
    assert [joiner.feed(piece) for piece in ("a\ud83d", "\ude00b", "\ude00", "好")] == ["a", "😀b", "�", "好"]


@pytest.mark.parametrize(
    ("written", "pieces", "expected"),
    [
        ("print(1)\nprint(2)\n", ["print(2)\n", "print(3)\n"], "print(3)\n"),
        ("print(1)\nfor x in ", ["range(3):\n"], "range(3):\n"),
        ("x = 1\ny = 22222222\n", ["```python\n", "y = 22222222\nz = 3\n"], "z = 3\n"),
        ("abc", ["abc"], "abc"),
        ('MAP = [\n    "#......#",\n    "#......#",\n', ['    "#......#",\n', "]\n"], '    "#......#",\n]\n'),
    ],
)
def test_what_a_continuation_repeats_is_left_out(written: str, pieces: list[str], expected: str) -> None:
    overlap = Overlap(written)
    assert "".join(overlap.feed(piece) for piece in pieces) + overlap.close() == expected


@pytest.mark.asyncio
async def test_a_program_that_breaks_when_it_runs_is_repaired(reconfigure: Reconfigure) -> None:
    crash = (
        'numbers = [1, 2, 3]\nwith open("made.txt", "w", encoding="utf-8") as file:\n'
        '    file.write("x")\nprint(numbers[3])\n'
    )
    engine = Script(implement=[as_file(crash)], repair=[FILES])
    flow = Flow("数数", config=reconfigure("gates", smoke_run=True, smoke_run_timeout_s=60), engine=engine)
    project = await flow.run()
    assert main_text(project) == MAIN
    assert [(found.rule, found.line) for found in diagnostics(flow)] == [("run_error", 4), ("repair", None)]
    assert project.root is not None
    assert sorted(path.name for path in project.root.iterdir()) == ["main.py", "plan.md", "spec.md"]


@pytest.mark.asyncio
@pytest.mark.parametrize("is_read_only", [True, False])
async def test_a_program_may_write_while_it_is_tried(
    reconfigure: Reconfigure, monkeypatch: pytest.MonkeyPatch, is_read_only: bool
) -> None:
    """Whether the system can keep it from that or not, it is not called wrong and leaves nothing."""
    if not is_read_only:
        monkeypatch.setattr("aiflow.sandbox.child.linux.landlock.abi", lambda: 0)
    program = 'with open("best.txt", "w", encoding="utf-8") as file:\n    file.write("12")\nprint(12)\n'
    engine = Script(implement=[as_file(program)])
    flow = Flow("数数", config=reconfigure("gates", smoke_run=True, smoke_run_timeout_s=60), engine=engine)
    project = await flow.run()
    assert main_text(project) == program
    assert diagnostics(flow) == []
    assert project.root is not None
    assert sorted(path.name for path in project.root.iterdir()) == ["main.py", "plan.md", "spec.md"]
    assert list(flow.record.temporary.iterdir()) == []


@pytest.mark.asyncio
async def test_a_model_that_goes_round_in_circles_is_stopped_and_asked_again(config: Config) -> None:
    endless = ['<file path="main.py">\nx = 1\n', *["print(x)\n" * 10] * 200]
    engine = Script(implement=[endless], repair=[FILES])
    flow = Flow("数数", config=config, engine=engine)
    assert main_text(await flow.run()) == MAIN
    assert len(engine.requests[2].messages) == 2
    assert len(flow.prompts[2]["content"]) < 6000
    assert "incomplete" in [found.rule for found in diagnostics(flow)]


@pytest.mark.asyncio
async def test_the_output_of_a_smoke_test_names_no_path_of_the_machine(reconfigure: Reconfigure) -> None:
    crash = "import os\n\nraise FileNotFoundError(os.getcwd())\n"
    engine = Script(implement=[as_file(crash)], repair=["不会改。"])
    config = reconfigure("gates", smoke_run=True, smoke_run_timeout_s=60)
    flow = Flow("数数", config=config, engine=engine)
    await flow.run()
    found = next(found for found in diagnostics(flow) if found.rule == "run_error")
    assert str(config.folder) not in found.message
    assert "FileNotFoundError: ." in found.message
