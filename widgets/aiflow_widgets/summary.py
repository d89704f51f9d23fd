"""The summary that a notebook shows where no kernel can show the workbench itself."""

import html

from aiflow.model.labels import PHASE_MARKS, STATUS_LABELS
from aiflow.model.phases import phase_spec
from aiflow.model.snapshot import Snapshot

TITLE = "AI Code Flow 工作台"
# The workbench's stylesheet hides what has this class: where that is loaded, the workbench itself is there.
CLASS = "af-static-summary"
HINT = "运行这个单元格，就能看到可以操作的工作台。"
FILES_SHOWN = 40


def _files(state: Snapshot) -> list[str]:
    return [f"{file.path}（{file.size_bytes} 字节）" for file in state.files.values() if file.writes]


def as_text(prompt: str, state: Snapshot | None) -> str:
    """Return the summary as plain text."""
    if state is None:
        return f"{prompt}\n{HINT}" if prompt else HINT
    lines = [prompt, STATUS_LABELS[state.status]]
    lines += [f"{PHASE_MARKS[phase.status]} {phase_spec(name).title}" for name, phase in state.phases.items()]
    lines += [f"  {name}" for name in _files(state)[:FILES_SHOWN]]
    return "\n".join(lines)


def as_html(prompt: str, state: Snapshot | None) -> str:
    """Return the summary as HTML that needs no script and no stylesheet; everything shown is escaped."""
    asked = f"<p>“{html.escape(prompt)}”</p>" if prompt else ""
    if state is None:
        return f"<div class='{CLASS}'>{asked}<p>{HINT}</p></div>"
    status = html.escape(STATUS_LABELS[state.status] + (f"：{state.message}" if state.message else ""))
    phases = "".join(
        f"<li>{PHASE_MARKS[phase.status]} {html.escape(phase_spec(name).title)}</li>"
        for name, phase in state.phases.items()
    )
    names = _files(state)
    files = "".join(f"<li><code>{html.escape(name)}</code></li>" for name in names[:FILES_SHOWN])
    more = f"<li>还有 {len(names) - FILES_SHOWN} 个文件</li>" if len(names) > FILES_SHOWN else ""
    spec = f"<p>{html.escape(state.spec.summary)}</p>" if state.spec and state.spec.summary else ""
    return (
        f"<div class='{CLASS}'>{asked}{spec}<p>{status}</p>"
        f"<ol style='list-style:none;padding-left:0'>{phases}</ol><ul>{files}{more}</ul></div>"
    )
