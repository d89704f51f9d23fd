"""Every lesson is whole.

It loads, is safe and short, and says the same in its plan, its files and its table.
"""

import ast
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from aiflow.config import GatesConfig
from aiflow.engines.lesson_library import LESSONS_DIR, load_lesson, load_lessons
from aiflow.exceptions import ConfigError
from aiflow.extraction import FileClosed, FileExtractor, FileOpened, FileText
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.paths import SafePath

LESSONS = load_lessons()
EVERY_LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
APPROVED = {"pygame"}
PLACEHOLDERS = ("TODO", "FIXME", "此处省略", "其余代码", "NotImplemented", "待实现")


def python_files(lesson):
    return [file for file in lesson.files if file.path.endswith(".py")]


def test_the_promised_lessons_are_there():
    promised = {"snake", "guess_number", "todo", "text_adventure", "grade_stats", "tic_tac_toe"}
    assert promised <= {lesson.id for lesson in LESSONS}
    assert {path.name for path in LESSONS_DIR.iterdir() if path.is_dir()} == {lesson.id for lesson in LESSONS}


@EVERY_LESSON
def test_its_files_are_safe_and_short(lesson):
    assert lesson.manifest.main in lesson.manifest.files
    assert "README.md" in lesson.manifest.files
    for file in lesson.files:
        assert SafePath(file.path) == file.path
        assert file.text.count("\n") <= 160, file.path
        assert max(map(len, file.text.splitlines())) <= 110, file.path
        assert "\r" not in file.text
        assert file.intro.endswith("。") or file.intro.endswith("？")
        assert not [word for word in PLACEHOLDERS if word in file.text]


@EVERY_LESSON
def test_its_python_parses_and_imports_only_what_is_allowed(lesson):
    own = {Path(file.path).stem for file in python_files(lesson)}
    assert not own & sys.stdlib_module_names, "a module would hide one of the standard library"
    used: set[str] = set()
    for file in python_files(lesson):
        for node in ast.walk(ast.parse(file.text)):
            if isinstance(node, ast.Import):
                used |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                used.add((node.module or "").split(".")[0])
    assert used - own - sys.stdlib_module_names - APPROVED == set()
    assert used & APPROVED == set(lesson.manifest.dependencies)


@EVERY_LESSON
def test_its_python_is_typed_and_explained(lesson):
    for file in python_files(lesson):
        tree = ast.parse(file.text)
        assert ast.get_docstring(tree), file.path
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert ast.get_docstring(node), f"{file.path}: {node.name}"
            if isinstance(node, ast.FunctionDef):
                assert node.returns is not None, f"{file.path}: {node.name}"
                assert node.name == "__init__" or ast.get_docstring(node), f"{file.path}: {node.name}"
                arguments = [argument for argument in node.args.args if argument.arg != "self"]
                assert all(argument.annotation for argument in arguments), f"{file.path}: {node.name}"


@EVERY_LESSON
def test_its_python_runs_on_the_oldest_version_we_support(lesson):
    for file in python_files(lesson):
        ast.parse(file.text, feature_version=(3, 11))


@EVERY_LESSON
def test_its_documents_are_complete(lesson):
    specify, plan = lesson.texts["specify"], lesson.texts["plan"]
    for text in (specify, plan):
        assert text.startswith("# ")
        assert f"\n项目类型: {lesson.manifest.project_type}\n" in text
    assert specify.startswith(f"# {lesson.title}\n")
    assert "\n## 功能\n\n- " in specify
    assert "\n## 运行方式\n" in specify
    assert f"python {lesson.manifest.main}" in specify
    files = plan.split("\n## 文件\n")[1].split("\n## ")[0]
    listed = [line.split("`")[1] for line in files.splitlines() if line.startswith("- `")]
    assert sorted(listed) == sorted(lesson.manifest.files)
    needs = plan.split("\n## 依赖\n")[1].split("\n## ")[0]
    assert all(f"- {name}" in needs for name in lesson.manifest.dependencies or ["无"])


@EVERY_LESSON
def test_its_thinking_is_thinking(lesson):
    for phase in ("specify", "plan", "implement"):
        thinking = lesson.texts[f"{phase}.thinking"]
        assert 80 <= len(thinking) <= 900
        assert not re.search(r"</?[a-z]|^#|```", thinking, re.MULTILINE)


@EVERY_LESSON
def test_it_is_read_like_a_models_answer_and_passes_every_gate(lesson):
    spec = Spec.from_markdown(lesson.texts["specify"])
    assert (spec.title, spec.project_type) == (lesson.title, lesson.manifest.project_type)
    assert len(spec.features) >= 5
    plan = Plan.from_markdown(lesson.texts["plan"])
    assert plan.main_file == lesson.manifest.main
    assert [file.path for file in plan.files if file.purpose] == [file.path for file in plan.files]
    assert plan.dependencies == lesson.manifest.dependencies
    files = {file.path: file.text for file in lesson.files}
    assert run_gates(Sources.of(files, plan=plan), gates_for(GatesConfig())) == []


@EVERY_LESSON
def test_the_extractor_gives_its_files_back_exactly(lesson):
    extractor = FileExtractor()
    answer = "".join(
        f'{file.intro}\n\n<file path="{file.path}">\n{file.text}</file>\n\n' for file in lesson.files
    )
    parts = [part for at in range(0, len(answer), 5) for part in extractor.feed(answer[at : at + 5])]
    parts += extractor.close()
    found: dict[str, str] = {}
    for part in parts:
        if isinstance(part, FileOpened):
            found[part.path] = ""
        elif isinstance(part, FileText):
            found[part.path] += part.text
        elif isinstance(part, FileClosed):
            assert part.complete
    assert found == {file.path: file.text for file in lesson.files}


# --- a lesson with a mistake --------------------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons" / "guess_number"
    shutil.copytree(LESSONS_DIR / "guess_number", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_a_copy_is_a_lesson(mine):
    assert load_lesson(mine) == next(lesson for lesson in LESSONS if lesson.id == "guess_number")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "plan.md").unlink(), "缺少文件 plan.md"),
        (lambda folder: (folder / "specify.md").write_bytes(b"\xb2\xc2"), "specify.md 不是 UTF-8"),
        (lambda folder: (folder / "lesson.toml").write_text("title = ", encoding="utf-8"), "不是正确的 TOML"),
        (lambda folder: change(folder, 'title = "猜数字"', 'title = ""'), "title"),
        (lambda folder: change(folder, "alone = [", 'alone = [" + ", '), "nothing to look for"),
        (lambda folder: change(folder, "keywords = [", 'keywords = ["",'), "keywords"),
        (lambda folder: change(folder, 'kind = "written"', 'kind = "recorded"'), "recorded"),
        (lambda folder: change(folder, 'main = "main.py"', 'main = "start.py"'), "start.py"),
        (lambda folder: change(folder, 'main = "main.py"', 'mian = "main.py"'), "mian"),
        (lambda folder: (folder / "files" / "README.md").unlink(), "README.md 不在 files"),
        (
            lambda folder: (folder / "files" / "extra.py").write_text("x = 1\n", encoding="utf-8"),
            "extra.py 没有写进",
        ),
        (lambda folder: (folder / "files" / "main.py").write_text("x = 1", encoding="utf-8"), "以换行结尾"),
        (
            lambda folder: (folder / "files" / "main.py").write_text("'''\n</file>\n'''\n", encoding="utf-8"),
            "</file>",
        ),
        (lambda folder: (folder / "files" / "main.py").write_bytes(b"# " + b"x" * 1_000_001 + b"\n"), "太大"),
        (lambda folder: rename(folder, "README.md", "spec.md"), "spec.md"),
        (lambda folder: rename(folder, "README.md", "con.txt"), "保留的名字"),
        (lambda folder: rename(folder, "README.md", "MAIN.py"), "同一个文件"),
        (lambda folder: folder.rename(folder.with_name("Bad-Name")), "id"),
    ],
)
def test_a_broken_lesson_is_named_with_what_is_wrong(mine, spoil, why):
    spoil(mine)
    with pytest.raises(ConfigError, match=why) as caught:
        load_lessons([mine.parent])
    assert str(mine.parent) not in caught.value.message
    assert "docs/lessons.md" in caught.value.message


def change(folder: Path, old: str, new: str) -> None:
    manifest = folder / "lesson.toml"
    text = manifest.read_text(encoding="utf-8")
    assert old in text
    manifest.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def rename(folder: Path, old: str, new: str) -> None:
    (folder / "files" / old).rename(folder / "files" / new)
    change(folder, f'"{old}"', f'"{new}"')


def test_a_folder_of_lessons_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigError, match="没有这里"):
        load_lessons([tmp_path / "没有这里"])


def test_the_written_format_is_the_documented_one():
    documented = (LESSONS_DIR.parent.parent / "docs" / "lessons.md").read_text(encoding="utf-8")
    keys = {
        key
        for lesson in LESSONS
        for key in tomllib.loads((LESSONS_DIR / lesson.id / "lesson.toml").read_text(encoding="utf-8"))
    }
    assert not [key for key in keys if f"`{key}`" not in documented and f"[{key}]" not in documented]
