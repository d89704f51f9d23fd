"""Rules for every source file: its size, and no text read or written in the machine's own encoding."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 16_000  # characters: a limit in lines only made the lines longer
LONGEST_FUNCTION = 60  # lines
WIDEST_LINE = 110  # ruff holds Python's lines to it, in columns
# Receivers of `open` that open no file: two modules, and the notebook page of the browser's tests.
_NO_FILES = frozenset({"os", "webbrowser", "opened"})


def our_python() -> Iterator[Path]:
    for top in ("aiflow", "server_extension", "widgets/aiflow_widgets", "tests", "tools"):
        yield from sorted((ROOT / top).rglob("*.py"))
    yield ROOT / "start.py"


def our_sources() -> Iterator[Path]:
    yield from our_python()
    yield from sorted(
        path for kind in ("ts", "tsx", "css") for path in (ROOT / "widgets" / "src").rglob(f"*.{kind}")
    )
    yield from sorted((ROOT / "widgets").glob("*.mjs"))


def without_encoding(tree: ast.Module) -> list[int]:
    """The lines of calls that read or write text and leave its encoding to the machine."""
    # A file whose opening is a statement of its own would be lost: `gate.open()` opens something else.
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(
        call.lineno
        for call in calls
        if _is_vague(call) and not (id(call) in statements and getattr(call.func, "attr", "") == "open")
    )


def _is_vague(call: ast.Call) -> bool:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in named or None in named:
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id == "open" and _is_text_mode(call.args[1:2], named)
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    if name in {"read_text", "write_text"}:
        given = 0 if name == "read_text" else 1  # beyond that, the encoding stands by position
        return len(call.args) <= given
    if name in {"run", "Popen", "check_output"}:
        return any(
            getattr(named.get(word), "value", False) is True for word in ("text", "universal_newlines")
        )
    if name in {"NamedTemporaryFile", "TemporaryFile", "fdopen"}:
        mode = call.args[1:2] if name == "fdopen" else call.args[:1]
        return bool(mode or "mode" in named) and _is_text_mode(mode, named)
    receiver = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    if name != "open" or receiver in _NO_FILES or receiver[:1].isupper():  # a class's constructor
        return False
    return _is_text_mode(call.args[:1], named)


def _is_text_mode(arguments: list[ast.expr], named: dict[str | None, ast.expr]) -> bool:
    mode = named.get("mode", arguments[0] if arguments else ast.Constant("r"))
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
        return False  # an archive's member, a number, a mode made elsewhere
    return set(mode.value) <= set("rwax+tU")


def test_files_can_be_read_in_one_sitting() -> None:
    long = {}
    for path in our_sources():
        size = len(path.read_text(encoding="utf-8"))
        name = path.relative_to(ROOT).as_posix()
        if size > LONGEST_FILE:
            long[name] = size
    assert long == {}


def test_lines_of_the_page_are_narrow_enough() -> None:
    wide = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in our_sources()
        # One sentence is one line in the tables of texts.
        if path.suffix != ".py" and path.parent.name != "i18n"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > WIDEST_LINE
    ]
    assert wide == []


def test_functions_fit_on_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in our_python()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_no_signature_is_kept_from_the_formatter() -> None:
    kept = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in our_python()
        for number in kept_signatures(path.read_text(encoding="utf-8"))
    ]
    assert kept == []


def kept_signatures(source: str) -> list[int]:
    """The lines of signatures on which the formatter is told to leave them as they are."""
    lines = source.splitlines()
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        number
        for function in functions
        for number in range(function.lineno, function.body[0].lineno)
        if "# fmt: skip" in lines[number - 1]
    ]


def test_the_rule_finds_a_signature_that_is_kept() -> None:
    assert kept_signatures("def f(\n    a, b\n):  # fmt: skip\n    pass\n") == [3]
    assert kept_signatures("x = [\n    1, 2,\n]  # fmt: skip\n") == []


def test_no_text_is_read_or_written_in_the_machines_own_encoding() -> None:
    vague = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in our_python()
        for line in without_encoding(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert vague == []


@pytest.mark.parametrize(
    ("source", "vague"),
    [
        ("open('x')", True),
        ("f = open('x', 'w')", True),
        ("f = open('x', mode='a')", True),
        ("f = path.open()", True),
        ("f = path.open('r')", True),
        ("f = path.read_text()", True),
        ("path.write_text(text)", True),
        ("subprocess.run(c, text=True)", True),
        ("f = os.fdopen(n, 'w')", True),
        ("open('x', 'rb')", False),
        ("open('x', encoding='utf-8')", False),
        ("path.open('wb')", False),
        ("path.read_text('utf-8')", False),
        ("path.write_text(text, 'utf-8')", False),
        ("os.open('x', os.O_RDONLY)", False),
        ("archive.open('spec.md')", False),
        ("f = Pipes.open()", False),
        ("gate.open()", False),
        ("tempfile.NamedTemporaryFile()", False),
        ("subprocess.run(c, text=True, encoding='utf-8')", False),
    ],
)
def test_the_rule_finds_a_missing_encoding(source: str, vague: bool) -> None:
    assert bool(without_encoding(ast.parse(source))) is vague
