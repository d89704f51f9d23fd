"""Where the lines of a text come from, compared with ``git blame``."""

import random
import subprocess
from pathlib import Path

from aiflow.model.line_origins import follow, runs_of_origins

CHAINS = 20
VERSIONS = 8


def edited(lines: list[str], choice: random.Random, version: int) -> list[str]:
    """Return lines with some inserted, changed and deleted; a new line is unlike all others."""
    lines = list(lines)
    for number in range(choice.randint(1, 5)):
        at = choice.randint(0, len(lines))
        size = choice.randint(0, 3)
        fresh = [f"line {version} {number} {each} {choice.random()}" for each in range(choice.randint(0, 3))]
        lines[at : at + size] = fresh
    return lines


def test_every_line_has_the_origin_that_git_blame_gives_it(tmp_path: Path) -> None:
    choice = random.Random(5)
    git(tmp_path, "init", "-q")
    stream: list[str] = []
    chains: list[list[int]] = []
    for chain in range(CHAINS):
        lines: list[str] = []
        origins: list[int] = []
        for version in range(VERSIONS):
            new = edited(lines, choice, version)
            origins = follow(origins, lines, new, version)
            lines = new
            stream.append(commit(chain, version, "".join(f"{line}\n" for line in lines)))
        chains.append(origins)
    git(tmp_path, "fast-import", "--quiet", text="".join(stream))
    for chain, origins in enumerate(chains):
        blamed = git(tmp_path, "blame", "--line-porcelain", f"chain{chain}", "--", "file")
        summaries = [line for line in blamed.splitlines() if line.startswith("summary version ")]
        assert [int(line.rpartition(" ")[2]) for line in summaries] == origins


def commit(chain: int, version: int, text: str) -> str:
    """Return a commit of a file as ``git fast-import`` reads it."""
    head = f"commit refs/heads/chain{chain}\ncommitter a <a@b.c> {version} +0000\n"
    message = f"version {version}"
    return f"{head}data {len(message)}\n{message}\nM 644 inline file\ndata {len(text)}\n{text}\n"


def git(root: Path, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, input=text, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


def test_runs_are_given_with_their_first_and_last_line() -> None:
    assert runs_of_origins([]) == []
    assert runs_of_origins(["a", "a", "b", "a"]) == [(1, 2, "a"), (3, 3, "b"), (4, 4, "a")]
