"""Which paths a project may hold: the strictest rules of all platforms, on every platform."""

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.exceptions import UnsafePathError
from aiflow.model.paths import (
    MAX_DEPTH,
    MAX_NAME_BYTES,
    MAX_PATH_CHARS,
    PathIndex,
    SafePath,
    fold_path,
)

SAFE = [
    "main.py", "src/main.py", "a/b/c/d.txt", ".gitignore", ".env", "Makefile", "游戏/贪吃蛇.py", "my file.py",
    "a-b_c.d", "[id].tsx", "a+b@c=d,e;f!.txt", "con_.py", "console.py", "nulls.txt", "aux1.py", "com.py",
    "lpt.txt", "...a", "é.py", "a'b.py", "(1).txt", "a~1.py", "com10.txt", "auxiliary/x.py",
    "50%.txt", "100%20.txt", "5%off.py", ".github/workflows/ci.yml", "x" * 251 + ".py",
]  # fmt: skip
UNSAFE = [
    "", ".", "..", "/", "./", "../x.py", "a/../b.py", "a/..", "..\\x.py", "a\\b.py", "\\x.py",
    "\\\\server\\share\\x.py", "//server/share/x.py", "/etc/passwd", "C:/x.py", "C:\\x.py", "c:x.py", "Z:",
    "a//b.py", "a/", "a/./b.py", "a/b/", "con", "CON", "con.py", "Con.tar.gz", "a/nul.txt", "nul/a.txt",
    "prn", "aux.h", "com1", "COM9.txt", "lpt1.py", "com¹.txt", "lpt³", "CONIN$", "conout$.txt", "clock$",
    "con .txt", "a.", "a..", "a ", "a. ", " a.py", "a /b.py", "a./b.py", "a\x00.py", "a\n.py", "a\r.py",
    "a\t.py", "a\x1b[31m.py", "a\x7f.py", "a\x85.py", "a\u202e.py", "a\u200b.py", "\ufeffa.py", "a\u2028.py",
    "a<b.py", "a>b.py", 'a"b.py', "a|b.py", "a?b.py", "a*b.py", "a:b.py", "main.py:stream", "main.py::$DATA",
    "~/x.py", "~root/x", ".git/config", "a/.GIT/hooks/x", ".aiflow/x", "git~1/config", "x" * 261, "x" * 256,
    "文" * 86, "/".join(["d"] * 17) + "/x.py", "\ud800.py", "\\\\.\\pipe\\x", "\\\\?\\C:\\x", "/dev/null",
    "/dev/sda", ".../../x", "a/ ../b", "a/.. /b", "..%2f".replace("%2f", "/"), "\u3000a.py", "a\u00a0",
    "%2e%2e%2fa.py", "%2E%2E/a.py", "..%2Fa.py", "a%5cb.py", "a%00.py", "%252e%252e%252fa.py", "c:a.py",
]  # fmt: skip


@pytest.mark.parametrize("path", SAFE)
def test_a_path_that_every_platform_holds_is_kept_as_it_is(path: str) -> None:
    assert SafePath(path) == path


@pytest.mark.parametrize("path", UNSAFE, ids=ascii)
def test_a_path_that_some_platform_cannot_hold_is_refused_in_chinese(path: str) -> None:
    with pytest.raises(UnsafePathError) as caught:
        SafePath(path)
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.message)
    assert all(char.isprintable() for char in caught.value.message)
    assert len(caught.value.message) < 200


def test_a_leading_dot_names_the_same_file() -> None:
    assert SafePath("./main.py") == "main.py"
    assert SafePath("././a/b.py") == "a/b.py"


def test_the_limits_themselves_are_allowed() -> None:
    assert SafePath("x" * MAX_NAME_BYTES)
    assert SafePath("/".join(["d"] * (MAX_DEPTH - 1) + ["x.py"]))
    name = "x" * 129
    assert len(SafePath(f"{name}/{name}a")) == MAX_PATH_CHARS
    with pytest.raises(UnsafePathError):
        SafePath(f"{name}/{name}ab")


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_whatever_is_let_through_stays_inside_and_is_stable(path: str) -> None:
    try:
        safe = SafePath(path)
    except UnsafePathError:
        return
    assert SafePath(safe) == safe
    assert not safe.startswith(("/", "\\"))
    assert ".." not in safe.split("/")
    assert not set(safe) & set('<>:"|?*\\\0')


@pytest.mark.parametrize(
    ("path", "existing", "collision"),
    [
        ("main.py", ["Main.py"], "Main.py"),
        ("main.py", ["main.py"], None),
        ("main.py", ["main2.py"], None),
        ("src/a.py", ["Src/b.py"], "Src/b.py"),
        ("src/a.py", ["src/A.PY"], "src/A.PY"),
        ("a/b/c.py", ["a/B/d.py"], "a/B/d.py"),
        ("a/b.py", ["a"], "a"),
        ("a", ["a/b.py"], "a/b.py"),
        ("A", ["a/b.py"], "a/b.py"),
        ("caf\u00e9.py", ["cafe\u0301.py"], "cafe\u0301.py"),
        ("STRASSE.py", ["stra\u00dfe.py"], "stra\u00dfe.py"),
        ("ab/c.py", ["a/c.py"], None),
        ("a/b.py", ["a/c.py"], None),
    ],
)
def test_paths_that_windows_takes_for_the_same_collide(
    path: str, existing: list[str], collision: str | None
) -> None:
    index = PathIndex(existing)
    assert index.collision(SafePath(path)) == collision
    if collision is None:
        index.add(SafePath(path))
    else:
        with pytest.raises(UnsafePathError, match="Windows"):
            index.add(SafePath(path))


def test_a_refused_path_leaves_the_index_as_it_was() -> None:
    index = PathIndex()
    index.add(SafePath("src/a.py"))
    for bad in ("SRC/b.py", "src/A.py", "src"):
        with pytest.raises(UnsafePathError):
            index.add(SafePath(bad))
    for good in ("src/b.py", "./src/b.py", "b"):
        index.add(SafePath(good))


def collides(path: str, other: str) -> bool:
    """Return whether two paths collide, compared part by part."""
    ours, theirs = path.split("/"), other.split("/")
    if path == other:
        return False
    for at, (mine, their) in enumerate(zip(ours, theirs, strict=False)):
        if mine.lower() != their.lower():
            return False
        is_file = at + 1 in {len(ours), len(theirs)}
        if mine != their or is_file:
            return True
    return False


@settings(deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["a", "A", "a/b", "A/b", "a/B", "b", "b/c/d", "b/C/e", "B/c"]), max_size=6))
def test_the_index_finds_every_collision(paths: list[str]) -> None:
    kept = list[str]()
    for path in paths:
        found = PathIndex(kept).collision(SafePath(path))
        assert (found is not None) == any(collides(path, other) for other in kept)
        assert found is None or found in kept
        kept.append(path)  # a disk may hold what collides


def test_a_safe_path_is_text_and_is_checked_once() -> None:
    path = SafePath("a/b.py")
    assert SafePath(path) is path
    assert path.parts == ("a", "b.py")
    assert (path, json.loads(json.dumps(path)), pickle.loads(pickle.dumps(path))) == ("a/b.py",) * 3


def test_folding_ignores_case_and_composition() -> None:
    assert fold_path("Caf\u00c9.py") == fold_path("cafe\u0301.PY")
