"""Which file of a project an edit is for: the one that it names, or the only one in which it has a place."""

from collections.abc import Mapping, Sequence

from aiflow.exceptions import UnsafePathError
from aiflow.extraction.edits.definition_edits import Definitions, Outline, has_target
from aiflow.extraction.edits.draft import Draft, RefusedError
from aiflow.extraction.edits.matching import Haystack
from aiflow.extraction.edits.parts import (
    BlockEdit,
    DefinitionEdit,
    Edit,
    EditRefused,
    ElidedFile,
    PatchEdit,
    WholeFile,
    lines_of,
    sides_of,
)
from aiflow.model.paths import SafePath, fold_path

# Each edit without a name is looked for in every file.
_MAX_SEARCHES = 100


class FileFinder:
    """Finds the file that an edit is for.

    Args:
        files: the project's text files, path to text.
        definitions: returns the functions and classes of a text, given its path.
    """

    def __init__(self, files: Mapping[str, str], definitions: Definitions) -> None:
        self._files = files
        self._definitions = definitions
        self._haystacks: dict[str, Haystack] = {}
        self._outlines: dict[str, Outline] = {}
        self._folded = {fold_path(path): path for path in files}
        self._searches = 0

    def find(self, edit: Edit) -> str:
        """Return the path of the file that an edit is for; it may be a new one.

        Raises:
            RefusedError: that is not clear, or no project may hold such a path.
        """
        if edit.path is None:
            if isinstance(edit, EditRefused):
                raise RefusedError(edit.reason)
            return self._only_file_for(edit)
        # Models that think of Windows write backslashes; the paths of a project have slashes.
        path = edit.path.strip().replace("\\", "/").removeprefix("./")
        if path in self._files:
            return path
        # Windows opens either spelling; a second file that differs in case could not be unpacked there.
        if fold_path(path) in self._folded:
            return self._folded[fold_path(path)]
        creates = isinstance(edit, WholeFile) or (isinstance(edit, BlockEdit) and not edit.search.strip())
        nested = [known for known in self._files if f"/{path}".endswith(f"/{known}")]
        if creates:
            folder = path.rpartition("/")[0] + "/"
            if nested and not any(known.startswith(folder) for known in self._files):
                # "snake_game/main.py" beside main.py: the model may mean either.
                raise RefusedError("unknown_file", nested[0])
        else:
            nested += [known for known in self._files if f"/{known}".endswith(f"/{path}")]
            # "/home/me/snake/main.py" for main.py: what the edit finds in the file proves that it is meant.
            if len(nested) == 1:
                return nested[0]
            if not isinstance(edit, EditRefused):
                raise RefusedError("unknown_file")
        try:
            return SafePath(edit.path)
        except UnsafePathError:
            raise RefusedError("unsafe_path") from None

    def is_quoted(self, edit: Edit) -> bool:
        """Return whether a block without a name only shows what stands in a file."""
        # A block that only repeats lines explains them: a problem would request a file for nothing.
        lines = lines_of(edit.text) if isinstance(edit, DefinitionEdit) else []
        return any(map(str.strip, lines)) and bool(self._files_with(lines))

    def _only_file_for(self, edit: Edit) -> str:
        if isinstance(edit, DefinitionEdit | ElidedFile):
            paths = self._files_defining(edit.text)
        elif isinstance(edit, BlockEdit):
            paths = self._files_with(lines_of(edit.search))
        else:
            hunks = edit.hunks if isinstance(edit, PatchEdit) else ()
            paths = self._files_with(sides_of(hunks[0])[0] if hunks else [])
        if len(paths) > 1:
            raise RefusedError("ambiguous_file")
        if not paths:
            raise RefusedError("not_found" if isinstance(edit, BlockEdit | PatchEdit) else "unplaced")
        return paths[0]

    def _files_with(self, search: Sequence[str]) -> list[str]:
        """Return the files in which ``search`` stands by the best step that finds it anywhere."""
        self._searches += 1
        # Without a result the edit becomes a problem: the limit costs a request and makes no wrong change.
        if self._searches > _MAX_SEARCHES:
            return []
        found = {}
        for path, text in self._files.items():
            if path not in self._haystacks:
                # With a CR or a byte order mark in the lines, which `Draft` removes, no place would be exact.
                self._haystacks[path] = Haystack(Draft(text).original)
            places = self._haystacks[path].find(search)
            if places:
                found[path] = places[0].step
        # An exact place in one file outweighs a similar one in another.
        return [path for path, step in found.items() if step == min(found.values())]

    def _files_defining(self, text: str) -> list[str]:
        self._searches += 1
        if self._searches > _MAX_SEARCHES:
            return []
        found = []
        for path, old in self._files.items():
            if path not in self._outlines:
                self._outlines[path] = Outline(path, old, self._definitions)
            if has_target(path, text, self._outlines[path], self._definitions):
                found.append(path)
        return found
