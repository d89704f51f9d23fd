"""Features that a program has no code for."""

from aiflow.languages.features import features_without_code

FEATURES = {"F1": "吃到苹果得 1 分", "F2": "画一只恐龙", "F3": "播放音乐", "F4": "按键暂停"}
PROGRAM = '# F3\ndef eat():\n    """吃到苹果。"""\n\n\ndef pause():\n    pass\n'


def test_a_feature_that_nothing_points_to_has_no_code() -> None:
    files = {"main.py": PROGRAM, "tests/test_f2.py": "def test_dinosaur():\n    '画一只恐龙'\n"}
    assert features_without_code(FEATURES, files, tested=set()) == ["F2"]
    assert features_without_code(FEATURES, files, tested={"F2"}) == []
