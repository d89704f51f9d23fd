"""Importing from Python and the terminal, cancelling, and what is kept beside an import."""

import asyncio
import json
import os
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from aiflow import Config, import_project
from aiflow.cli import main
from aiflow.exceptions import InputError, NotFoundError
from aiflow.model.status import RequestStatus
from aiflow.workspace.importing.project import Imports
from aiflow.workspace.projects import Projects
from tests.imports.notebooks import notebook
from tests.imports.zips import as_bytes, make_zip

MAIN = "print('开始')\n"


def source(folder: Path) -> Path:
    """A folder as a student has it, with everything that does not belong to the program."""
    root = folder / "我的游戏"
    for path, text in {
        "main.py": "import tools\ntools.hello()\n",
        "tools.py": '"""工具。"""\ndef hello():\n    """打个招呼。"""\n    print("你好")\n',
        "data/scores.csv": "甲,1\n",
        "venv/lib/x.py": "x",
        "__pycache__/main.pyc": "x",
        ".git/config": "x",
        ".gitignore": "*.log\n",
        "run.log": "x",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_a_folder_is_copied_and_never_changed(tmp_path: Path, config: Config) -> None:
    root = source(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    flow = import_project(root, config=config)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before
    assert flow.snapshot.status is RequestStatus.COMPLETED
    assert flow.spec.title == "我的游戏"
    assert flow.snapshot.plan.main_file == "main.py"
    assert {file.path: file.purpose for file in flow.snapshot.plan.files}["tools.py"] == "工具。"
    assert "打个招呼。" in flow.spec.features
    kept = {path.relative_to(flow.project.root).as_posix() for path in flow.project.root.rglob("*.*")}
    assert kept == {"main.py", "tools.py", "data/scores.csv", ".gitignore", "spec.md", "plan.md"}
    told = [found.message for found in flow.snapshot.diagnostics if found.rule == "left_out"]
    assert len(told) == 4


def test_a_program_at_every_limit_is_imported(tmp_path: Path, config: Config) -> None:
    random = Random(3)
    files: dict[str, str | bytes] = {
        "main.py": MAIN,
        "大.txt": "".join(chr(0x4E00 + random.randrange(3000)) for _ in range(400_000)),
    }
    files |= {f"{number}.bin": random.randbytes(100_000) for number in range(150)}
    data = make_zip({name: as_bytes(content, "gbk") for name, content in files.items()})
    (tmp_path / "a.zip").write_bytes(data)
    flow = import_project(tmp_path / "a.zip", config=config)
    assert flow.project.total_size_bytes <= 10_000_000
    assert flow.project.total_files <= 200
    told = " ".join(found.message for found in flow.snapshot.diagnostics)
    assert "“大.txt”转成 UTF-8 就太大了" in told
    assert "10 MB 的上限" in told


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path, config: Config) -> None:
    root = source(tmp_path)
    (tmp_path / "secret.py").write_text("KEY = 1\n", encoding="utf-8")
    (root / "secret.py").symlink_to(tmp_path / "secret.py")
    (root / "all").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(root / "pipe")
    flow = import_project(root, config=config)
    assert not (flow.project.root / "secret.py").exists()
    told = " ".join(found.message for found in flow.snapshot.diagnostics)
    assert "“secret.py”：这是一个链接" in told
    assert "“all”：这是一个链接" in told
    assert "“pipe”：这不是普通文件" in told


def test_a_file_and_a_notebook(tmp_path: Path, config: Config) -> None:
    (tmp_path / "贪吃蛇.py").write_text(MAIN, encoding="utf-8")
    (tmp_path / "分析.ipynb").write_bytes(notebook(("code", "print(1)")))
    assert import_project(str(tmp_path / "贪吃蛇.py"), config=config).project.main_path == "贪吃蛇.py"
    flow = import_project(tmp_path / "分析.ipynb", config=config)
    assert flow.project.main_path == "main.py"
    assert flow.spec.title == "分析"


def test_what_is_not_there_or_no_program(tmp_path: Path, config: Config) -> None:
    with pytest.raises(NotFoundError, match="找不到"):
        import_project(tmp_path / "nothing.zip", config=config)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="没有能导入的程序"):
        import_project(tmp_path / "empty", config=config)


def test_an_import_runs_nothing(tmp_path: Path, config: Config) -> None:
    trap = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    files = {"main.py": trap, "setup.py": trap, "conftest.py": trap, "sitecustomize.py": trap}
    (tmp_path / "trap.zip").write_bytes(make_zip(files))
    import_project(tmp_path / "trap.zip", config=config)
    assert not (tmp_path / "ran").exists()


def test_findings_are_reported_and_nothing_is_repaired(tmp_path: Path, config: Config) -> None:
    (tmp_path / "a.py").write_text("print('a'\n", encoding="utf-8")
    flow = import_project(tmp_path / "a.py", config=config)
    assert not flow.project.syntax_validated
    assert "syntax" in {found.rule for found in flow.snapshot.diagnostics}
    assert (flow.project.root / "a.py").read_text(encoding="utf-8") == "print('a'\n"


async def test_importing_works_where_an_event_loop_runs_as_in_a_notebook(
    tmp_path: Path, config: Config
) -> None:
    (tmp_path / "a.py").write_text(MAIN, encoding="utf-8")
    assert import_project(tmp_path / "a.py", config=config).project.main_path == "a.py"


async def test_a_cancelled_import_leaves_nothing(imports: Imports, config: Config) -> None:
    data = make_zip({f"{number}.py": MAIN for number in range(100)})
    task = asyncio.create_task(imports.add([("a.zip", data)]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()
    await asyncio.sleep(0)
    records = config.projects_dir / ".aiflow"
    assert not [path for path in config.projects_dir.glob("*") if path != records]
    assert not list(records.glob("*"))


def test_what_a_killed_import_left_is_removed_later(imports: Imports, config: Config, bring) -> None:
    stage = config.projects_dir / ".aiflow" / "importing-old"
    (stage / "half").mkdir(parents=True)
    os.utime(stage, (0, 0))
    assert Projects(imports._store, config).summaries() == []
    bring("a.py", MAIN.encode())
    assert not stage.exists()


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"run": {"durability": "none"}}), encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
    done = CliRunner().invoke(main, ["import", str(source(tmp_path))])
    assert done.exit_code == 0, done.output
    assert "导入好了：4 个文件" in done.output
    assert "没有导入 run.log：项目的 .gitignore 说不要它。" in done.output
    assert "aiflow run" in done.output
    again = CliRunner().invoke(main, ["import", str(tmp_path / "no.zip")])
    assert (again.exit_code, "找不到" in again.output) == (1, True)
