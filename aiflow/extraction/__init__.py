"""Model text into files: incremental, without I/O, the same result for every split of the text.

A module belongs here if it finds files in a model's answer. What happens to them (folders, events, repairs)
does not: that is in ``storage`` and ``pipeline``. ``aiflow.model.paths`` decides which paths are allowed.

``FileExtractor`` gives each line to one of the readers: ``prose`` (text outside files), ``blocks`` (a fence
without a name), ``fences``, ``tagged`` and ``json_reader`` (over ``json_files``). Each of the other modules
answers one question about a line: ``file_name_shapes`` what a file name looks like; ``lines_before``,
``sentences``, ``info_strings`` and ``first_lines`` where models write it; ``language_tags`` which languages
there are; ``tags`` and ``fence_syntax`` what a tag and a fence look like.

``vocabulary`` is frozen: a new word needs two real answers that are lost without it, and both join the
corpus in ``tests/corpus``. Every word may be wrong for another model.
"""

from aiflow.extraction.extractor import FileExtractor
from aiflow.extraction.parts import FileClosed, FileOpened, FileRefused, FileText, Part, Prose, collect

__all__ = [
    "FileClosed",
    "FileExtractor",
    "FileOpened",
    "FileRefused",
    "FileText",
    "Part",
    "Prose",
    "collect",
]
