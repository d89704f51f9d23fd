"""One standard term for each thing: words that were replaced do not come back.

A word is here because a search engine would not lead a newcomer to its meaning. The glossary of the terms
that the project keeps is in CONTRIBUTING.md.
"""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("aiflow", "server_extension", "widgets/aiflow_widgets")
# Programs of and for beginners; the built bundle.
NOT_OURS = ("aiflow/lessons/", "aiflow/evaluation/sets/", "widgets/aiflow_widgets/static/")
RULES = ("tests/architecture/test_vocabulary.py", "widgets/tests/structure.test.ts")  # these list the words

# A pattern of replaced words, and the terms that stand in their place.
REPLACED = {
    "crowd": "active runs",
    "gulps?": "coalesced reads",
    "settl(?:e|es|ed|ing)": "join, flush, finish, freeze: whichever it is",
    "shel(?:f|ves)": "list, catalogue",
    "tongues?": "language",
    "bur(?:y|ies|ied)": "reap",
    "pumps?": "reader thread",
    "typists?": "stdin writer",
    "handing words?": "vocabulary",
    "str(?:ike|ikes|iking|uck)": "redact",
    "mend(?:s|ed|ing)?": "repair",
    "seams?": "overlap, interface",
    "trial runs?": "smoke test",
    "tr(?:y|ies|ied|ying) out": "smoke test",
    "smoke runs?": "smoke test",
    "helpers?": "pool worker, or what it does",
    "tak(?:e|es|en|ing) home": "download",
    "at rest": "idle",
    "resting": "idle",
    "hand(?:s|ed|ing)? (?:on|over)": "pass, write, return, transfer",
    "what came out": "result",
}
# Keys of the configuration, which are a contract.
ALLOWED = ("smoke_run", "smoke_run_timeout_s")
# Everyday verbs that say nothing of what a function does, and class names that say nothing of what they are.
VAGUE_VERBS = frozenset({"tell", "say", "take", "note", "hold", "look", "mend", "settle"})
VAGUE_CLASSES = frozenset({"Order", "Place", "Turn"})

_PATTERN = re.compile(rf"\b(?:{'|'.join(REPLACED)})\b")
_ALLOWED = re.compile(rf"\b(?:{'|'.join(ALLOWED)})\b")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def our_files(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *(f"*{ending}" for ending in endings)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    names = [name for name in listed.stdout.splitlines() if not name.startswith(NOT_OURS)]
    return [ROOT / name for name in names if name not in RULES and (ROOT / name).exists()]


def written_by_us(text: str, ending: str) -> Iterator[tuple[int, str]]:
    """The names, comments and docstrings of a Python file, all of another one; with their lines."""
    if ending != ".py":
        yield from enumerate(text.splitlines(), start=1)
        return
    documents = {lines.start for lines in docstrings(text)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        documented = token.type == tokenize.STRING and token.start[0] in documents
        if documented or token.type in {tokenize.NAME, tokenize.COMMENT}:
            yield from enumerate(token.string.splitlines(), start=token.start[0])


def docstrings(text: str) -> Iterator[range]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            yield range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)


def words(text: str) -> str:
    """The words of a text in small letters; those of a name, too: ``ReadAll_now`` is three."""
    return " ".join(part.lower() for part in _PARTS.findall(_ALLOWED.sub(" ", text)))


def replaced_words(text: str, ending: str) -> list[str]:
    """The replaced words in a file, each with its line."""
    if not _PATTERN.search(words(text)):
        return []  # nearly every file: no need to find its comments and docstrings
    found = [
        f"{number}: {match}"
        for number, line in written_by_us(text, ending)
        for match in _PATTERN.findall(words(line))
    ]
    return list(dict.fromkeys(found))


def vague_names(text: str) -> list[str]:
    """The functions and classes whose names say nothing of what they do, each with its line."""
    return [
        f"{node.lineno}: {node.name}"
        for node in ast.walk(ast.parse(text))
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.strip("_").split("_")[0] in VAGUE_VERBS
        )
        or (isinstance(node, ast.ClassDef) and node.name.strip("_") in VAGUE_CLASSES)
    ]


def test_no_replaced_word_is_used() -> None:
    used = {
        path.relative_to(ROOT).as_posix(): found
        for path in our_files(".py", ".md", ".ts", ".tsx", ".css", ".mjs")
        if (found := replaced_words(path.read_text(encoding="utf-8"), path.suffix))
    }
    assert used == {}


def test_names_tell_functions_apart() -> None:
    vague = {
        path.relative_to(ROOT).as_posix(): found
        for path in our_files(".py")
        if path.relative_to(ROOT).as_posix().startswith(PACKAGES)
        if (found := vague_names(path.read_text(encoding="utf-8")))
    }
    assert vague == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f():\n    return shelf\n", ["2: shelf"]),
        ("class CrowdGauge: ...\n", ["1: crowd"]),
        ("x = 1  # written, then handed on\n", ["1: handed on"]),
        ('def f():\n    """Do it.\n\n    What came out is kept.\n    """\n', ["4: what came out"]),
        ("def _mended_text(): ...\n", ["1: mended"]),
        ("text = 'the shelf of a student'\n", []),
        ("config.gates.smoke_run\n", []),
        ("recommend, amendment, lifetime\n", []),
    ],
)
def test_the_rule_finds_a_replaced_word(source: str, found: list[str]) -> None:
    assert replaced_words(source, ".py") == found


def test_the_rule_finds_a_vague_name() -> None:
    source = "class Order: ...\ndef _take_chunk(): ...\ndef takeover(): ...\nclass OrderRow: ...\n"
    assert vague_names(source) == ["1: Order", "2: _take_chunk"]
