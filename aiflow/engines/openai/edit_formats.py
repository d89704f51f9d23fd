"""The form in which a model changes files best, where that was measured.

``python -m tests.benchmarks.edit_formats`` measures a model; the benchmarks' README says how far that got.
Until a form is measured to be better, whole files are asked for: in published figures, models of up to 14
billion parameters do better with them than with search and replace blocks, though nearly all blocks are well
formed.
"""

from collections.abc import Mapping
from typing import Final

from aiflow.engines.base import EditFormat

# The beginning of a model's name, without the service's prefix (``qwen/``), in small letters.
# Five of seven changes passed with whole files, none of one with the others.
_MEASURED: Final[Mapping[str, EditFormat]] = {
    "qwen2.5-coder-1.5b": "whole",
}


def best_format(model: str) -> EditFormat:
    """Return the measured form of a model; whole files for every other one, which all models can write."""
    name = model.rpartition("/")[2].lower()
    return next((form for beginning, form in _MEASURED.items() if name.startswith(beginning)), "whole")
