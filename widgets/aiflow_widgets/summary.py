"""What a notebook shows of a workbench when no kernel is there to show the workbench itself."""

import html

from aiflow.model.phases import IMPLEMENT, PLAN, SPECIFY
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import RequestStatus

TITLE = "AI Code Flow 工作台"
# The workbench's stylesheet hides what has this class: where that is loaded, the workbench itself is there.
CLASS = "af-static-summary"
HINT = "运行这个单元格，就能看到可以操作的工作台。"
FILES_SHOWN = 40

_STATUS = {
    RequestStatus.PENDING: "准备开始",
    RequestStatus.PROCESSING: "正在生成",
    RequestStatus.PAUSED: "停下来等你看一看",
    RequestStatus.COMPLETED: "完成了",
    RequestStatus.FAILED: "没有成功",
    RequestStatus.CANCELLED: "已停止",
    RequestStatus.RETRYING: "正在重试",
}
_PHASES = {SPECIFY: "需求说明", PLAN: "方案设计", IMPLEMENT: "编写代码"}
_MARKS = {"pending": "○", "active": "●", "completed": "✓", "failed": "!"}


def _files(state: Snapshot) -> list[str]:
    return [f"{file.path}（{file.size_bytes} 字节）" for file in state.files.values() if file.writes]


def as_text(prompt: str, state: Snapshot | None) -> str:
    """Return the summary as plain text."""
    if state is None:
        return f"{prompt}\n{HINT}" if prompt else HINT
    lines = [prompt, _STATUS[state.status]]
    lines += [f"{_MARKS[phase.status]} {_PHASES[name]}" for name, phase in state.phases.items()]
    lines += [f"  {name}" for name in _files(state)[:FILES_SHOWN]]
    return "\n".join(lines)


def as_html(prompt: str, state: Snapshot | None) -> str:
    """Return the summary as HTML that needs no script and no stylesheet; everything shown is escaped."""
    asked = f"<p>“{html.escape(prompt)}”</p>" if prompt else ""
    if state is None:
        return f"<div class='{CLASS}'>{asked}<p>{HINT}</p></div>"
    status = html.escape(_STATUS[state.status] + (f"：{state.message}" if state.message else ""))
    phases = "".join(
        f"<li>{_MARKS[phase.status]} {_PHASES[name]}</li>" for name, phase in state.phases.items()
    )
    names = _files(state)
    files = "".join(f"<li><code>{html.escape(name)}</code></li>" for name in names[:FILES_SHOWN])
    more = f"<li>还有 {len(names) - FILES_SHOWN} 个文件</li>" if len(names) > FILES_SHOWN else ""
    spec = f"<p>{html.escape(state.spec.summary)}</p>" if state.spec and state.spec.summary else ""
    return (
        f"<div class='{CLASS}'>{asked}{spec}<p>{status}</p>"
        f"<ol style='list-style:none;padding-left:0'>{phases}</ol><ul>{files}{more}</ul></div>"
    )
