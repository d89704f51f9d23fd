"""Prepared changes: each alone, and every two in each order, give a program that does what was asked."""

import ast
import itertools
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from aiflow import Config, Flow
from aiflow.config import GatesConfig, LessonsConfig
from aiflow.engines.base import EngineRequest
from aiflow.engines.lesson_change_player import prepare_change
from aiflow.engines.lesson_changes import LessonChange
from aiflow.engines.lesson_library import Lesson, load_lessons
from aiflow.engines.lesson_wishes import find_changes
from aiflow.exceptions import EngineError, NoLessonError
from aiflow.extraction.edits import EDITS, EditReader, apply_edits
from aiflow.gates.checks import gates_for, run_gates
from aiflow.languages.files import find_definitions
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan, Spec, mark_features
from aiflow.workspace.ideas import ideas_of
from tests.lessons import game_effects  # noqa: F401 - registers the effects of the games
from tests.lessons.change_effects import EFFECTS
from tests.lessons.changed_program import ChangedProgram

LESSONS = {lesson.id: lesson for lesson in load_lessons()}
EVERY_LESSON = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
# Changes that a person sees at once; the others change rules.
VISUAL = {
    "snake/colours", "snake/blue", "snake/prettier", "breakout/sunset", "guess_number/ruler", "todo/progress",
    "text_adventure/map", "grade_stats/chart", "grade_stats/bands", "tic_tac_toe/big_board", "hangman/cards",
    "quiz/stars",
}  # fmt: skip
OPPOSITES = {"faster", "slower"}


def change(lesson: Lesson, files: Mapping[str, str], wish: str) -> dict[str, str]:
    """Make a prepared change as the pipeline does; return the files after it."""
    request = EngineRequest("implement", (), wish, lesson.id, task="change", files=files)
    texts = prepare_change(lesson, request).texts
    reader = EditReader(files)
    parts = [*reader.feed(texts["implement"]), *reader.close()]
    applied = apply_edits([part for part in parts if isinstance(part, EDITS)], files, find_definitions)
    assert applied.problems == []
    planned = [file.path for file in Plan.from_markdown(texts["plan"]).files]
    assert sorted(planned) == sorted(applied.files)
    return {**files, **applied.files, "spec.md": texts["specify"], "plan.md": texts["plan"]}


def first_files(lesson: Lesson) -> dict[str, str]:
    return {file.path: file.text for file in lesson.files} | {"spec.md": lesson.texts["specify"]}


@cache
def changed_once(lesson: str, wish: str) -> dict[str, str]:
    return change(LESSONS[lesson], first_files(LESSONS[lesson]), wish)


@pytest.fixture(autouse=True)
def no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    # Loading the system's Chinese font costs more than all the rest of a game's test.
    monkeypatch.setattr("pygame.font.match_font", lambda _name: None)


@EVERY_LESSON
def test_each_lesson_has_a_visual_one_one_of_rules_and_one_that_adds_a_file(lesson: Lesson) -> None:
    names = {f"{lesson.id}/{change.id}" for change in lesson.changes}
    assert names & VISUAL
    assert names - VISUAL
    assert any("<file path=" in answer for one in lesson.changes for answer in one.answers)
    assert names == {name for name in EFFECTS if name.startswith(f"{lesson.id}/")}


@EVERY_LESSON
def test_every_change_and_every_two_in_each_order_give_a_program_that_does_what_was_asked(
    lesson: Lesson, tmp_path: Path
) -> None:
    spec = Spec.from_markdown(lesson.texts["specify"])
    gates = gates_for(GatesConfig())
    checked: set[frozenset[tuple[str, str]]] = set()
    pairs = [*itertools.permutations(lesson.changes, 2), *((one, one) for one in lesson.changes)]
    for number, (first, second) in enumerate(pairs):
        files = changed_once(lesson.id, first.manifest.sentence)
        if first is second:
            check_marks(spec, files["spec.md"], first)
            assert_refused(lesson, files, first)
        else:
            files = change(lesson, files, second.manifest.sentence)
        sources = {name: text for name, text in files.items() if name not in {"spec.md", "plan.md"}}
        if first is not second:
            assert_same_in_one_sentence(lesson, first, second, sources)
        if (program := frozenset(sources.items())) in checked:
            continue  # most changes touch different lines: the other order gave the same program
        checked.add(program)
        assert run_gates(Sources.of(sources), gates) == [], (first.id, second.id)
        assert_short_and_explained(sources)
        # Of faster and slower the last one holds.
        done = {second.id} if {first.id, second.id} == OPPOSITES else {first.id, second.id}
        folder = tmp_path / str(number)
        for name in done:
            (folder / name).mkdir(parents=True)
            with ChangedProgram(lesson.id, sources, folder / name) as program:
                EFFECTS[f"{lesson.id}/{name}"](program)


def assert_same_in_one_sentence(
    lesson: Lesson, first: LessonChange, second: LessonChange, sources: Mapping[str, str]
) -> None:
    wish = f"{first.manifest.sentence}。{second.manifest.sentence}"
    found = find_changes(wish, lesson.changes, lesson.manifest.things)
    if [one.id for one in found.changes] == [first.id, second.id]:
        files = change(lesson, first_files(lesson), wish)
        assert {name: files[name] for name in sources} == sources


def check_marks(before: Spec, text: str, change: LessonChange) -> None:
    """The features that a change marks are those of its ``spec.md``."""
    after = mark_features(before, Spec.from_markdown(text))
    assert len(after.changes.new) == len(change.features["新增"])
    assert len(after.changes.changed) == len({line.split(" → ")[1] for line in change.features["修改"]})
    assert len(after.changes.removed) == len(change.features["去掉"])
    assert after.reason == change.manifest.reason


def assert_refused(lesson: Lesson, files: Mapping[str, str], change: LessonChange) -> None:
    request = EngineRequest("specify", (), change.manifest.sentence, lesson.id, task="change", files=files)
    with pytest.raises(EngineError) as caught:
        prepare_change(lesson, request)
    assert caught.value.reason == "unchanged"
    assert change.manifest.title in caught.value.message


def assert_short_and_explained(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        assert text.endswith("\n")
        assert max(map(len, text.splitlines())) <= 110, name
        if name.endswith(".py"):
            functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
            assert all(node.returns is not None for node in functions), name
            assert all(ast.get_docstring(node) for node in functions if node.name != "__init__"), name


def test_a_program_that_is_not_the_lessons_any_more_is_refused() -> None:
    lesson = LESSONS["snake"]
    files = first_files(lesson)
    files["game.py"] = files["game.py"].replace("160 - 4", "200 - 9")
    with pytest.raises(NoLessonError, match="不一样了"):
        change(lesson, files, "让蛇跑得更快")


def test_what_is_not_prepared_is_refused_with_what_is() -> None:
    lesson = LESSONS["snake"]
    with pytest.raises(NoLessonError) as caught:
        change(lesson, first_files(lesson), "变成坦克大战")
    assert caught.value.reason == "no_lesson"
    assert "让蛇跑得更快" in caught.value.message
    with pytest.raises(NoLessonError, match="声音放不出来"):
        change(lesson, first_files(lesson), "加背景音乐")
    with pytest.raises(NoLessonError) as caught:
        change(lesson, changed_once("snake", "让蛇跑得更快"), "变成坦克大战")
    assert "“让蛇跑得更快”" not in caught.value.message


def test_what_of_a_wish_is_not_prepared_is_said() -> None:
    lesson = LESSONS["snake"]
    request = EngineRequest("specify", (), "加一个排行榜，再加背景音乐", lesson.id, task="change")
    prepared = prepare_change(lesson, request)
    assert "这次没有做的：“再加背景音乐”" in prepared.texts["specify"]
    assert "没有准备" in prepared.notice


def test_the_pipeline_makes_a_prepared_change_and_offers_the_others(tmp_path: Path) -> None:
    config = Config.load().model_copy(
        update={"lessons": LessonsConfig(speed=0), "projects_dir": tmp_path / "projects"}
    )
    first = Flow("做一个猜数字的小游戏", config=config)
    first.run_sync()
    second = first.change("难一点，再加一个排行榜，再加背景音乐")
    project = second.run_sync()
    assert "HIGHEST = 1000" in (project.root / "game.py").read_text(encoding="utf-8")
    assert (project.root / "leaderboard.py").is_file()
    assert "这次没有做的" in (project.root / "spec.md").read_text(encoding="utf-8")
    assert project.reason.startswith("电脑想的数从 1 到 100 变成 1 到 1000")
    folder, manifest = second.store.find(second.project_id), second.record.load()
    offered = ideas_of(folder, manifest, config.lessons)
    assert "反过来，我想一个数，让电脑来猜" in offered
    assert "加一个排行榜" not in offered
    with pytest.raises(EngineError) as caught:
        second.change("加一个排行榜").run_sync()
    assert caught.value.reason == "unchanged"
