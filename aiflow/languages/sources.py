"""The files of a project as gates and languages read them, and the shape of a gate."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self, TypeVar, cast, runtime_checkable

from aiflow.model.artifacts import Plan
from aiflow.model.findings import Finding
from aiflow.model.language_facts import find_main_file, is_source

# A syntax tree takes some fifty times its text. A usual project is kept whole, of a huge one the files that
# were asked for last.
KEPT_BYTES: Final = 1_000_000
_T = TypeVar("_T")


class SourceFile:
    """One file, and what gates have made of it so far; none of that may be changed.

    Args:
        path: in the project.
        data: its bytes.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._made: dict[Callable[[SourceFile], Any], Any] = {}

    def once(self, make: Callable[["SourceFile"], _T]) -> _T:
        """Return ``make(self)``, called the first time only; ``make`` depends on nothing but the file."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("_T", self._made[make])

    @property
    def text(self) -> str | None:
        """Its text, or None where it is no UTF-8."""
        return self.once(_decode)


def _decode(file: SourceFile) -> str | None:
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


class SourceFiles:
    """The files that were asked for last, as many as fit.

    Args:
        kept_bytes: how much source is kept; the last file always is.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._files: OrderedDict[tuple[str, bytes], SourceFile] = OrderedDict()
        self._size = 0

    def get(self, path: str, data: bytes) -> SourceFile:
        """Return the file of this name with this content."""
        key = (path, data)
        if key in self._files:
            self._files.move_to_end(key)
            return self._files[key]
        self._size += len(data)
        while self._files and self._size > self._kept_bytes:
            self._size -= len(self._files.popitem(last=False)[1].data)
        self._files[key] = SourceFile(path, data)
        return self._files[key]


@dataclass(slots=True)
class Sources:
    """A project as gates see it: its paths, and a way to read each.

    Attributes:
        paths: relative, ``/`` between the parts, in the order in which they were written.
        read: returns the bytes of one of ``paths``; called when a gate needs them.
        plan: what was planned, where that is known.
        incomplete: files that were cut off.
        files: where what gates make of a file is kept.
    """

    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    plan: Plan | None = None
    incomplete: frozenset[str] = frozenset()
    files: SourceFiles = field(default_factory=SourceFiles, repr=False)
    path_set: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.path_set = frozenset(self.paths)

    @classmethod
    def of(
        cls,
        files: Mapping[str, str | bytes],
        *,
        plan: Plan | None = None,
        incomplete: Iterable[str] = (),
    ) -> Self:
        """Return the sources of files that are in memory."""

        def read(path: str) -> bytes:
            held = files[path]
            # Half a surrogate pair from a model must become a finding, not an exception.
            return held.encode("utf-8", "surrogatepass") if isinstance(held, str) else held

        return cls(tuple(files), read, plan, frozenset(incomplete))

    @property
    def source_paths(self) -> list[str]:
        """The source files, of whatever language."""
        return [path for path in self.paths if is_source(path)]

    @property
    def main_file(self) -> str | None:
        """The program to start: the plan's where it was written, else the one that looks like it."""
        if self.plan is not None and self.plan.main_file in self.source_paths:
            return self.plan.main_file
        return find_main_file(self.paths)

    def size(self) -> int:
        """Return how many bytes the files have together."""
        return sum(len(self.read(path)) for path in self.paths)

    def file(self, path: str) -> SourceFile:
        """Return a file, whatever it holds."""
        return self.files.get(path, self.read(path))

    def text(self, path: str) -> str | None:
        """Return a file's text, or None where it is no UTF-8."""
        return self.file(path).text


@runtime_checkable
class Gate(Protocol):
    """One check of a whole project; a plug-in is such an object, or a class of it without arguments."""

    name: str

    def check(self, project: Sources) -> Iterable[Finding]:
        """Return the findings, in the order in which a person reads them."""
        ...
