"""The outline of any model's Markdown: sections, bullets, tables, drawn trees.

Nothing is required of the text.
"""

import re

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
BULLET = re.compile(
    r"^\s*(?:(?:[-*+•]|\d+[.)])\s+|\d+[、．]\s*|[（(]\d+[）)]\s*|[①-⑳]\s*)(?:\[[ xX]\]\s+)?(\S.*)$"
)
BOLD = re.compile(r"^\s*\*\*(.+?)\*\*\s*[：:]?\s*$")
BRANCH = re.compile(r"^([\s│┃|]*)(?:[├└┣┗][─━—-]*\s*|[+`|]-{2,}\s+)(\S.*)$")
_FOLDER = re.compile(r"([\w\-.]+)(/?)(?=\s|$)")


def plain(text: str) -> str:
    """Return the words without marks for bold, code and headings."""
    return re.sub(r"[*_`#]+", "", text).strip(" ：:")


def lines_outside_fences(text: str) -> list[str]:
    """Return the lines; one inside a fence is empty, so that each keeps its number."""
    lines, fence = [], ""
    for line in text.splitlines():
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        lines.append("" if mark or fence else line)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and line.strip().startswith(fence):
            fence = ""
    return lines


def section_span(lines: list[str], title: re.Pattern[str]) -> tuple[int, int] | None:
    """Return (first line after the heading, first line after the section) of the first section so titled."""
    start, level = None, 0
    for index, line in enumerate(lines):
        heading = HEADING.match(line)
        bold = BOLD.match(line)
        if start is None:
            name = heading.group(2) if heading else bold.group(1) if bold else ""
            # A document's own title ("需求说明") is no section of it.
            if name and title.search(name) and not (heading and len(heading.group(1)) == 1):
                start, level = index + 1, len(heading.group(1)) if heading else 6
        elif (heading and len(heading.group(1)) <= level) or (bold and level == 6):
            return start, index
    return None if start is None else (start, len(lines))


def bullets_under(text: str, title: re.Pattern[str]) -> list[str]:
    """Return what the section so titled lists, as bullets or as a table.

    Nothing where there is no such section.
    """
    lines = lines_outside_fences(text)
    span = section_span(lines, title)
    if span is None:
        return _bullets_in_bullet(lines, title)
    section = lines[slice(*span)]
    found = (BULLET.match(line) for line in section if not line.startswith(("  ", "\t")))
    return [match.group(1).strip() for match in found if match] or _table_rows(section)


def _bullets_in_bullet(lines: list[str], title: re.Pattern[str]) -> list[str]:
    """Return the bullets below a bullet that is a heading: "3. 功能：" and what is indented under it."""
    found: list[str] = []
    indent: int | None = None
    for line in lines:
        match = BULLET.match(line)
        depth = len(line) - len(line.lstrip())
        if indent is not None and match and depth > indent:
            found.append(match.group(1).strip())
        elif indent is not None and line.strip() and depth <= indent:
            break
        elif indent is None and match and title.search(match.group(1)) and len(plain(match.group(1))) <= 12:
            indent = depth
    return found


def _table_rows(lines: list[str]) -> list[str]:
    """Return the rows of a table, without its head and without numbers that only count them."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if line.lstrip().startswith("|")
    ]
    texts = ["：".join(cell for cell in row if cell and not cell.isdigit()) for row in rows[2:]]
    return [text for text in texts if text]


def folders_above(folders: dict[int, str], branch: re.Match[str] | None) -> dict[int, str]:
    """Return the parent folders of a line of a drawn tree, by the column where each branches off."""
    if branch is None:
        return {}
    column = len(branch.group(1))
    above = {at: name for at, name in folders.items() if at < column}
    name = _FOLDER.match(branch.group(2))
    if name and (name.group(2) or "." not in name.group(1)):
        above[column] = f"{name.group(1)}/"
    return above
