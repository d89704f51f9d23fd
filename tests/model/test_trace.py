"""Which code belongs to a feature: what its tests execute, the words, and marks."""

from aiflow.model.trace import Evidences, Execution, Function, TracedFeature, trace_features
from aiflow.model.trace_words import words_of

FEATURES = {"F1": "吃到苹果得 1 分", "F2": "按 P 键暂停", "F3": "画面好看"}
FUNCTIONS = [
    Function("game.py", "Game.eat", 1, 4, 'def eat(self):\n    """吃到苹果，得一分。"""'),
    Function("game.py", "Game.pause", 6, 8, "def pause(self):"),
    Function("game.py", "Game.step", 10, 20, "def step(self):"),
]
TESTS = {"a": ["F1"], "b": ["F2"]}


def executed(lines: set[int], *calls: int) -> Execution:
    return Execution({"game.py": frozenset(lines)}, frozenset(("game.py", line) for line in calls))


def by_id(found: list[TracedFeature]) -> dict[str, TracedFeature]:
    return {feature.id: feature for feature in found}


def test_lines_that_one_feature_alone_executes_are_its_own() -> None:
    runs = {"a": executed({2, 3, 11, 12, 15}, 10), "b": executed({7, 8, 11, 12}, 6)}
    found = by_id(trace_features(Evidences(FEATURES, FUNCTIONS, runs, TESTS)))
    assert [one.name for one in found["F1"].definitions] == ["Game.eat", "Game.step"]
    assert found["F1"].definitions[0].evidence == ["plan", "run"]
    assert found["F1"].lines == {"game.py": [(2, 3), (15, 15)]}
    assert [one.name for one in found["F2"].definitions] == ["Game.pause"]
    assert found["F1"].tests == ["a"]
    assert found["F3"].status == "missing"
    assert found["F3"].definitions == []


def test_a_feature_whose_lines_others_execute_too_has_the_likeliest_function() -> None:
    runs = {"a": executed({2, 3}, 1), "b": executed({2, 3, 7}, 6)}
    found = by_id(trace_features(Evidences(FEATURES, FUNCTIONS, runs, TESTS)))
    assert [one.name for one in found["F1"].definitions] == ["Game.eat"]
    assert found["F1"].lines == {"game.py": [(1, 4)]}


def test_a_scenario_of_the_whole_program_counts_where_nothing_else_does() -> None:
    whole = executed({2, 3, 7, 8, 11, 12, 13})
    runs = {"a": executed({2, 3}, 1), "b": executed({7, 8}, 6), "scenario": whole}
    found = by_id(trace_features(Evidences(FEATURES, FUNCTIONS, runs, TESTS | {"scenario": ["F1"]})))
    assert [one.name for one in found["F1"].definitions] == ["Game.eat"]
    found = by_id(trace_features(Evidences(FEATURES, FUNCTIONS, {"scenario": whole}, {"scenario": ["F1"]})))
    assert [one.name for one in found["F1"].definitions] == ["Game.eat", "Game.pause", "Game.step"]


def test_without_tests_the_words_and_marks_say_it() -> None:
    marks = {("game.py", 12): ["F2"], ("game.py", 30): ["F1"]}
    found = by_id(trace_features(Evidences(FEATURES, FUNCTIONS, marks=marks)))
    assert [(one.name, one.evidence) for one in found["F1"].definitions] == [("Game.eat", ["plan"])]
    assert ("Game.step", ["mark"]) in [(one.name, one.evidence) for one in found["F2"].definitions]
    assert found["F3"].status == "unknown"


def test_names_are_read_in_both_languages() -> None:
    assert {"暂停", "pause", "draw", "得分", "best", "score", "3"} <= words_of("draw_bestScore3 pause")
    assert words_of("下一关") == {"下一", "一关"}
