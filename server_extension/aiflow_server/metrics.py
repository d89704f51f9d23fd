"""Figures for Prometheus, at Jupyter's own ``/metrics``."""

from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

from aiflow.workspace.observer import Observer

if TYPE_CHECKING:  # importing it brings pydantic with it, which waits for the first request
    from aiflow.model.snapshot import Snapshot

RUNS = Counter("aiflow_runs_total", "Runs that ended or paused, by their status", ["status"])
RUNNING = Gauge("aiflow_runs_running", "Runs at work now")
WAITING = Gauge("aiflow_runs_waiting", "Runs in the queue")
PHASE_SECONDS = Histogram(
    "aiflow_phase_duration_seconds",
    "How long a phase took",
    ["phase"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320),
)
TOKENS = Counter("aiflow_tokens_total", "Tokens of the model", ["kind"])
ERRORS = Counter("aiflow_errors_total", "Runs that failed, by reason", ["reason"])
DIAGNOSTICS = Counter("aiflow_diagnostics_total", "Findings of the validation, by rule", ["rule"])
STREAMS = Gauge("aiflow_streams_open", "Open event streams")
DROPPED = Counter("aiflow_streams_dropped_total", "Streams of clients that read nothing for too long")
EVENT_DELAY = Histogram(
    "aiflow_event_delay_seconds",
    "From an event's time stamp to its readers",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)


class PrometheusObserver(Observer):
    """Reports the measurements of a workspace to Prometheus."""

    def runs_counted(self, running: int, waiting: int) -> None:
        """Set the gauges."""
        RUNNING.set(running)
        WAITING.set(waiting)

    def event_delivered(self, delay_s: float) -> None:
        """Observe a delay."""
        EVENT_DELAY.observe(delay_s)

    def run_stopped(self, state: "Snapshot") -> None:
        """Count a run, and the figures of one that has ended."""
        RUNS.labels(status=state.status.value).inc()
        if not state.is_final:
            return
        for name, phase in state.phases.items():
            if phase.started_at is not None and phase.completed_at is not None:
                seconds = (phase.completed_at - phase.started_at).total_seconds()
                PHASE_SECONDS.labels(phase=str(name)).observe(max(0.0, seconds))
        TOKENS.labels(kind="prompt").inc(state.prompt_tokens)
        TOKENS.labels(kind="completion").inc(state.completion_tokens)
        if state.status.value == "failed":
            ERRORS.labels(reason=state.reason or "unknown").inc()
        for found in state.diagnostics:
            DIAGNOSTICS.labels(rule=found.rule).inc()
