"""Files beside a program that are no part of it: caches, environments, what ``.gitignore`` names."""

from collections.abc import Iterable, Mapping

from pathspec import GitIgnoreSpec

from aiflow.model.language_facts import cache_folders
from aiflow.storage.folder_walk import is_listed

MAX_GITIGNORE_BYTES = 65_536
_MAX_PATTERNS = 500
# A pattern becomes a regular expression, which each further star lets backtrack once more over a long name.
_MAX_STARS = 2

IGNORED = "工具自己生成的文件，不属于程序。"
GITIGNORED = "项目的 .gitignore 说不要它。"

_NAMES = frozenset(
    {"__macosx", ".git", ".svn", ".hg", ".idea", ".vscode", ".vs", ".spyproject", "venv", ".venv",
     "virtualenv", "node_modules", "site-packages", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache",
     ".ruff_cache", ".ipynb_checkpoints", ".ds_store", "thumbs.db", "desktop.ini"}
)  # fmt: skip
_PREFIXES = ("._", "~$")  # macOS's second halves of files, Office's locks
_ENDINGS = (".pyc", ".pyo", ".pyd", ".egg-info", ".dist-info")
# It marks the root of a virtual environment, whatever that is called.
_ENVIRONMENT_MARK = "pyvenv.cfg"


def is_ignored_name(name: str) -> bool:
    """Return whether a file or folder of this name is never a part of a program."""
    folded = name.casefold()
    return (
        not is_listed(name)
        or folded in _NAMES
        or folded in cache_folders()
        or folded.startswith(_PREFIXES)
        or folded.endswith(_ENDINGS)
    )


def environments(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the folders that are virtual environments, each with a slash at its end."""
    return tuple(
        path.removesuffix(_ENVIRONMENT_MARK) for path in paths if path.endswith(f"/{_ENVIRONMENT_MARK}")
    )


def ignored_part(path: str) -> str | None:
    """Return the part of ``path``, from its beginning, that is no part of a program; None where none is."""
    parts = path.split("/")
    for depth, name in enumerate(parts, start=1):
        if is_ignored_name(name):
            return "/".join(parts[:depth]) + ("/" if depth < len(parts) else "")
    return None


class GitIgnore:
    """The ``.gitignore`` files of a project, read as git reads them: a deeper one decides over a higher one.

    Args:
        texts: the files' texts by the folder that each is in; ``""`` for the project's own.

    Attributes:
        skipped: how many patterns cost too much and are not used.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.skipped = 0
        self._specs = [
            (f"{folder}/" if folder else "", GitIgnoreSpec.from_lines(self._affordable(text)))
            for folder, text in sorted(texts.items(), key=lambda one: one[0].count("/") + bool(one[0]))
        ]
        self._known: dict[str, bool] = {}

    def ignores(self, path: str) -> bool:
        """Return whether a file is ignored, by itself or with a folder above it."""
        parts = path.split("/")
        folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
        # Below an ignored folder nothing can be taken back, in git neither.
        return any(self._decide(folder) for folder in folders) or self._decide(path)

    def _decide(self, path: str) -> bool:
        if path not in self._known:
            decided = False
            for folder, spec in self._specs:
                if path.startswith(folder) and path != folder:
                    found = spec.check_file(path.removeprefix(folder)).include
                    decided = decided if found is None else found
            self._known[path] = decided
        return self._known[path]

    def _affordable(self, text: str) -> list[str]:
        kept: list[str] = []
        for line in text.splitlines():
            if any(part != "**" and part.count("*") > _MAX_STARS for part in line.split("/")) or (
                line.count("**") > _MAX_STARS or len(line) > 200 or len(kept) >= _MAX_PATTERNS
            ):
                self.skipped += 1
            elif line.strip():
                kept.append(line)
        return kept
