"""From entries to a project's files: what is imported, what is converted, what is left out, and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from aiflow.config import RunConfig
from aiflow.exceptions import InputError, UnsafePathError
from aiflow.languages.registry import all_languages, load_language
from aiflow.languages.sources import Sources
from aiflow.model.language_facts import default_main_file, is_source, language_facts
from aiflow.model.paths import PathIndex, SafePath, fold_path
from aiflow.model.phases import phases
from aiflow.workspace.importing.encodings import names_gbk, to_utf8
from aiflow.workspace.importing.entries import Entry, LeaveOutError
from aiflow.workspace.importing.ignored import (
    GITIGNORED,
    IGNORED,
    MAX_GITIGNORE_BYTES,
    GitIgnore,
    environments,
    ignored_part,
)

MAX_LEFT_OUT = 200
# For the specification and the plan, which are part of the project.
_OWN_BYTES = 100_000
# Outputs, pictures above all, make a notebook large; what becomes of it is its text.
_MAX_NOTEBOOK_BYTES = 5_000_000
_PEEK_BYTES = 1 << 16
# So many times the largest project is read at most: a bomb of many small bombs ends here.
_READ_BUDGET = 4
_NOTEBOOK = ".ipynb"
_GITIGNORE = ".gitignore"
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".whl", ".egg")
_TEXTS = (
    ".md", ".txt", ".rst", ".json", ".csv", ".tsv", ".toml", ".ini", ".cfg", ".yaml", ".yml", ".html", ".htm",
    ".css", ".js", ".xml", ".svg", _GITIGNORE,
)  # fmt: skip
# Read by a program, perhaps in the encoding that they have.
_DATA = (".txt", ".json", ".csv", ".tsv", ".ini", ".cfg", ".xml")

NESTED = "压缩包里的压缩包不会再打开。需要它的话，请先解压，再单独导入。"
TWICE = "同一个名字出现了两次，用的是后面那个。"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not imported.

    Attributes:
        path: its name, as its source has it.
        reason: Chinese.
    """

    path: str
    reason: str


@dataclass(slots=True)
class Imported:
    """The files of a project, in memory.

    Attributes:
        name: what the folder around them was called; empty where nothing names them.
        files: the bytes, by path.
        left_out: the others.
        notes: Chinese sentences: what was converted.
    """

    name: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, path: str, reason: str) -> None:
        """Report a file that is not imported; after the first 200 the rest is a number."""
        shown = "".join(char if char.isprintable() else "�" for char in path[:200])
        if len(self.left_out) < MAX_LEFT_OUT:
            self.left_out.append(LeftOut(shown, reason))
        elif len(self.left_out) == MAX_LEFT_OUT:
            self.left_out.append(LeftOut("…", "还有别的文件也没有导入，原因和上面的差不多。"))


def select(
    entries: Sequence[Entry], name: str, limits: RunConfig, is_cancelled: Callable[[], bool] = lambda: False
) -> Imported:
    """Read what belongs to the program.

    Args:
        entries: everything that there is.
        name: what the source is called, where no folder around the files is.
        limits: of a project.
        is_cancelled: is asked between two files.

    Raises:
        InputError: nothing is left that could be a program.
    """
    found = Imported(name)
    named = _without_ignored(entries, found)
    named, wrapper = _without_wrapper(named)
    found.name = wrapper or name
    reader = _Reader(found, limits)
    for path, entry in _without_gitignored(named, found):
        if is_cancelled():
            break
        reader.add(path, entry)
    reader.finish()
    if not any(is_source(path) for path in found.files):
        raise InputError(_nothing(found), reason="no_program")
    found.files = dict(sorted(found.files.items()))
    return found


def _nothing(found: Imported) -> str:
    why = f"（{found.left_out[0].path}：{found.left_out[0].reason}）" if found.left_out else "。"
    return f"这里没有能导入的程序：没有找到可以用的 {language_facts()[0].title} 文件或笔记本{why}"


def _without_ignored(entries: Iterable[Entry], found: Imported) -> list[tuple[SafePath, Entry]]:
    """Return the entries with names that a project may have, in the order in which they are imported."""
    kept: dict[str, tuple[SafePath, Entry]] = {}
    reported: set[str] = set()
    roots = environments(entry.path for entry in entries)
    for entry in entries:
        root = next((root for root in roots if entry.path.startswith(root)), None)
        part = ignored_part(entry.path) or root
        if part is not None:
            if part not in reported:
                reported.add(part)
                found.leave_out(part, IGNORED)
            continue
        try:
            path = SafePath(entry.path)
        except UnsafePathError as error:
            found.leave_out(entry.path, error.message)
            continue
        if entry.refusal:
            found.leave_out(entry.path, entry.refusal)
        elif path.lower().endswith(_ARCHIVES):
            found.leave_out(entry.path, NESTED)
        else:
            if path in kept:
                found.leave_out(entry.path, TWICE)
            kept[path] = (path, entry)
    # Source first: where a limit is reached, what is left out should be what the program needs least.
    # Of two names that differ in case, the usual one comes first and stays.
    return sorted(kept.values(), key=lambda one: _precedence(one[0]))


def _precedence(path: str) -> tuple[bool, bool, int, bool, str]:
    return not _is_code(path), not is_text(path), path.count("/"), path != path.lower(), path


def _is_code(path: str) -> bool:
    return is_source(path) or path.lower().endswith(_NOTEBOOK)


def _without_wrapper(named: list[tuple[SafePath, Entry]]) -> tuple[list[tuple[SafePath, Entry]], str]:
    """Return the files without the folders around all of them, and the outermost one's name."""
    name = ""
    while named:
        tops = {path.partition("/")[0] for path, _ in named}
        top = min(tops)
        if len(tops) > 1 or any("/" not in path for path, _ in named) or _needs_folder(named, top):
            break
        try:
            named = [(SafePath(path.removeprefix(f"{top}/")), entry) for path, entry in named]
        except UnsafePathError:  # a name such as ~a, which may stand in a folder only
            break
        name = name or top
    return named, name


def _needs_folder(named: list[tuple[SafePath, Entry]], folder: str) -> bool:
    entries: dict[str, Entry] = dict(named)

    def read(path: str) -> bytes:
        try:
            return entries[path].read(_PEEK_BYTES)
        except LeaveOutError:
            return b""

    project = Sources(tuple(entries), read)
    return any(language.needs_folder(project, folder) for language in all_languages())


def _without_gitignored(
    named: list[tuple[SafePath, Entry]], found: Imported
) -> Iterable[tuple[SafePath, Entry]]:
    texts = {}
    for path, entry in named:
        folder, _, name = path.rpartition("/")
        if name == _GITIGNORE:
            try:
                data = entry.read(MAX_GITIGNORE_BYTES)
            except LeaveOutError:
                continue  # reported when it is read as a file
            texts[folder] = to_utf8(data)[0].decode("utf-8", "replace")
    ignore = GitIgnore(texts)
    if ignore.skipped:
        found.notes.append(f".gitignore 里有 {ignore.skipped} 行太复杂，没有照着做。")
    for path, entry in named:
        if ignore.ignores(path):
            found.leave_out(path, GITIGNORED)
        else:
            yield path, entry


def is_text(path: str) -> bool:
    """Return whether a file of this name is a text, which a person reads or a program parses."""
    name = path.rpartition("/")[2].lower()
    return is_source(path) or name.endswith(_TEXTS) or "." not in name


class _Reader:
    """Reads entries one after the other into a project, within its limits."""

    def __init__(self, found: Imported, limits: RunConfig) -> None:
        self._found = found
        self._limits = limits
        self._budget = _READ_BUDGET * limits.max_project_bytes
        self._size = 0
        self._room = limits.max_project_bytes - min(_OWN_BYTES, limits.max_project_bytes // 10)
        # The specification and the plan become files too.
        self._own = {fold_path(spec.file) for spec in phases() if spec.file is not None}
        self._index = PathIndex()
        self._notebooks: list[tuple[SafePath, bytes]] = []
        self._raw: dict[str, bytes] = {}

    def add(self, path: SafePath, entry: Entry) -> None:
        """Read an entry, or report why it is left out."""
        try:
            self._add(path, entry)
        except (LeaveOutError, UnsafePathError) as error:
            self._found.leave_out(path, error.reason if isinstance(error, LeaveOutError) else error.message)

    def _add(self, path: SafePath, entry: Entry) -> None:
        is_notebook = path.lower().endswith(_NOTEBOOK)
        limit = _MAX_NOTEBOOK_BYTES if is_notebook else self._limits.max_file_bytes
        if self._budget <= 0:
            raise LeaveOutError(f"整个项目超过了 {self._limits.max_project_bytes // 1_000_000} MB 的上限。")
        data = entry.read(min(limit, self._budget) + 1)
        self._budget -= len(data)
        if len(data) > limit:
            raise LeaveOutError(f"超过了一个文件的上限（{limit // 1000} KB）。")
        if is_notebook:
            self._notebooks.append((path, data))
        else:
            self._keep(path, data)

    def _keep(self, path: SafePath, data: bytes) -> None:
        if len(data) > self._limits.max_file_bytes:
            raise LeaveOutError(f"超过了一个文件的上限（{self._limits.max_file_bytes // 1000} KB）。")
        if sum(known not in self._own for known in self._raw) >= self._limits.max_files - len(self._own):
            raise LeaveOutError(f"一个项目最多 {self._limits.max_files} 个文件，这个放不下了。")
        if self._size + len(data) > self._room:
            raise LeaveOutError(f"整个项目超过了 {self._limits.max_project_bytes // 1_000_000} MB 的上限。")
        if fold_path(path) in self._own:  # SPEC.md of a person is the specification too
            path = SafePath(fold_path(path))
        self._index.add(path)
        self._raw[path] = data
        self._size += len(data)

    def finish(self) -> None:
        """Convert the notebooks and the encodings."""
        comments = 0
        language = load_language(language_facts()[0].name)
        for path, data in self._notebooks:
            try:
                program = language.read_notebook(data)
                target = self._program_path(path)
                self._keep(target, program.text.encode("utf-8", "replace"))
            except (LeaveOutError, InputError) as error:
                self._found.leave_out(
                    path, error.reason if isinstance(error, LeaveOutError) else error.message
                )
                continue
            comments += program.comments
            self._found.notes.append(f"笔记本“{path}”变成了程序 {target}，每个单元格以 # %% 开头。")
        if comments:
            self._found.notes.append(f"笔记本里有 {comments} 行魔法命令或终端命令（% 和 !），变成了注释。")
        self._convert()

    def _program_path(self, path: SafePath) -> SafePath:
        """Return the program's name: the main file's for the only notebook, else the notebook's own."""
        folder, _, name = path.rpartition("/")
        main, own = default_main_file(), name[: -len(_NOTEBOOK)]
        has_main = any(known.rpartition("/")[2].lower() == main for known in self._raw)
        ending = language_facts()[0].extensions[0]
        names = [] if has_main or len(self._notebooks) > 1 else [main]
        names += [f"{own}{ending}", f"{own}_notebook{ending}"]
        paths = [SafePath(f"{folder}/{one}" if folder else one) for one in names]
        return next(
            (one for one in paths if self._index.collision(one) is None and one not in self._raw), paths[-1]
        )

    def _convert(self) -> None:
        converted: dict[str, list[str]] = {}

        def convert(path: str, *, keeps: bool = False) -> None:
            text, was = to_utf8(self._raw[path], declares=is_source(path))
            size = self._size + len(text) - len(self._raw[path])
            fits = len(text) <= self._limits.max_file_bytes and size <= self._room
            if was and fits and not (keeps and was != "BOM"):
                converted.setdefault(was, []).append(path)
                self._raw[path], self._size = text, size
            elif was and not fits:
                self._found.notes.append(f"“{path}”转成 UTF-8 就太大了，编码没有改。")

        sources = [path for path in self._raw if is_source(path)]
        for path in sources:
            convert(path)
        keeps_data = names_gbk(self._raw[path] for path in sources)
        for path in self._raw:
            if not is_source(path) and is_text(path):
                convert(path, keeps=keeps_data and path.lower().endswith(_DATA))
        self._found.files.update(self._raw)
        for was, paths in converted.items():
            shown = "、".join(paths[:5]) + (" 等" if len(paths) > 5 else "")
            what = "去掉了文件开头的 BOM 标记" if was == "BOM" else f"从 {was} 转成了 UTF-8"
            self._found.notes.append(f"{len(paths)} 个文件{what}：{shown}。")
        if keeps_data:
            self._found.notes.append("程序自己写明了用 GBK 读文件，所以数据文件的编码没有改。")
