"""The face of the gates.

Switches, plug-ins, hostile and large input, and what the rest of the program sees.
"""

import asyncio
import json
from collections.abc import Iterable
from importlib.metadata import EntryPoint

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.config import GatesConfig
from aiflow.gates import registry
from aiflow.gates.checks import check_file_aside, check_project, is_syntax_valid
from aiflow.gates.pool_worker import pack, pack_findings, unpack, unpack_findings
from aiflow.gates.registry import gates_for, run_gates
from aiflow.gates.syntax import check_bytes
from aiflow.languages.python import subprocess_parser as isolation
from aiflow.languages.sources import Gate, Sources
from aiflow.model.artifacts import Plan
from aiflow.model.findings import Finding

CONFIG = GatesConfig(plugins=False)

# One project that every gate finds something in.
BAD = {
    "main.py": (
        "import numpy\nimport fcntl\nimport random\nfrom other import missing\ndef main():\n"
        "    # 其余代码省略\n    print(nothing, random.randit(1))\n"
    ),
    "other.py": "x = 1\n",
    "game.py": "import pygame\nscreen = pygame.display.set_mode((1, 1))\n",
    "broken.py": "x = (\n",
}
RULES = {
    "syntax": {"syntax"},
    "names": {"undefined_name"},
    "cross_names": {"missing_name"},
    "dependencies": {"dependency"},
    "windows": {"windows"},
    "placeholders": {"placeholder"},
    "planned_files": {"missing_file"},
    "main_file": {"no_main"},
    "complete": {"incomplete"},
    "members": {"missing_member"},
    "unused_imports": {"unused_import"},
    "pygame": {"pygame_init"},
}


def bad() -> Sources:
    return Sources.of(
        BAD, plan=Plan.from_markdown("- `main.py`：入口\n- `never.py`：没写\n"), incomplete=["broken.py"]
    )


def rules(config: GatesConfig) -> set[str]:
    return {finding.rule for finding in run_gates(bad(), gates_for(config))}


@pytest.mark.parametrize("key", RULES)
def test_each_gate_can_be_turned_off_and_stands_alone(key: str) -> None:
    everything = set().union(*RULES.values())
    assert rules(CONFIG) == everything
    assert rules(CONFIG.model_copy(update={key: False})) == everything - RULES[key]
    alone = dict.fromkeys(RULES, False) | {key: True, "plugins": False}
    assert rules(GatesConfig(**alone)) == RULES[key]


def test_the_approved_list_is_the_configuration_s() -> None:
    sources = Sources.of({"main.py": "import numpy, pygame.locals\nprint(numpy, pygame)\n"})
    assert [item.message for item in run_gates(sources, gates_for(CONFIG))] != []
    for approved in (["numpy", "pygame"], ["numpy", "pygame-ce"]):
        assert run_gates(sources, gates_for(GatesConfig(approved=approved, plugins=False))) == []
    found = run_gates(sources, gates_for(GatesConfig(approved=[], plugins=False)))
    assert [item.rule for item in found] == ["dependency", "dependency"]


@pytest.mark.asyncio
async def test_the_same_project_gives_the_same_findings() -> None:
    first = await check_project(bad(), CONFIG)
    assert first == await check_project(bad(), CONFIG)
    assert not is_syntax_valid(first)
    assert is_syntax_valid(await check_project(Sources.of({"main.py": "print(1)\n"}), CONFIG))


@pytest.mark.asyncio
async def test_one_file_by_itself() -> None:
    assert await check_file_aside("main.py", b"print(1)\n", CONFIG) == []
    assert await check_file_aside("README.md", b"def (", CONFIG) == []
    assert await check_file_aside("a.png", b"\x89PNG\xff", CONFIG) == []
    found = await check_file_aside("main.py", b"return 1\n", CONFIG)
    assert [(item.path, item.line, item.rule, item.severity) for item in found] == [
        ("main.py", 1, "syntax", "error")
    ]
    assert await check_file_aside("main.py", b"return 1\n", GatesConfig(syntax=False)) == []
    assert [item.severity for item in await check_file_aside("a.json", b"", CONFIG)] == ["warning"]


class RaisingGate:
    name = "raising"

    def check(self, project: Sources) -> Iterable[Finding]:
        raise RuntimeError("sk-secret in a traceback")


class NamingGate:
    name = "naming"

    def check(self, project: Sources) -> Iterable[Finding]:
        for path in project.paths:
            if path != path.lower():
                yield Finding(path, None, "naming", f"{path}：文件名请用小写。", "info")


def test_a_gate_that_raises_is_a_finding_and_the_others_go_on() -> None:
    gates: list[Gate] = [RaisingGate(), NamingGate()]
    found = run_gates(Sources.of({"Main.py": ""}), gates)
    assert [item.rule for item in found] == ["gate_failed", "naming"]
    assert "raising" in found[0].message
    assert "sk-secret" not in found[0].message


def test_plugins_come_from_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        EntryPoint("b", f"{__name__}:NamingGate", "aiflow.gates"),
        EntryPoint("a", "no_such_module:Gate", "aiflow.gates"),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries if group == "aiflow.gates" else [])
    files = {"main.py": "print(1)\n", "README.md": ""}
    found = run_gates(Sources.of(files), gates_for(GatesConfig()))
    assert [item.rule for item in found] == ["gate_failed", "naming"]
    assert run_gates(Sources.of(files), gates_for(CONFIG)) == []


HOSTILE = {
    "brackets": "(" * 100_000 + ")" * 100_000,
    "minus": "-" * 200_000 + "1",
    "plus": "x = 1" + "+1" * 450_000,
    "attributes": "a" + ".b" * 200_000,
    "calls": "f" + "()" * 200_000,
    "not": "not " * 200_000 + "x",
    "lambda": "lambda:" * 100_000 + "1",
    "elif": "if x:\n pass\n" + "elif x:\n pass\n" * 50_000,
    "chain": "x = y" + "+x" * 3_000,
    "nested": "".join(" " * depth + "if x:\n" for depth in range(500)),
    "big_number": "x = " + "9" * 500_000,
    "f_string": "f'" + "{" * 100_000,
    "open_dicts": "{1:" * 150,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_python_cannot_take_is_a_finding(name: str) -> None:
    found = check_bytes("main.py", HOSTILE[name].encode())
    assert [item.rule for item in found] == ["syntax"]
    assert found == [
        item
        for item in run_gates(Sources.of({"main.py": HOSTILE[name]}), gates_for(CONFIG))
        if item.rule == "syntax"
    ]


@pytest.mark.parametrize("kind", [".json", ".toml"])
def test_deep_data_is_a_finding(kind: str) -> None:
    text = "[" * 200_000 if kind == ".json" else "a = " + "[" * 100_000
    assert [item.rule for item in check_bytes(f"a{kind}", text.encode())] == ["syntax"]


def test_a_parser_that_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_PROGRAM", "import os\nos.abort()")
    isolation.try_parse.cache_clear()
    found = check_bytes("main.py", b"x = 1\n" * 20_000)
    isolation.try_parse.cache_clear()
    assert [item.rule for item in found] == ["syntax"]


@pytest.mark.asyncio
async def test_a_large_project_leaves_the_event_loop_free() -> None:
    text = "def f{0}(a, b):\n    return a + b + {0}\n\n\n"
    large = (
        "".join(text.format(number) for number in range(1_500))
        + "# 说明\n" * 20_000
        + "print(f1(1, 2), missing)\n"
    )
    turns = 0
    done = asyncio.Event()

    async def watch() -> None:
        nonlocal turns
        while not done.is_set():
            await asyncio.sleep(0.01)
            turns += 1

    watcher = asyncio.create_task(watch())
    found = await check_project(Sources.of({"main.py": large}), CONFIG)
    done.set()
    await watcher
    assert [item.rule for item in found] == ["undefined_name"]
    assert turns > 5  # a loop that is blocked would have come here once or twice


def test_what_goes_to_the_worker_comes_back() -> None:
    sources, config = unpack(json.loads(pack(bad(), CONFIG)))
    assert config == CONFIG
    assert sources.plan == bad().plan
    found = run_gates(sources, gates_for(config))
    assert found == run_gates(bad(), gates_for(CONFIG))
    assert unpack_findings(pack_findings(found)) == found


PIECES = st.sampled_from(
    ["def f(", "):\n", "    ", "\t", "x", "=", "import ", "from . import *\n", "#省略\n", "...", "pass\n",
     "'", '"""', "{", "}", "[", "class A:\n", "if ", ":", "\n", "\\", "f'{", "lambda ", "\0", "\ufeff",
     "\x0c", "\r", "async ", "await ", "match x:\n", "    case {'a': b, **c}:\n", "try:\n", "except* E:\n",
     "global x\n", "nonlocal x\n", "yield ", "return ", "os.fork()\n", "open('/tmp/a')\n",
     "__all__ = ['x']\n", "import main\n", "main.x\n", "del x\n", "\ud800", "𝕏", "0777", "%-d",
     "type X = int\n"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=15).map("".join))
def test_no_text_makes_a_gate_fail(main: str, other: str) -> None:
    files = {"main.py": main, "other.py": other, "pkg/__init__.py": other, "a.js": main, "a.json": main}
    found = run_gates(Sources.of(files), gates_for(CONFIG))
    assert "gate_failed" not in {item.rule for item in found}, found
    assert all(item.message and item.severity in {"error", "warning", "info"} for item in found)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_no_bytes_make_a_gate_fail(data: bytes) -> None:
    sources = Sources.of({"main.py": data, "a.toml": data, "a.html": data})
    assert "gate_failed" not in {item.rule for item in run_gates(sources, gates_for(CONFIG))}
