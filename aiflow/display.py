"""How a result shows itself in a notebook's cell: small HTML that takes the page's own colours."""

import html
from typing import Any

# The models lie above and import this module, so what is shown comes as Any: a Snapshot, a GeneratedProject.
_PHASE_NAMES = {"specify": "需求说明", "plan": "方案设计", "implement": "编写代码"}
_MARKS = {"pending": "○", "active": "●", "completed": "✓", "failed": "!"}


def snapshot_html(state: Any) -> str:
    """Return the phases, the message and the files of a run."""
    phases = "".join(
        f"<li>{_MARKS[phase.status]} {_PHASE_NAMES[name]}</li>" for name, phase in state.phases.items()
    )
    files = "".join(
        f"<li><code>{html.escape(file.path)}</code> · {file.size_bytes} 字节</li>"
        for file in state.files.values()
    )
    message = f"<p>{html.escape(state.message)}</p>" if state.message else ""
    return (
        f"<div><b>AI Code Flow</b> · 状态 {state.status}{message}"
        f"<ol style='list-style:none;padding-left:0'>{phases}</ol><ul>{files}</ul></div>"
    )


def tree_lines(node: Any, indent: str = "") -> list[str]:
    """Return a folder as lines of text, indented."""
    lines = [f"{indent}{node.name}/"]
    for child in node.children:
        if child.type == "directory":
            lines += tree_lines(child, indent + "    ")
        else:
            lines.append(f"{indent}    {child.name}  ({child.size} B)")
    return lines


def project_html(project: Any) -> str:
    """Return a project's name, figures and tree."""
    state = "语法检查通过" if project.syntax_validated else "语法检查没有通过"
    tree = html.escape("\n".join(tree_lines(project.file_structure)))
    return (
        f"<div><b>{html.escape(project.project_name)}</b> · {project.total_files} 个文件 · "
        f"{project.total_size_bytes} 字节 · {state}<pre>{tree}</pre></div>"
    )
