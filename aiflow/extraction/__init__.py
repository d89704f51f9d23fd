"""Model text into files: incremental, no I/O, the same result for every split of the text.

``FileExtractor`` reads what a model types and says what is in it, as early as it is certain. The package has
one module for each question: the shape of a name (`file_name_shapes`), its place before a fence
(`lines_before`), in a sentence (`sentences`, with its words in `vocabulary`), in an info string
(`info_strings`) and on a first line (`first_lines`), the languages (`language_tags`), how tags look (`tags`),
what a fence is (`fence_syntax`); and one for each kind of text that is read: `prose`, `blocks`, `fences`,
`tagged`, `json_reader` (over `json_files`). `extractor` gives them the lines.
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
