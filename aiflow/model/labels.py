"""The Chinese labels of statuses, and the marks of phases, wherever Python shows a run."""

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

PHASE_MARKS = {
    PhaseStatus.PENDING: "○",
    PhaseStatus.ACTIVE: "●",
    PhaseStatus.COMPLETED: "✓",
    PhaseStatus.FAILED: "!",
}
