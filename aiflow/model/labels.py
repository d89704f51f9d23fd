"""The Chinese labels of statuses and causes, and the marks of phases, wherever Python shows a run."""

from aiflow.model.status import PhaseStatus, RequestStatus

STATUS_LABELS = {
    RequestStatus.PENDING: "准备开始",
    RequestStatus.PROCESSING: "正在生成",
    RequestStatus.PAUSED: "停下来等你看一看",
    RequestStatus.COMPLETED: "完成了",
    RequestStatus.FAILED: "没有成功",
    RequestStatus.CANCELLED: "已停止",
    RequestStatus.RETRYING: "正在重试",
}

CAUSE_LABELS = {
    "generate": "生成",
    "change": "修改",
    "revise": "改过需求或方案，重新做",
    "copy": "复制",
    "edit": "手动修改",
    "import": "导入",
}

PHASE_MARKS = {
    PhaseStatus.PENDING: "○",
    PhaseStatus.ACTIVE: "●",
    PhaseStatus.COMPLETED: "✓",
    PhaseStatus.FAILED: "!",
}
