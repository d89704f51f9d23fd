"""CONTRIBUTING names every package, only files that exist, and a glossary of bearable length."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.order import ORDER
from tests.docs.test_docs import DOCUMENTS, ROOT, name_of

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MOST_TERMS = 40
_TOPS = ("aiflow", "docs", "notebooks", "server_extension", "tests", "tools", "widgets")
_PATH = re.compile(rf"`((?:{'|'.join(_TOPS)})/[\w./-]*)`")


def section(title: str) -> str:
    """The text of one section."""
    [text] = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    return str(text)


def first_column(title: str) -> list[str]:
    """The first cell of each row of a section's table, without its heading."""
    cells = re.findall(r"^\| (.+?) \|", section(title), re.MULTILINE)
    return [cell.strip("`") for cell in cells[1:]]


def committed_folders() -> set[str]:
    """The packages, and the other folders in which something of ours is committed."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    found = set()
    for name in listed.stdout.split("\0"):
        parts = name.split("/")[:-1]
        if not parts or parts[0].startswith(".") or parts[0] == "projects":
            continue
        has_packages = parts[0] in {"aiflow", "server_extension", "widgets"} and len(parts) > 1
        found.add("/".join(parts[:2] if has_packages else parts[:1]) + "/")
    return found - {"server_extension/", "widgets/", "widgets/tests/"}


def test_the_map_has_one_line_for_each_package() -> None:
    listed = first_column("Map")
    assert len(listed) == len(set(listed))
    assert set(listed) == committed_folders()


def test_the_map_is_in_the_order_of_imports() -> None:
    listed = [folder.split("/")[1] for folder in first_column("Map") if folder.startswith("aiflow/")]
    packages = [name for name in listed if name in ORDER["aiflow"]]
    assert packages == [name for name in ORDER["aiflow"] if (ROOT / "aiflow" / name).is_dir()]


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "SECURITY.md"], ids=name_of)
def test_files_that_a_document_names_exist(document: Path) -> None:
    named = _PATH.findall(document.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_walk_leads_from_the_page_to_the_disk_and_back() -> None:
    named = _PATH.findall(section("One request, from the page to the disk and back"))
    assert named[0].startswith("widgets/src/components/")
    assert "aiflow/storage/journal.py" in named
    assert named.index("aiflow/storage/journal.py") < named.index("widgets/src/model/fold.ts")


def test_the_glossary_is_short_and_sorted() -> None:
    terms = first_column("Glossary")
    assert 20 <= len(terms) <= MOST_TERMS
    assert terms == sorted(terms)
