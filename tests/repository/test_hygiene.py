"""Committed files: no address of a package registry, no path of one machine, one version everywhere."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import aiflow

ROOT = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file does not find itself.
REGISTRIES = (
    "registry." + "npmjs.org",
    "registry." + "yarnpkg.com",
    "pypi." + "org",
    "files." + "pythonhosted.org",
    "deb." + "debian.org",
    "npm" + "mirror.com",
    "mirrors." + "aliyun.com",
    "pypi.tuna." + "tsinghua.edu.cn",
)
REGISTRY_URL = re.compile(rb"https?://[a-z.]*(?:npm|pypi|pythonhosted|debian)[a-z.]*")
# Where build machines work, and where this one does; `/home/me` is an example that a text may give.
MACHINE_PATHS = re.compile(
    rb"(?<![\w.~/-])(?:/ro" + rb"ot/|/wo" + rb"rk/|" + re.escape(f"{Path.home()}/".encode()) + rb")[\w.]"
)
LIST_ENDING_WITH_ZERO = ["git", "ls-files", "-z"]


def committed() -> list[Path]:
    """The files of the index that are on disk: what a commit now would hold."""
    names = subprocess.run(LIST_ENDING_WITH_ZERO, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name.decode("utf-8") for name in names.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def registry_in(content: bytes) -> str | None:
    if found := REGISTRY_URL.search(content):
        return found.group().decode("utf-8")
    return next((host for host in REGISTRIES if host.encode("ascii") in content), None)


def machine_path_in(content: bytes) -> str | None:
    found = MACHINE_PATHS.search(content)
    return found.group().decode("utf-8") if found else None


def text_files() -> list[Path]:
    bundle = ROOT / "widgets" / "aiflow_widgets" / "static"
    return [
        path for path in committed() if b"\0" not in path.read_bytes() and not path.is_relative_to(bundle)
    ]


def read_json(name: str) -> Any:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def test_no_committed_file_names_a_package_registry() -> None:
    named = {path.relative_to(ROOT).as_posix(): registry_in(path.read_bytes()) for path in text_files()}
    assert {name: host for name, host in named.items() if host} == {}


def test_no_committed_file_names_a_path_of_one_machine() -> None:
    named = {path.relative_to(ROOT).as_posix(): machine_path_in(path.read_bytes()) for path in text_files()}
    assert {name: path for name, path in named.items() if path} == {}


def test_nothing_generated_is_committed() -> None:
    generated = ("node_modules", "__pycache__", ".venv", "artifacts", "logs", ".ipynb_checkpoints")
    names = [path.relative_to(ROOT) for path in committed()]
    assert [str(name) for name in names if set(name.parts) & set(generated) or name.suffix == ".pyc"] == []


def test_the_lock_file_names_no_place_to_download_from() -> None:
    packages = read_json("widgets/package-lock.json")["packages"]
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_every_locked_package_has_its_hash() -> None:
    packages = read_json("widgets/package-lock.json")["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_there_is_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = read_json("widgets/package-lock.json")
    assert {
        "pyproject.toml": project["version"],
        "aiflow.__version__": aiflow.__version__,
        "package.json": read_json("widgets/package.json")["version"],
        "package-lock.json": lock["version"],
        "package-lock.json, root package": lock["packages"][""]["version"],
    } == dict.fromkeys(
        [
            "pyproject.toml",
            "aiflow.__version__",
            "package.json",
            "package-lock.json",
            "package-lock.json, root package",
        ],
        project["version"],
    )


def test_the_version_is_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(aiflow.__version__)}\]", changelog, re.MULTILINE)


def test_every_text_file_is_utf8_with_unix_line_ends() -> None:
    wrong = []
    for path in text_files():
        content = path.read_bytes()
        content.decode("utf-8")  # raises, and so names the file's bytes
        if b"\r\n" in content and path.suffix != ".jsonl":
            wrong.append(path.relative_to(ROOT).as_posix())
    assert wrong == []


@pytest.mark.parametrize(
    "content",
    [
        b'"resolved": "https://registry.' + b'npmjs.org/preact"',
        b"--index-url http://py" + b"pi.internal/simple",
        b"deb http://deb." + b"debian.org/debian",
    ],
)
def test_the_rule_finds_a_registry(content: bytes) -> None:
    assert registry_in(content)


@pytest.mark.parametrize(
    "content", [b"see /ro" + b"ot/.cache", b"(/wo" + b"rk/main)", f'"{Path.home()}/x"'.encode()]
)
def test_the_rule_finds_a_machines_path(content: bytes) -> None:
    assert machine_path_in(content)


@pytest.mark.parametrize("content", [b"pip install aiflow", b"/lab/tree/notebooks", b"a/root/b", b"npm ci"])
def test_the_rules_leave_the_rest_alone(content: bytes) -> None:
    assert registry_in(content) is None
    assert machine_path_in(content) is None
