"""Edits around a text, so that every reader of edits and every way to apply one is measured with it."""

from collections.abc import Callable

from aiflow.extraction.edits import EDITS, EditReader, apply_edits


def edit(opening: str) -> Callable[[str], object]:
    """Return work that reads edits from a text behind ``opening`` and applies them to files with it."""

    def work(text: str) -> None:
        reader = EditReader(["a.py", "b.py"])
        parts = [*reader.feed(opening)]
        for at in range(0, len(text), 32):
            parts += reader.feed(text[at : at + 32])
        parts += [*reader.feed(EDIT_ENDS.get(opening, "")), *reader.close()]
        files = {"a.py": f"x = 1\n{text}\ny = 2\n", "b.py": text}
        apply_edits([part for part in parts if isinstance(part, EDITS)], files, lambda path, text: [])

    return work


EDIT_ENDS = {
    "a.py\n<<<<<<< SEARCH\n": "\n=======\nx\n>>>>>>> REPLACE\n",
    "<<<<<<< SEARCH\nx = 1\n=======\n": "\n>>>>>>> REPLACE\n",
    "a.py\n```python\n# ... existing code ...\n": "\n```\n",
    "--- a/a.py\n+++ b/a.py\n@@\n": "\n",
    "```diff\n--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n-": "\n```\n",
    "*** Begin Patch\n*** Update File: a.py\n": "\n*** End Patch\n",
    "<search>": "</search><replace>x</replace>\n",
    "a.py\n```python\n": "\n```\n",
    "```python\ndef f():\n": "\n```\n",
}
