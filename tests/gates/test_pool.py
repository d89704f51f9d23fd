"""The processes that check: kept, started anew when they are gone, and never the reason why a run fails."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from aiflow.config import GatesConfig
from aiflow.gates import pool as helpers
from aiflow.gates.checks import ProjectChecks, check_project
from aiflow.gates.pool import Helper, HelperError, Helpers
from aiflow.gates.pool_worker import answer, pack, pack_file, unpack_findings
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.python.parsed import ParsedFiles
from aiflow.languages.python.sources import Sources
from aiflow.util.crowd import CROWD, FEW

CONFIG = GatesConfig()
FILES = {"main.py": "import numpy\nprint(missing)\n"}


@pytest.fixture
def own() -> Iterator[Helpers]:
    made = Helpers()
    yield made
    made.close()


def packed() -> bytes:
    return pack(Sources.of(FILES), CONFIG)


def expected() -> list[object]:
    return list(run_gates(Sources.of(FILES), gates_for(CONFIG)))


def test_one_process_checks_one_project_after_another(own: Helpers) -> None:
    for _ in range(3):
        assert unpack_findings(own.ask(packed, own.turn()).result()) == expected()
    assert 1 <= len(own._all) <= helpers.PROCESSES


def test_one_that_has_ended_meanwhile_is_replaced(own: Helpers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "PROCESSES", 1)
    single = Helpers()
    assert single.ask(packed, 0).result()
    (first,) = single._all
    first._process.kill()
    first._process.wait()
    assert unpack_findings(single.ask(packed, 0).result()) == expected()
    assert single._all != [first]
    single.close()


def test_what_ends_a_helper_is_said(own: Helpers) -> None:
    with pytest.raises(HelperError):
        own.ask(lambda: b"this is no project", own.turn()).result()
    assert unpack_findings(own.ask(packed, own.turn()).result()) == expected()


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "TIMEOUT_S", 0.01)
    helper = Helper()
    with pytest.raises(HelperError):
        helper.ask(packed())
    assert helper._process.returncode is not None


def test_one_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(HelperError):
        Helper()


def test_it_ends_with_its_input() -> None:
    helper = Helper()
    helper.close()
    assert helper._process.returncode == 0


@pytest.mark.asyncio
async def test_a_crowd_is_checked_elsewhere_and_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    ask = helpers.helpers().ask
    monkeypatch.setattr(
        helpers.helpers(), "ask", lambda pack, turn: (asked.append(pack()), ask(pack, turn))[1]
    )
    alone = await check_project(Sources.of(FILES), CONFIG)
    assert asked == []
    others = [CROWD.joined() for _ in range(FEW)]
    for one in others:
        one.__enter__()
    crowded = await check_project(Sources.of(FILES), CONFIG)
    for one in others:
        one.__exit__(None, None, None)
    assert [list(json.loads(data)["files"]) for data in asked] == [["main.py"]]
    assert crowded == alone == expected()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "last", ["import numpy\nprint(missing)\n", "# 其余代码省略\n", "def (:\n", "\ufeffprint(1)\n"]
)
async def test_files_that_were_read_ahead_are_judged_as_they_are_at_the_end(last: str) -> None:
    """One file is written twice: what is known of the first text says nothing about the second."""
    files = {"main.py": last, "helper.py": "def help_me():\n    return 1\n"}
    others = [CROWD.joined() for _ in range(FEW + 1)]
    for one in others:
        one.__enter__()
    checks = ProjectChecks(CONFIG)
    checks.read_ahead("main.py", b"print(something_else)\n")
    for path, text in files.items():
        checks.read_ahead(path, text.encode())
    checks.read_ahead("picture.png", bytes(range(256)))
    found = [await checks.check(Sources.of(files)) for _ in range(2)]
    for one in others:
        one.__exit__(None, None, None)
    assert found[0] == found[1] == list(run_gates(Sources.of(files), gates_for(CONFIG)))


def test_a_file_that_is_read_ahead_has_nothing_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    judged, parsed = expected(), ParsedFiles()
    for path, text in FILES.items():
        answer(json.loads(pack_file(path, text.encode())), parsed)
    monkeypatch.setattr("aiflow.languages.python.parsed.ast.parse", None)  # whoever parses again fails
    assert unpack_findings(answer(json.loads(packed()), parsed)) == judged


def test_only_so_much_is_kept() -> None:
    parsed = ParsedFiles(kept_chars=100)
    first = parsed.get("a.py", b"a" * 60)
    assert parsed.get("a.py", b"a" * 60) is first
    parsed.get("b.py", b"b" * 60)
    assert parsed.get("a.py", b"a" * 60) is not first
    large = parsed.get("c.py", b"c" * 1000)
    assert parsed.get("c.py", b"c" * 1000) is large
