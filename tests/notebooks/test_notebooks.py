"""The notebooks beside what nbval compares: they open anywhere, say what each cell does, and tell nothing of a machine."""

import json
from pathlib import Path
from typing import Any

import pytest

from aiflow import Config

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def code(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


def test_the_course_is_there() -> None:
    assert [path.name for path in NOTEBOOKS] == [
        "00_快速开始.ipynb",
        "01_三个阶段.ipynb",
        "02_改一改.ipynb",
        "03_检查和测试.ipynb",
    ]


def test_the_configuration_is_found_from_the_notebooks_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "notebooks")
    assert Config.load(environ={}).folder == ROOT


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_changes_the_working_folder(path: Path) -> None:
    assert not [cell for cell in code(path) if "chdir" in "".join(cell["source"])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_was_run_in_order_without_an_error(path: Path) -> None:
    assert [cell["execution_count"] for cell in code(path)] == list(range(1, len(code(path)) + 1))
    outputs = [output for cell in code(path) for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    # A view of a widget that only lived in the kernel of its author would show as an error.
    assert "application/vnd.jupyter.widget-view+json" not in json.dumps(outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_of_the_machine_is_in_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in (str(ROOT), str(Path.home()), "/tmp/", "site-packages"):
        assert word not in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_begins_and_ends_with_words(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in cells(path)]
    assert (kinds[0], kinds[-1]) == ("markdown", "markdown")
    # Never three cells of code without a word in between.
    assert "code code code" not in " ".join(kinds)
