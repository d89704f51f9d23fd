"""Archives that somebody made to do harm: each has a harmless main.py beside it, which is imported."""

import random
import stat
import zipfile
from collections.abc import Callable
from typing import Any

from tests.imports.archives import MAIN, Case, zipped
from tests.imports.zips import link, make_zip, patched, special, with_method


def hostile(name: str, make: Callable[[], bytes], **expected: Any) -> Case:
    """An archive with something hostile beside a harmless main.py, which is imported."""
    return Case(name, make, {"main.py": None}, only=True, main="main.py", **expected)


def named(name: str, reason: str) -> Case:
    shown = name.replace("\\", "/").replace("\u202e", "�")
    return hostile(
        f"name {name[:20]!r}", zipped({"main.py": MAIN, name: "x = 1\n"}), left_out={shown[:30]: reason}
    )


def many_bombs() -> bytes:
    noise = random.Random(1)
    piece = bytes(noise.randrange(256) for _ in range(9000))
    return make_zip({"main.py": MAIN, **{f"data/{number}.bin": piece * 100 for number in range(60)}})


def slow_patterns() -> str:
    return "*a*a*a*a*a*a*a*a*a*a*b\n" * 400 + "*.log\n"


def endless_table() -> bytes:
    return make_zip({"main.py": MAIN, **{f"{'x' * 200}{number}": b"" for number in range(18_000)}})


HOSTILE = [
    named("../../evil.py", "离开项目"),
    named("/etc/cron.d/evil.py", "绝对路径"),
    named("C:/Windows/evil.py", "盘符"),
    named("..\\..\\evil.py", "离开项目"),
    named("CON.py", "Windows 保留"),
    named("data/aux.txt", "Windows 保留"),
    named("evil\u202eyp.exe", "控制字符"),
    named("name. ", "空格"),
    named("x" * 300 + ".py", "字符"),
    named("/".join("abcdefghijklmnopqrst") + "/deep.py", "层"),
    hostile("a link", lambda: link("secret.txt"), left_out={"secret.txt": "链接"}),
    hostile("a device", lambda: special("disk", stat.S_IFBLK), left_out={"disk": "设备"}),
    hostile(
        "a bomb", zipped({"main.py": MAIN, "zeros.bin": b"\0" * 900_000}), left_out={"zeros.bin": "炸弹"}
    ),
    hostile(
        "a bomb that claims to be small",
        lambda: patched(make_zip({"main.py": MAIN, "zeros.bin": b"\0" * 20_000_000}), "zeros.bin", size=10),
        left_out={"zeros.bin": ""},
    ),
    Case(
        "many files over the limit of all", many_bombs, {"main.py": MAIN}, left_out={"data/59.bin": "10 MB"}
    ),
    hostile(
        "a password",
        lambda: patched(make_zip({"main.py": MAIN, "secret.py": MAIN}), "secret.py", flags=1),
        left_out={"secret.py": "密码"},
    ),
    hostile(
        "an archive in the archive",
        lambda: make_zip({"main.py": MAIN, "inner.zip": make_zip({"x.py": MAIN})}),
        left_out={"inner.zip": "压缩包里的压缩包"},
    ),
    hostile(
        "names that differ in case",
        zipped({"main.py": MAIN, "MAIN.PY": "x = 1\n"}),
        left_out={"MAIN.PY": "Windows"},
    ),
    hostile(
        "a way of compression that costs memory",
        lambda: with_method({"big.txt": "x" * 1000}, zipfile.ZIP_LZMA),
        left_out={"big.txt": "压缩方式"},
    ),
    Case(
        "a .gitignore that costs time",
        zipped({"main.py": MAIN, ".gitignore": slow_patterns(), "a" * 200 + ".txt": "x", "run.log": "x"}),
        {"main.py": MAIN, "a" * 200 + ".txt": "x"},
        left_out={"run.log": ".gitignore"},
        notes=("400 行太复杂",),
    ),
    Case("a broken archive", lambda: make_zip({"main.py": MAIN})[:-30], refused="bad_archive"),
    Case("no archive", lambda: b"<html>404</html>", refused="bad_archive"),
    Case("no program", zipped({"readme.txt": "hello", "a.png": b"\x89PNG"}), refused="no_program"),
    Case("a table of contents without end", endless_table, refused="bad_archive"),
]
