"""Which paths a project may hold: the strictest rules of all platforms, on every platform."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiflow.exceptions import UnsafePathError
from aiflow.model.paths import (
    MAX_DEPTH,
    MAX_NAME_BYTES,
    MAX_PATH_CHARS,
    PathIndex,
    check_path,
    find_collision,
    fold_path,
)

SAFE = [
    "main.py", "src/main.py", "a/b/c/d.txt", ".gitignore", ".env", "Makefile", "游戏/贪吃蛇.py", "my file.py",
    "a-b_c.d", "[id].tsx", "a+b@c=d,e;f!.txt", "con_.py", "console.py", "nulls.txt", "aux1.py", "com.py",
    "lpt.txt", "...a", "é.py", "a'b.py", "(1).txt", "a~1.py", "com10.txt", "auxiliary/x.py",
    ".github/workflows/ci.yml", "x" * 251 + ".py",
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
]  # fmt: skip


@pytest.mark.parametrize("path", SAFE)
def test_a_path_that_every_platform_holds_is_kept_as_it_is(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize("path", UNSAFE, ids=ascii)
def test_a_path_that_some_platform_cannot_hold_is_refused_in_chinese(path: str) -> None:
    with pytest.raises(UnsafePathError) as caught:
        check_path(path)
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.message)
    assert all(char.isprintable() for char in caught.value.message)
    assert len(caught.value.message) < 200


def test_a_leading_dot_names_the_same_file() -> None:
    assert check_path("./main.py") == "main.py"
    assert check_path("././a/b.py") == "a/b.py"


def test_the_limits_themselves_are_allowed() -> None:
    assert check_path("x" * MAX_NAME_BYTES)
    assert check_path("/".join(["d"] * (MAX_DEPTH - 1) + ["x.py"]))
    name = "x" * 129
    assert len(check_path(f"{name}/{name}a")) == MAX_PATH_CHARS
    with pytest.raises(UnsafePathError):
        check_path(f"{name}/{name}ab")


@given(st.text(max_size=30))
def test_whatever_is_let_through_stays_inside_and_is_stable(path: str) -> None:
    try:
        safe = check_path(path)
    except UnsafePathError:
        return
    assert check_path(safe) == safe
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
    assert find_collision(path, existing) == collision
    index = PathIndex()
    for other in existing:
        index.add(other)
    if collision is None:
        assert index.add(path) == path
    else:
        with pytest.raises(UnsafePathError, match="Windows"):
            index.add(path)


def test_a_refused_path_leaves_the_index_as_it_was() -> None:
    index = PathIndex()
    index.add("src/a.py")
    for bad in ("../x", "SRC/b.py", "src/A.py", "src"):
        with pytest.raises(UnsafePathError):
            index.add(bad)
    assert index.add("src/b.py") == "src/b.py"
    assert index.add("./src/b.py") == "src/b.py"
    assert index.add("b") == "b"


@given(st.lists(st.sampled_from(["a", "A", "a/b", "A/b", "a/B", "b", "b/c/d", "b/C/e", "B/c"]), max_size=6))
def test_the_index_and_the_search_agree(paths: list[str]) -> None:
    index, kept = PathIndex(), list[str]()
    for path in paths:
        collides = find_collision(path, kept) is not None
        try:
            index.add(path)
        except UnsafePathError:
            assert collides
        else:
            assert not collides
            kept.append(path)


def test_folding_ignores_case_and_composition() -> None:
    assert fold_path("Caf\u00c9.py") == fold_path("cafe\u0301.PY")
