"""The parts of an answer that are no edits: a copy of the request's example, and the reason."""

from dataclasses import replace

from aiflow.extraction.edits import DefinitionEdit, Edit, ElidedFile, WholeFile
from aiflow.model.markdown_reader import plain

MAX_REASON_CHARS = 300
# How the example in format_whole and change_whole begins. Small models copy it behind the code.
_EXAMPLE = "（改过以后的"
# The request asks for this in these words, and models write them before the sentence.
_REASON_LABEL = "改了什么、为什么"


def is_example(edit: Edit) -> bool:
    """Return whether an edit is the example of the request and no code."""
    text = edit.text.strip() if isinstance(edit, WholeFile | DefinitionEdit) else ""
    return text.startswith(_EXAMPLE) and "\n" not in text


def named(edit: Edit, path: str | None) -> Edit:
    """Return an edit of the file that was requested whole, where the answer is that file without its name."""
    if path is not None and isinstance(edit, DefinitionEdit | ElidedFile) and edit.path in {None, path}:
        return WholeFile(path, edit.text) if isinstance(edit, DefinitionEdit) else replace(edit, path=path)
    return edit


def first_sentence(prose: str) -> str:
    """Return the first sentence of what a model wrote around its code."""
    for line in prose.splitlines():
        words = plain(line).lstrip("#-*> ").removeprefix(_REASON_LABEL).lstrip("：: ").strip()
        if words:
            return words[:MAX_REASON_CHARS]
    return ""
