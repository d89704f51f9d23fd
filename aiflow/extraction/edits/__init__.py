"""Model text into changes of files: `EditReader` finds the edits, `apply_edits` applies them; no I/O.

A module belongs here if it finds or applies changes in a model's answer. ``reader`` gives each line to the
reader of a format (``search_replace``, ``diffs``, ``tag_pairs``) or to a `FileExtractor`; ``markers``,
``hunks``, ``naming`` and ``elision`` know what the lines of the formats look like. ``apply`` is pure:
``draft`` is a file while it changes, ``matching`` finds the place, ``replacing`` makes the new lines.
"""

from aiflow.extraction.edits.apply import REASONS, Applied, Problem, apply_edits
from aiflow.extraction.edits.parts import (
    EDITS,
    BlockEdit,
    DefinitionEdit,
    DeletedFile,
    Edit,
    EditOpened,
    EditPart,
    EditRefused,
    EditText,
    ElidedFile,
    Hunk,
    PatchEdit,
    WholeFile,
)
from aiflow.extraction.edits.reader import EditReader

__all__ = [
    "EDITS",
    "REASONS",
    "Applied",
    "BlockEdit",
    "DefinitionEdit",
    "DeletedFile",
    "Edit",
    "EditOpened",
    "EditPart",
    "EditReader",
    "EditRefused",
    "EditText",
    "ElidedFile",
    "Hunk",
    "PatchEdit",
    "Problem",
    "WholeFile",
    "apply_edits",
]
