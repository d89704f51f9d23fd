"""The documents are right: Python blocks run, commands exist, links lead somewhere."""

import ast
import asyncio
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from inspect import CO_COROUTINE
from pathlib import Path
from types import CodeType
from typing import Any

import click
import pytest

import start
from aiflow.cli import main as aiflow_command
from aiflow.model.phases import phase_names, unregister_phase

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]*))?\)")
# Commands of others that a block may show, besides ours.
SHELL_WORDS = {"cd", "export", "source", "git"}
TOOLS = {"pytest", "ruff", "mypy", "python"}


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    document: Path
    language: str
    text: str
    line: int


def blocks(document: Path, *languages: str) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    return [
        Block(document, found.group(1), found.group(2), text.count("\n", 0, found.start(2)) + 1)
        for found in FENCE.finditer(text)
        if found.group(1) in languages
    ]


def name_of(value: object) -> str:
    return value.relative_to(ROOT).as_posix() if isinstance(value, Path) else str(value)


# --- Python -------------------------------------------------------------------------------------------------


@pytest.fixture
def student_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration like ours, but with lessons at full speed."""
    config = json.loads((ROOT / "config.json").read_text(encoding="utf-8"))
    config["lessons"] = {"speed": 0}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
    for name in ("ENGINE", "BASE_URL", "API_KEY", "MODEL", "PROJECTS_DIR"):
        monkeypatch.delenv(f"AIFLOW_{name}", raising=False)
    return tmp_path


def compile_block(block: Block) -> CodeType:
    """Compile as a notebook would, top-level await included, with the document's own line numbers."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    source = "\n" * (block.line - 1) + block.text
    return compile(source, str(block.document), "exec", flags=flags, dont_inherit=True)


@pytest.mark.parametrize(
    "document", [document for document in DOCUMENTS if blocks(document, "python")], ids=name_of
)
def test_python_blocks_run_one_after_the_other(document: Path, student_folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    before = phase_names()
    with asyncio.Runner() as runner:

        async def run(code: CodeType) -> None:
            result = eval(code, names)
            if code.co_flags & CO_COROUTINE:
                await result

        try:
            for block in blocks(document, "python"):
                runner.run(run(compile_block(block)))
        finally:
            for name in set(phase_names()).difference(before):
                unregister_phase(name)


# --- commands -----------------------------------------------------------------------------------------------


def commands(document: Path) -> list[tuple[int, list[str]]]:
    """The words of each line of the document's shell blocks, with its line number."""
    found = []
    for block in blocks(document, "bash", "sh", "shell", "console"):
        for offset, line in enumerate(block.text.splitlines()):
            words = shlex.split(line, comments=True)
            if words:
                found.append((block.line + offset, words))
    return found


def fault_of(words: list[str]) -> str | None:
    """Say why a command would not be understood; None for one that would."""
    program, rest = words[0], words[1:]
    if program == "aiflow":
        return _fault_of_aiflow(rest)
    if program in {"python3", "py"}:
        return _fault_of_python(rest)
    if program == "bash":
        return None if rest and (ROOT / rest[0]).is_file() else f"no such file: {rest}"
    if program == "npm":
        return _fault_of_npm(rest)
    tool = program.removeprefix(".venv/bin/")
    if tool in TOOLS and tool != program:
        missing = [word for word in rest if "/" in word and not (ROOT / word).exists()]
        return f"no such path: {missing}" if missing else None
    return None if program in SHELL_WORDS else f"unknown command: {program}"


def _fault_of_aiflow(words: list[str]) -> str | None:
    """Let click read the command line as the program would, without doing anything."""
    command: click.Command = aiflow_command
    context = click.Context(command, info_name="aiflow")
    try:
        if isinstance(command, click.Group):
            _, found, words = command.resolve_command(context, words)
            if found is None:
                return "no such subcommand"
            command, context = found, click.Context(found, parent=context, info_name=found.name)
        command.parse_args(context, words)
    except click.ClickException as error:
        return error.format_message()
    return None


def _fault_of_python(words: list[str]) -> str | None:
    if not words or not (ROOT / words[0]).is_file():
        return f"no such file: {words}"
    if words[0] == "start.py" and words[1:2] != ["test"]:
        try:
            start.parse(words[1:])
        except SystemExit:
            return "start.py refuses it"
    return None


def _fault_of_npm(words: list[str]) -> str | None:
    scripts = json.loads((ROOT / "widgets" / "package.json").read_text(encoding="utf-8"))["scripts"]
    if words == ["ci"] or (words == ["test"] and "test" in scripts):
        return None
    return None if words[:1] == ["run"] and words[1] in scripts else f"no such script: {words}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_commands_are_understood(document: Path) -> None:
    faults = {f"{name_of(document)}:{line}": fault_of(words) for line, words in commands(document)}
    assert {place: fault for place, fault in faults.items() if fault} == {}


@pytest.mark.parametrize(
    "line",
    [
        "aiflow nwe x",
        "aiflow new --no-such-option x",
        "python3 strat.py",
        "python3 start.py tset",
        "python3 start.py --port nine",
        "npm run biuld",
        "bash .ci/walk",
        ".venv/bin/pytest tests/units",
        "aifow new x",
    ],
)
def test_the_rule_finds_a_command_that_is_none(line: str) -> None:
    assert fault_of(shlex.split(line))


def test_the_readme_shows_the_two_commands() -> None:
    shown = [words for _, words in commands(ROOT / "README.md")]
    assert ["python3", "start.py"] in shown
    assert ["python3", "start.py", "test"] in shown


def test_the_command_that_is_installed_is_the_one_that_is_documented() -> None:
    installed = shutil.which("aiflow", path=str(Path(sys.executable).parent))
    assert installed
    helped = subprocess.run([installed, "--help"], capture_output=True, encoding="utf-8", check=True)
    for _, words in commands(ROOT / "README.md"):
        if words[0] == "aiflow":
            assert words[1] in helped.stdout


# --- links --------------------------------------------------------------------------------------------------


def anchors(document: Path) -> set[str]:
    """The anchors that headings get where the documents are read."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    lost = []
    for target, anchor in LINK.findall(text):
        if target.startswith(("http:", "https:")):
            continue
        path = (document.parent / target) if target else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            lost.append(f"{target}#{anchor}")
    assert lost == []
