"""Model text into files: incremental, no I/O, the same result for every split of the text.

``FileExtractor`` reads what a model types and says what is in it, as early as it is certain. The package has
one module for each question: what a name looks like (`shapes`), how it is written before a fence (`names`),
in a sentence (`sentences`, with its words in `handing_words`), in an info string (`infos`) and on a first
line (`inside`), which languages there are (`languages`), how tags look (`tags`), what a fence is (`marks`);
and one for each kind of text that is read: `prose`, `blocks`, `fences`, `tagged`, `json_reader` (over
`json_files`). `extractor` gives them the lines.
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
