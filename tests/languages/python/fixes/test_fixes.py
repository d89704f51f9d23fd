"""Each rule corrects its mistakes, and leaves alone what is right or could be corrected in two ways."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aiflow
from aiflow.config import FixesConfig, GatesConfig
from aiflow.gates.fixing import RULE_PREFIX, Fixed, fix_project
from aiflow.gates.pool_worker import pack_fixed, unpack_fixed
from aiflow.languages.sources import Sources
from tests.languages.python.fixes.programs import (
    FIXED,
    GUARDS,
    LEFT,
    LEFT_PROJECTS,
    MAIN,
    PROJECTS,
    WINDOW,
)

GATES = GatesConfig(plugins=False)
FIXES = FixesConfig(plugins=False)
RULES = sorted(set(FixesConfig.model_fields) - {"enabled", "plugins"})


def fix(files: dict[str, str | bytes] | str, config: FixesConfig = FIXES) -> Fixed:
    project = {"main.py": files} if isinstance(files, str) else files
    return fix_project(Sources.of(project), GATES, config)


def text(fixed: Fixed, path: str = "main.py") -> str:
    return fixed.files[path].decode()


@pytest.mark.parametrize("name", FIXED)
def test_a_rule_corrects_it_once_and_for_all(name: str) -> None:
    rule, before, after = FIXED[name]
    fixed = fix(before)
    assert text(fixed) == after
    assert {found.rule for found in fixed.fixes} == {RULE_PREFIX + rule}
    assert fixed.findings == []
    assert all(found.severity == "info" and found.diff and found.path == "main.py" for found in fixed.fixes)
    assert fix(after) == Fixed()


@pytest.mark.parametrize("name", PROJECTS)
def test_a_rule_looks_into_the_other_files(name: str) -> None:
    rule, files, path, after = PROJECTS[name]
    fixed = fix(dict(files))
    assert (text(fixed, path), [found.rule for found in fixed.fixes]) == (after, [RULE_PREFIX + rule])
    assert fixed.findings == []


@pytest.mark.parametrize("guard", GUARDS)
def test_a_misspelt_guard_is_written_right(guard: str) -> None:
    fixed = fix(f"{MAIN}\n{guard}\n    main()\n")
    assert text(fixed) == f'{MAIN}\nif __name__ == "__main__":\n    main()\n'
    assert fixed.findings == []


@pytest.mark.parametrize("name", [*LEFT, *LEFT_PROJECTS])
def test_two_possible_corrections_or_none_are_no_correction(name: str) -> None:
    files: dict[str, str | bytes] = (
        dict(LEFT_PROJECTS[name]) if name in LEFT_PROJECTS else {"main.py": LEFT[name]}
    )
    fixed = fix(files)
    assert (fixed.files, fixed.fixes) == ({}, [])


def test_keys_of_a_game_name_its_methods() -> None:
    game = "class Game:\n" + "".join(
        f"    def move_{way}(self):\n        print(1)\n\n" for way in ("up", "down", "left", "right")
    )
    keys = "".join(f'    if key == "{key}":\n        game.move_{key}()\n' for key in "wasd")
    fixed = fix(f"{game}\ngame = Game()\nwhile True:\n    key = input()\n{keys}")
    assert [f"move_{way}()" in text(fixed) for way in ("up", "left", "down", "right")] == [True] * 4
    assert fixed.findings == []


def test_the_sentence_teaches_and_the_diff_shows() -> None:
    (found,) = fix("import os\nprint(os.name, random.random())\n").fixes
    assert found.message == "main.py 第 2 行：你用了 random，可是没有导入它：已经补上 import random。"
    assert found.diff == (
        "--- a/main.py\n+++ b/main.py\n@@ -1,2 +1,3 @@\n import os\n+import random\n"
        " print(os.name, random.random())\n"
    )


def test_a_fix_stands_on_its_line_after_those_above_it() -> None:
    fixed = fix('import os\n\nprint(os.name, math.pi)\nfile = open("a")\nprint(file)\n')
    assert [(found.rule, found.line) for found in fixed.fixes] == [
        ("fix_missing_import", 2),
        ("fix_encoding", 5),
    ]


def test_a_file_with_several_kinds_of_mistakes_is_corrected_whole() -> None:
    fixed = fix(
        "```python\nname = raw_input（“名字”）\nprint name\nif name:\n        print 1\n\tprint 2\n```\n"
    )
    assert text(fixed) == 'name = input("名字")\nprint(name)\nif name:\n        print(1)\n        print(2)\n'
    assert {found.rule for found in fixed.fixes} == {
        "fix_fences", "fix_fullwidth", "fix_python2", "fix_tabs"
    }  # fmt: skip


def test_a_fix_that_does_not_help_is_reverted() -> None:
    fixed = fix("print（1）\nprint((2)\n")
    assert (fixed.files, fixed.fixes, fixed.reverted) == ({}, [], ["fullwidth"])
    assert [found.rule for found in fixed.findings] == ["syntax"]


def test_a_fix_that_was_not_needed_is_undone_when_another_one_helps() -> None:
    """In a file that cannot be read, a question about a name looks like a misspelt guard."""
    fixed = fix('name = input()\nif name == "main":\n        print(1)\n\tprint(2)\n')
    assert text(fixed) == 'name = input()\nif name == "main":\n        print(1)\n        print(2)\n'
    assert ([found.rule for found in fixed.fixes], fixed.reverted) == (["fix_tabs"], ["main_guard"])


def test_what_surrounds_a_correction_stays_byte_for_byte() -> None:
    data = b"\xef\xbb\xbf# \xe4\xb8\xad\r\nimport os\r\n\r\nprint(os.name,  random.random( ))\t\r\n#end"
    fixed = fix({"main.py": data})
    assert fixed.files == {"main.py": data.replace(b"import os\r\n", b"import os\r\nimport random\r\n")}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_can_be_turned_off(rule: str) -> None:
    program = next((case[1] for case in FIXED.values() if case[0] == rule), None)
    files: dict[str, str | bytes] = (
        {"main.py": f'{MAIN}\nif __name__ == "main":\n    main()\n'}
        if program is None
        else {"main.py": program}
    )
    if rule == "wrong_import":
        files = dict(PROJECTS["wrong_file"][1])
    assert fix(files).files
    off = FixesConfig.model_validate({"plugins": False, rule: False})
    assert all(found.rule != RULE_PREFIX + rule for found in fix(files, off).fixes)
    assert fix(files, FixesConfig(enabled=False)).files == {}


def test_in_a_change_only_errors_are_corrected_elsewhere() -> None:
    files = {"main.py": "import os\nimport other\nprint(other.x)\n", "other.py": "import sys\nx = math.pi\n"}
    fixed = fix_project(Sources.of(files), GATES, FIXES, only=frozenset({"main.py"}))
    assert {path: data.decode() for path, data in fixed.files.items()} == {
        "main.py": "import other\nprint(other.x)\n",
        "other.py": "import sys\nimport math\nx = math.pi\n",
    }


def test_the_time_is_limited() -> None:
    program = "".join(f"print({name}.x)\n" for name in ("random", "math", "json", "time"))
    ticks = iter(range(0, 100, 3))
    fixed = fix_project(Sources.of({"main.py": program}), GATES, FIXES, clock=lambda: float(next(ticks)))
    assert len(fixed.fixes) <= 1


def test_the_result_travels_between_processes() -> None:
    fixed = fix("print(math.pi)\n")
    assert unpack_fixed(pack_fixed(fixed)) == fixed
    assert json.loads(pack_fixed(fixed))["reverted"] == []


def test_a_message_suggests_no_wrong_correction() -> None:
    files = {
        "main.py": "import sort_again\nprint(again([1]), sort_again.x)\n",
        "sort_again.py": "x = 1\n\n\ndef again(a):\n    return a\n",
        "other.py": "print(sort_again([2]))\n\n\ndef sort_again(a):\n    return a\n",
    }
    found = fix(files, FixesConfig(enabled=False)).findings
    assert any("from sort_again import again" in finding.message for finding in found)
    assert not any("import sort_again。" in finding.message for finding in found)


LESSONS = sorted((Path(aiflow.__file__).parent / "lessons").glob("*/files"))


@pytest.mark.parametrize("folder", LESSONS, ids=lambda folder: folder.parent.name)
def test_lessons_are_left_alone(folder: Path) -> None:
    files: dict[str, str | bytes] = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    fixed = fix(files)
    assert (fixed.files, fixed.fixes, fixed.reverted) == ({}, [], [])


LINES = [
    "x = 1\n", "print(x)\n", "# 注释，（中文）：\n", 's = "，（”"\n', "def f(a):\n    return a\n", "f(1)\n",
    "for i in range(3):\n    f(i)\n", 'print(f"{x}，")\n', 't = """\n```\n\tprint "a"\n"""\n', "x += 2\n",
    'open("a", encoding="utf-8").close()\n', 'if x:\n\tf(x)\n',
]  # fmt: skip


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=8), newline=st.sampled_from(["\n", "\r\n"])
)
def test_programs_without_findings_stay(lines: list[str], newline: str) -> None:
    program = "x = 1\n\n\ndef f(a):\n    return a\n\n\nprint(x)\n" + "".join(lines)
    fixed = fix({"main.py": program.replace("\n", newline).encode()})
    assert fixed == Fixed()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    text=st.text("()（）“”\"'，：#\\\n\t `*ab=1。printexcept", max_size=60),
    program=st.sampled_from([WINDOW, MAIN, ""]),
)
def test_no_text_makes_a_rule_fail(text: str, program: str) -> None:
    fixed = fix(program + text)
    assert not [found for found in fixed.findings if found.rule == "gate_failed"]
