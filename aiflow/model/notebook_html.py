"""How a result shows itself in a notebook's cell: small HTML that takes the page's own colours.

A cell's output is trusted by the page, so nothing that a model or a person wrote gets into it as HTML: it is
shown as the text that it is.
"""

import html
from collections.abc import Iterable
from typing import Any

from aiflow.model.labels import PHASE_MARKS, STATUS_LABELS
from aiflow.model.language_facts import language_facts
from aiflow.model.phases import phase_spec

_TITLES = {"markdown": "Markdown", "csv": "CSV", "json": "JSON", "text": "文本"}
# The output of a cell is stored in the notebook, and an imported project may have very many files.
_FILES_SHOWN = 60

# Lines and quiet text are made of the text's own colour, so they fit a light page and a dark one.
# The styles are inline, because a style element in a cell's output would apply to the whole page.
_CARD = (
    "border:1px solid rgba(128,128,128,.3);border-radius:8px;padding:12px "
    "18px;max-width:680px;line-height:1.7"
)
_QUIET = "opacity:.65;font-size:90%"
_ROW = "display:flex;gap:16px;align-items:baseline"
# The blanks before a name draw the tree; HTML would join them without ``white-space:pre``.
_NAME = (
    "flex:1;white-space:pre;overflow:hidden;text-overflow:ellipsis;font-family:var(--jp-code-font-family,"
    "monospace)"
)
_RULE = "border-top:1px solid rgba(128,128,128,.2);margin-top:8px;padding-top:8px"


# The parameters here are ``Any``, because the modules of their types import this one.
def snapshot_html(state: Any) -> str:
    """Return the phases, the message and the files of a run."""
    phases = "".join(
        f"<div><span style='display:inline-block;width:1.6em'>{PHASE_MARKS[phase.status]}</span>"
        f"<span style='{'' if phase.status != 'pending' else _QUIET}'>"
        f"{html.escape(phase_spec(name).title)}</span></div>"
        for name, phase in state.phases.items()
    )
    message = f"<div style='{_QUIET}'>{html.escape(state.message)}</div>" if state.message else ""
    rows = [
        _row(file.path, "正在写" if file.status == "typing" else f"{file.size_bytes:,} 字节")
        for file in state.files.values()
    ]
    head = f"<b>AI Code Flow</b> <span style='{_QUIET}'>{STATUS_LABELS[state.status]}</span>"
    return f"<div style='{_CARD}'><div>{head}</div>{message}{_part(phases)}{_part(_first(rows))}</div>"


def project_html(project: Any) -> str:
    """Return a project's name, figures and tree."""
    facts = [f"{project.total_files} 个文件", f"{project.total_size_bytes:,} 字节"]
    facts.append("语法检查通过" if project.syntax_validated else "语法检查没有通过")
    facts += [f"需要 {name}" for name in project.dependencies]
    head = (
        f"<div><b>{html.escape(project.project_name)}</b></div>"
        f"<div style='{_QUIET}'>{html.escape(' · '.join(facts))}</div>"
    )
    return f"<div style='{_CARD}'>{head}{_part(_first(list(_tree_rows(project.file_structure, 0))))}</div>"


def versions_html(rows: Iterable[tuple[Any, str]]) -> str:
    """Return the versions of a family, one row each, with what is told beside it."""
    shown = [_row(f"{version.version}  {version.title}", facts) for version, facts in rows]
    return f"<div style='{_CARD}'>{_first(shown)}</div>"


def tests_html(lines: Iterable[str], sentence: str) -> str:
    """Return the results of tests, one row each, below how many pass."""
    shown = [f"<div>{html.escape(line)}</div>" for line in lines]
    return f"<div style='{_CARD}'><div><b>{html.escape(sentence)}</b></div>{_first(shown)}</div>"


def comparison_html(files: Iterable[Any]) -> str:
    """Return what differs between two versions: each file with its changed lines."""
    parts = []
    for file in files:
        lines = "".join(_line(line) for hunk in file.hunks for line in hunk.lines)
        code = f"<pre style='margin:4px 0 0;overflow:auto'>{lines}</pre>" if lines else ""
        parts.append(_row(file.path, change_facts(file)) + code)
    return f"<div style='{_CARD}'>{'<br>'.join(parts) or '没有区别。'}</div>"


def trace_html(features: Iterable[Any]) -> str:
    """Return the code of each feature: its functions with their lines, or that there is none."""
    rows = [_row(f"{feature.id}  {feature.text}", trace_facts(feature)) for feature in features]
    return f"<div style='{_CARD}'>{'<br>'.join(rows) or '没有功能。'}</div>"


def trace_facts(feature: Any) -> str:
    """Return what is told beside a feature: where its code is."""
    if not feature.definitions:
        return {"missing": "没有找到实现它的代码", "unknown": "还没有测试，不知道是哪些代码"}.get(
            feature.status, "有代码，但不在函数里"
        )
    return "、".join(f"{one.path}:{one.first_line} {one.name}" for one in feature.definitions)


def change_facts(file: Any) -> str:
    """Return what is told beside a file that differs."""
    kind = {"added": "新增", "deleted": "删除", "modified": "修改"}[file.kind]
    return f"{kind} +{file.lines_added} −{file.lines_removed}"


def _line(line: str) -> str:
    colour = {"+": "rgba(46,160,67,.18)", "-": "rgba(248,81,73,.18)"}.get(line[:1], "transparent")
    return f"<div style='background:{colour}'>{html.escape(line)}</div>"


def tree_lines(node: Any, indent: str = "") -> list[str]:
    """Return a folder as lines of text, indented."""
    lines = [f"{indent}{node.name}/"]
    for child in node.children:
        if child.type == "directory":
            lines += tree_lines(child, indent + "    ")
        else:
            lines.append(f"{indent}    {child.name}  ({child.size} B)")
    return lines


def _tree_rows(node: Any, depth: int) -> list[str]:
    rows = []
    for child in node.children:
        name = "    " * depth + child.name
        if child.type == "directory":
            rows += [_row(f"{name}/", ""), *_tree_rows(child, depth + 1)]
        else:
            language = _title_of(child.language)
            rows.append(_row(name, f"{language} · {child.size:,} 字节"))
    return rows


def _title_of(language: str) -> str:
    titles = {facts.name: facts.title for facts in language_facts()}
    # The plug-in of a language may be gone since the project was made; the plain word is shown then.
    return _TITLES.get(language) or titles.get(language, language)


def _row(name: str, fact: str) -> str:
    return (
        f"<div style='{_ROW}'><span style='{_NAME}'>{html.escape(name)}</span>"
        f"<span style='{_QUIET}'>{html.escape(fact)}</span></div>"
    )


def _first(rows: list[str]) -> str:
    more = len(rows) - _FILES_SHOWN
    return "".join(rows[:_FILES_SHOWN]) + (_row(f"……还有 {more} 个", "") if more > 0 else "")


def _part(content: str) -> str:
    return f"<div style='{_RULE}'>{content}</div>" if content else ""
