"""Model text into files: incremental, no I/O, the same result for every split of the text.

``FileExtractor`` reads what a model types and says what is in it, as early as it is certain. The package has one
module for each question: how a name is written (`names`), which languages there are (`languages`), how tags look
(`tags`), what is a fence (`fences`), and what to do with it all (`extractor`).
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
