"""Whether a model is small: too small to write a whole project in one answer without losing the thread.

By its name where that has the number of parameters, ``qwen2.5-coder-1.5b``; for other names the pipeline
decides from past runs.
"""

import re
from typing import Final

from aiflow.engines.base import ModelSize

# Behind a letter, as in "8x7b", it is not the whole model.
_BILLIONS: Final = re.compile(r"(?<![\w.])(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])")
# In aider's published tables, models of 7 and more billion parameters write whole exercises well.
_MAX_SMALL: Final = 4.0


def size_by_name(model: str) -> ModelSize | None:
    """Return the size that a model's name gives; None where it gives none."""
    found = _BILLIONS.findall(re.sub(r"[-_:/ ]", " ", model[:200].lower()))
    if not found:
        return None
    return "small" if float(found[-1]) <= _MAX_SMALL else "large"
