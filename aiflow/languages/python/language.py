"""Python as a ``Language``."""

import ast
import dataclasses
import re
import site
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from aiflow.config import FixesConfig, GatesConfig
from aiflow.languages.base import (
    ErrorExplanation,
    JudgeKit,
    Language,
    Mutant,
    NotebookProgram,
    ProgramStart,
    PromptFragments,
)
from aiflow.languages.fixing import FixRule
from aiflow.languages.python.definitions import find_definitions
from aiflow.languages.python.entry import describe, find_entry, needs_folder
from aiflow.languages.python.explain import explain_traceback
from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.file_use import find_file_use
from aiflow.languages.python.marks import find_marks
from aiflow.languages.python.merge import merge_python
from aiflow.languages.python.mutants import mutants
from aiflow.languages.python.notebooks import to_program
from aiflow.languages.python.packages import install_command, missing_packages, package_rules, unapproved_in
from aiflow.languages.python.parsed import nodes_of, python_paths
from aiflow.languages.python.syntax import check_source
from aiflow.languages.python.tests import check_tests, find_tests, remove_test
from aiflow.languages.sources import Gate, SourceFile, Sources
from aiflow.model.definitions import Definition
from aiflow.model.findings import Finding
from aiflow.model.tests import TESTS_FOLDER, TestCase

_RUNTIME: Final = Path(__file__).resolve().parent / "runtime"
_JUDGE_KIT: Final = JudgeKit(
    Path(__file__).resolve().parent / "judging",
    "_aiflow_main.py",
    "from $package.judge import main\n\nmain()\n",
)
_TKINTER: Final = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(?:tkinter|turtle|customtkinter|ttkbootstrap|easygui)\b", re.MULTILINE
)
_PYGAME: Final = re.compile(r"^[ \t]*(?:import|from)[ \t]+pygame\b", re.MULTILINE)
_ENVIRONMENT: Final = {
    "PYTHONUTF8": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",  # the project's folder is the student's: no __pycache__ in it
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
}


_TEST_EXAMPLE: Final = '''from main import convert


def test_zero_degrees():
    """0 摄氏度是 32 华氏度"""
    assert convert(0) == 32
'''


class Python(Language):
    """Programs for the interpreter that ``aiflow`` itself runs in, its version and its packages."""

    facts = FACTS
    prompts = PromptFragments(
        run_command="python main.py",
        program_rules="程序用 Python 写，只用标准库；需要画面的游戏用 pygame。",
        plan_rules="需要画面的游戏，依赖写 pygame。",
        import_rules=(
            "每个 .py 文件开头写好它用到的所有 import。用到 random、time、json 等模块，一定先导入。"
            "写 import pygame 这样的整个模块，用的时候写全名：pygame.event.get()。"
        ),
        windows_rules='打开文本文件写 encoding="utf-8"，',
        repair_rules="没有导入的模块，在文件开头加 import；",
        test_example=_TEST_EXAMPLE,
        test_rules="只能导入方案里的文件和函数，不用 pytest、input、open，不联网。",
        tested_rules='测试会导入这些文件，所以启动的代码要写在 if __name__ == "__main__": 下面。',
    )
    picture_advice = "循环里要调用 pygame.display.flip() 或 update()。"

    def fragments(self, approved: Sequence[str]) -> PromptFragments:
        """Return the sentences with the approved packages in them."""
        program, plan = package_rules(approved)
        return dataclasses.replace(self.prompts, program_rules=program, plan_rules=plan)

    def unapproved_in(self, request: str, approved: Sequence[str]) -> list[str]:
        """Look for the names of known packages."""
        return unapproved_in(request, approved)

    def missing_packages(self, names: Iterable[str]) -> str:
        """Look for the packages in this interpreter, which runs the programs."""
        missing = missing_packages(names)
        if not missing:
            return ""
        return (
            f"程序要用 {'、'.join(missing)}，可是运行程序的 Python 里还没有装，现在还不能运行。"
            f"请在启动 aiflow 的环境里运行：{install_command(missing)}"
        )

    def check_file(self, path: str, data: bytes) -> list[Finding]:
        """Check that a file compiles."""
        return check_source(path, data)

    def program_start(self) -> ProgramStart:
        """Return how a program is started: by the runtime beside this module."""
        environment, readable = dict(_ENVIRONMENT), [str(_RUNTIME)]
        if site.ENABLE_USER_SITE:  # HOME will point elsewhere; packages installed with --user stay importable
            environment["PYTHONUSERBASE"] = site.getuserbase()
            readable.append(site.getusersitepackages())
        return ProgramStart(
            runtime=_RUNTIME, environment=tuple(environment.items()), readable=tuple(readable)
        )

    def judge_kit(self) -> JudgeKit:
        """Return the package beside this module."""
        return _JUDGE_KIT

    def explain_error(self, stderr: str, root: Path) -> ErrorExplanation | None:
        """Explain the last traceback."""
        return explain_traceback(stderr, root)

    def opens_windows(self, project: Sources) -> bool:
        """Look for imports of pygame, tkinter and what is built on it."""
        texts = (project.text(path) or "" for path in python_paths(project))
        return any(_PYGAME.search(text) or _TKINTER.search(text) for text in texts)

    def opens_system_windows(self, project: Sources) -> bool:
        """Look for imports of tkinter and what is built on it, in a program that does not import pygame."""
        texts = [project.text(path) or "" for path in python_paths(project)]
        return any(_TKINTER.search(text) for text in texts) and not any(
            _PYGAME.search(text) for text in texts
        )

    def gates(self, config: GatesConfig) -> list[Gate]:
        """Return the gates that read Python source."""
        # Importing pyflakes takes time that a program which is only started need not wait for.
        from aiflow.languages.python.gates.registry import python_gates  # noqa: PLC0415 - see test_imports

        return python_gates(config)

    def fixes(self, config: FixesConfig, gates: GatesConfig) -> list[FixRule]:
        """Return the rules that correct Python source."""
        # For the same reason: they need what the gates read.
        from aiflow.languages.python.fixes.registry import python_fixes  # noqa: PLC0415 - see test_imports

        return python_fixes(config, gates)

    def find_file_use(self, project: Sources, path: str) -> Literal["created", "read"] | None:
        """Look for the file's name in the program's strings."""
        return find_file_use(project, path)

    def find_entry(self, project: Sources) -> str | None:
        """Look at the names, the imports and the guards of the files."""
        return find_entry(project)

    def needs_folder(self, project: Sources, folder: str) -> bool:
        """Look for a package, and for imports of it."""
        return needs_folder(project, folder)

    def read_notebook(self, data: bytes) -> NotebookProgram:
        """Read a notebook of any version of the format."""
        return to_program(data)

    def describe(self, file: SourceFile) -> list[str]:
        """Return the first lines of the docstrings; for the file itself also of a comment above its code."""
        return describe(file)

    def used_dependencies(self, project: Sources, approved: list[str]) -> list[str]:
        """Return the approved packages that an import names."""
        used: set[str] = set()
        for path in python_paths(project):
            # Only where the name stands at all: most programs import none, and parsing costs.
            if any(name in (project.text(path) or "") for name in approved):
                nodes = nodes_of(project.file(path), ast.Import, ast.ImportFrom)
                used.update(name for here in nodes for name in _imported(here.node))
        return [name for name in approved if name in used]

    def definitions(self, text: str) -> list[Definition]:
        """Return what the text defines at its top level and in its classes."""
        return find_definitions(text)

    def plays(self, dependencies: Collection[str]) -> bool:
        """Return whether pygame is among them."""
        return "pygame" in dependencies

    def test_path(self, feature: str) -> str:
        """Return ``tests/test_f1.py`` for ``F1``."""
        return f"{TESTS_FOLDER}/test_{feature.lower()}.py"

    def find_tests(self, path: str, text: str) -> list[TestCase]:
        """Return the functions ``test_…`` without parameters."""
        return find_tests(path, text)

    def check_tests(self, text: str, files: Collection[str], names: str, approved: Collection[str]) -> str:
        """Look at the imports, the calls and the asserts."""
        return check_tests(text, files, names, approved)

    def remove_test(self, text: str, name: str) -> str:
        """Remove the function."""
        return remove_test(text, name)

    def find_marks(self, text: str) -> dict[int, list[str]]:
        """Look for comments that begin with the id of a feature: ``# F2``."""
        return find_marks(text)

    def mutants(self, files: Mapping[str, str], count: int, seed: int = 0) -> list[Mutant]:
        """Change a comparison, a calculation, a constant, a condition or a result; or drop a statement."""
        return mutants(files, count, seed)

    def merge(self, old: str, new: str) -> str:
        """Keep the statements whose syntax trees are equal."""
        return merge_python(old, new)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".", maxsplit=1)[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.split(".", maxsplit=1)[0]]
    return []
