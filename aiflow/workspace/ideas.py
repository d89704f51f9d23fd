"""Ideas for the next change of a finished project: those that its README lists."""

import re

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.model.markdown_reader import Outline, plain
from aiflow.model.validators import MAX_PROMPT_CHARS
from aiflow.storage.project_folder import ProjectFolder

_HEADING = re.compile(r"改一改|试一试|可以改|try (?:it|this|to)|ideas?|next steps?", re.IGNORECASE).search
_MAX_README_BYTES = 200_000
_MAX_IDEAS = 12


def ideas_of(folder: ProjectFolder) -> list[str]:
    """Return the sentences under the README's heading 试着改一改, in their order."""
    try:
        with folder.open("README.md") as file:
            text = file.read(_MAX_README_BYTES).decode("utf-8", "replace")
    except (NotFoundError, UnsafePathError):
        return []
    ideas = [plain(item)[:MAX_PROMPT_CHARS].strip() for item in Outline(text).items_under(_HEADING)]
    return list(dict.fromkeys(idea for idea in ideas if idea))[:_MAX_IDEAS]
