"""Markdown as HTML for a notebook's cell, and as Markdown that holds no HTML.

The page trusts a cell's output. Text of a model or a person is therefore never passed on as HTML: it is shown
as text.
"""

import re

from markdown_it import MarkdownIt

# Images are off, because a page fetches them at once and their address can send data to another server.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def markdown_html(text: str) -> str:
    """Return Markdown as HTML; HTML in it is shown as text, and nothing is fetched."""
    rendered: str = _PARSER.render(text)
    return f"<div style='max-width:760px'>{rendered}</div>"


def markdown_text(text: str) -> str:
    """Return Markdown without HTML outside of code blocks, for pages that render it themselves."""
    # Code blocks stay as they are, because a page shows "&lt;" there literally.
    code: set[int] = set()
    for token in _PARSER.parse(text):
        if token.type in {"fence", "code_block"} and token.map:
            code.update(range(*token.map))
    # Only the line ends that Markdown knows: the numbers must be the parser's.
    lines = re.split(r"(?<=\n)", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(line if number in code else line.replace("<", "&lt;") for number, line in enumerate(lines))
