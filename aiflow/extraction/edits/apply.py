"""Edits onto the files of a project, without guessing: what is not clear is a problem, not a change.

A text to find must stand at exactly one place. All edits of a file are applied or none of them. A problem
asks for the whole file.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiflow.exceptions import UnsafePathError
from aiflow.extraction.edits.definition_edits import Definitions, is_part, put_definitions
from aiflow.extraction.edits.draft import MAX_EDITS, Draft, RefusedError
from aiflow.extraction.edits.elided import has_marks, merge_elided
from aiflow.extraction.edits.elision import is_elision
from aiflow.extraction.edits.file_finder import FileFinder
from aiflow.extraction.edits.parts import (
    BlockEdit,
    DefinitionEdit,
    DeletedFile,
    Edit,
    EditRefused,
    ElidedFile,
    Hunk,
    PatchEdit,
    WholeFile,
    lines_of,
    sides_of,
)
from aiflow.extraction.first_lines import name_inside
from aiflow.extraction.language_tags import is_markdown
from aiflow.model.paths import PathIndex, SafePath

# An answer holds some dozens; the time for each is in proportion to the project.
_MAX_ALL = 2000

REASONS = {
    "ambiguous": "要改的内容在文件里不止一处，说不清是哪一处",
    "ambiguous_block": "改动的写法看不明白",
    "ambiguous_file": "改动没有说是哪个文件，或者有好几个文件都对得上",
    "binary": "改动里是二进制内容",
    "elided": "省略的部分没法确定是文件里的哪些行",
    "empty_search": "改动没有说要替换哪些行",
    "exists": "文件已经在了",
    "incomplete": "改动没有写完",
    "indentation": "新的行缩进不够",
    "mixed_lines": "新文件的有些行没有加号",
    "no_change": "这处改动什么也没有改",
    "no_context": "只有要添加的行，没有说加在哪里",
    "not_found": "要改的内容在文件里找不到",
    "partial": "给出的内容可能只是文件的一部分",
    "overlap": "两处改动改的是同一个地方",
    "placeholder": "新的内容里有省略号，不是完整的代码",
    "text_between": "两处改动之间有说不清的代码",
    "too_many": f"一个文件里的改动超过 {MAX_EDITS} 处",
    "unknown_file": "项目里没有这个文件",
    "unplaced": "这段代码没有说放在哪个文件里",
    "unsafe_path": "不能使用这个文件名",
}
"""Why an edit was not applied: a stable word, and the Chinese for it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the edits of a file were not applied; the file is to be requested whole.

    Attributes:
        path: of the file; None where none is known.
        reason: a key of `REASONS`.
        message: Chinese.
    """

    path: str | None
    reason: str
    message: str


@dataclass(slots=True)
class Applied:
    """The result of edits.

    Attributes:
        files: the new texts of the files that are new or have changed.
        deleted: the paths of files that go.
        already: the paths of files of which some edit was in place before.
        problems: one for each file whose edits were refused, and for edits of unknown files.
    """

    files: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    already: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def apply_edits(
    edits: Iterable[Edit], files: Mapping[str, str], definitions: Definitions, *, whole: Collection[str] = ()
) -> Applied:
    """Apply edits to the texts of files.

    Args:
        edits: as an `EditReader` found them, in order.
        files: the project's text files, path to text.
        definitions: returns the functions and classes of a text, given its path.
        whole: paths that were requested as whole files: a text for one of them replaces it as it is.

    Returns:
        The new texts, and a problem for each file that has to be requested whole.
    """
    applied = Applied()
    by_path: dict[str, list[Edit]] = {}
    unplaced: list[tuple[Edit, RefusedError]] = []
    files_of = FileFinder(files, definitions)
    for number, edit in enumerate(edits):
        try:
            path = files_of.find(edit)
            # A silent cut would apply half of an answer: a file with edits past the limit is requested whole.
            by_path.setdefault(path, []).append(edit if number < _MAX_ALL else EditRefused(path, "too_many"))
        except RefusedError as error:
            unplaced.append((edit, error))
    # Files do not depend on one another here: a refused one must not cost the changes of the others.
    for path, own in by_path.items():
        try:
            _apply_to_file(applied, path, own, files, definitions, is_whole=path in whole)
        except RefusedError as error:
            _refuse(applied, path, error.reason, next((e for e in own if isinstance(e, EditRefused)), None))
    # A block may show code that an edit of the same answer has written: the new texts count as well.
    quotes = FileFinder({**files, **applied.files}, definitions)
    for edit, why in unplaced:
        if not files_of.is_quoted(edit) and not quotes.is_quoted(edit):
            _refuse(applied, why.path or edit.path, why.reason, edit)
    refused = {problem.path for problem in applied.problems if problem.path is not None}
    for name in refused & applied.files.keys():
        del applied.files[name]  # another edit of the file could not even be assigned to it
    applied.deleted -= refused
    _refuse_collisions(applied, files)
    # Several edits may fail for one reason; the student reads each problem once.
    applied.problems = list(dict.fromkeys(applied.problems))
    return applied


def _refuse(applied: Applied, path: str | None, reason: str, edit: Edit | None) -> None:
    known = edit.message if isinstance(edit, EditRefused) and edit.message else f"{REASONS[reason]}。"
    message = f"{path or '有一处改动'}没有改：{known}"
    applied.problems.append(Problem(path, reason, message))


def _apply_to_file(
    applied: Applied,
    path: str,
    edits: list[Edit],
    files: Mapping[str, str],
    definitions: Definitions,
    *,
    is_whole: bool,
) -> None:
    """Apply all edits of one file, or none.

    Raises:
        RefusedError: one of them cannot be applied.
    """
    old = files.get(path)
    edits = [_as_whole(edit, path, old, definitions, is_whole=is_whole) for edit in edits]
    base, rest = _last_whole(path, old, edits, definitions, is_whole=is_whole)
    is_already = False
    if isinstance(base, DeletedFile):
        # Edits after a deletion contradict the deletion: either may be what the model means.
        if rest:
            raise RefusedError("ambiguous_block")
        if old is None:
            applied.already.append(path)
        else:
            applied.deleted.add(path)
        return
    draft = Draft(old or "")
    if base is not None:
        draft.rewrite(base.text)
    if len(rest) > MAX_EDITS:
        raise RefusedError("too_many")
    # Models repeat a block, for example in a summary; its text is found only once.
    for edit in dict.fromkeys(rest):
        is_already |= not _apply_edit(draft, path, edit, is_new=old is None, definitions=definitions)
    # The last gate for every format: whatever read or merged it, a mark must not become a line of the file.
    if draft.placeholder() is not None:
        raise RefusedError("placeholder")
    text = draft.text()
    target = next((e.moved_to for e in edits if isinstance(e, PatchEdit) and e.moved_to), None)
    # A rename to the same path would delete the file that has just been written.
    if target is not None and target != path:
        _check_target(target, files)
        applied.deleted.add(path)
        applied.files[target] = text
    elif text != old:
        applied.files[path] = text
    if is_already or (text == old and target is None):
        applied.already.append(path)


def _as_whole(edit: Edit, path: str, old: str | None, definitions: Definitions, *, is_whole: bool) -> Edit:
    """Return an edit as a whole file where it is one, though it does not look like one.

    Raises:
        RefusedError: a text may be the whole file or a part of it.
    """
    if old is None or edit.path is None:
        return edit
    match edit:
        # The reader does not know the file, so dots of the file's own look like left-out code there.
        case ElidedFile() if not has_marks(edit.text, old):
            return WholeFile(path, edit.text)
        case DefinitionEdit() if is_whole and not is_part(path, old, edit.text, definitions):
            return WholeFile(path, edit.text)
        case WholeFile():
            return WholeFile(path, _without_name(edit.text, path, old))
    return edit


def _without_name(text: str, path: str, old: str) -> str:
    """Return a text without a first line that only names the file, unless the file has it."""
    first, _, rest = text.partition("\n")
    # In Markdown "# main.py" is a heading and no comment.
    if is_markdown("", path) or first[:1] not in "#/<" or first.strip() == old.partition("\n")[0].strip():
        return text
    name = name_inside(first, "")
    return rest if name is not None and name.path == path else text


def _last_whole(
    path: str, old: str | None, edits: list[Edit], definitions: Definitions, *, is_whole: bool
) -> tuple[WholeFile | DeletedFile | None, list[Edit]]:
    """Return the last edit that needs no old text, where there is one, and those after it.

    Raises:
        RefusedError: a text may be the whole file or a part of it.
    """
    # The last text counts: a model that corrects itself writes the file again.
    for at in range(len(edits) - 1, -1, -1):
        edit = edits[at]
        if isinstance(edit, DeletedFile):
            return edit, edits[at + 1 :]
        if isinstance(edit, WholeFile) and (
            old is None or is_whole or not is_part(path, old, edit.text, definitions)
        ):
            return edit, edits[at + 1 :]
    return None, edits


def _check_target(path: str, files: Mapping[str, str]) -> None:
    try:
        SafePath(path)
    except UnsafePathError:
        raise RefusedError("unsafe_path") from None
    # A rename would overwrite the other file, whose text would be lost.
    if path in files:
        raise RefusedError("exists")


def _apply_edit(draft: Draft, path: str, edit: Edit, *, is_new: bool, definitions: Definitions) -> bool:
    """Apply one edit; return whether anything was still to be done.

    Raises:
        RefusedError: it cannot be applied.
    """
    match edit:
        case BlockEdit():
            return _apply_block(draft, edit)
        case PatchEdit():
            # A list and no generator: `any` would stop at the first hunk that changes something.
            # A rename alone has no hunks and still is a change, hence `not done`.
            done = [_apply_hunk(draft, hunk) for hunk in edit.hunks]
            return any(done) or not done
        case EditRefused():
            raise RefusedError(edit.reason)
        case _ if is_new:
            raise RefusedError("placeholder" if isinstance(edit, ElidedFile) else "unknown_file")
        case ElidedFile():
            first = draft.original[0] if draft.original else ""
            return merge_elided(draft, _without_name(edit.text, path, first))
        case DefinitionEdit() | WholeFile():
            return put_definitions(draft, path, edit.text, definitions)
        case DeletedFile():
            raise RefusedError("ambiguous_block")


def _apply_block(draft: Draft, edit: BlockEdit) -> bool:
    search, new = lines_of(edit.search), lines_of(edit.replace)
    if not any(map(str.strip, search)):
        # Models create a file by an empty text to find; in a file with text such a block names no place.
        if any(map(str.strip, draft.lines)):
            if draft.is_same(new):
                return False
            raise RefusedError("empty_search")
        draft.rewrite(edit.replace)
        return True
    # Dots may be the file's own text: a literal place comes before the reading as left-out code.
    if any(map(is_elision, search)) and not draft.has(search):
        pieces, others = _split_at_elisions(search), _split_at_elisions(new)
        if len(pieces) != len(others):
            raise RefusedError("elided")
        pairs = [
            pair for pair in zip(pieces, others, strict=True) if any(map(str.strip, [*pair[0], *pair[1]]))
        ]
        # New lines of a piece without a text to find have no place.
        if not all(any(map(str.strip, piece)) for piece, _ in pairs):
            raise RefusedError("elided")
        changed = False
        for piece, other in pairs:
            changed |= piece != other and draft.replace(piece, other)
        return changed
    return draft.replace(search, new)


def _apply_hunk(draft: Draft, hunk: Hunk) -> bool:
    search, new = sides_of(hunk)
    if not any(map(str.strip, search)):
        if hunk.at_end:
            return draft.append(new)
        raise RefusedError("no_context")
    region = draft.find_anchor(hunk.anchors) if hunk.anchors else None
    try:
        return draft.replace(search, new, region)
    except RefusedError as error:
        if error.reason != "not_found" or not any(operation == " " for operation, _ in hunk.lines):
            raise
        # Models forget the blank before a kept line: then its own first blank was taken for it.
        return draft.replace(*sides_of(hunk, kept=" "), region)


def _split_at_elisions(lines: Sequence[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for line in lines:
        if is_elision(line):
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _refuse_collisions(applied: Applied, files: Mapping[str, str]) -> None:
    """Refuse new files that no disk can hold beside the others."""
    # A deleted file frees its name: a rename may change the case of letters alone.
    index = PathIndex(path for path in files if path not in applied.deleted)
    for path in list(applied.files):
        if path in files:
            continue
        try:
            index.add(SafePath(path))
        except UnsafePathError as error:
            del applied.files[path]
            applied.problems.append(Problem(path, "unsafe_path", error.message))
