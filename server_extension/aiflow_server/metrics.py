"""Figures for Prometheus, at Jupyter's own ``/metrics``."""

from prometheus_client import Counter, Gauge, Histogram

RUNS = Counter("aiflow_runs_total", "Runs that ended or paused, by their status", ["status"])
RUNNING = Gauge("aiflow_runs_running", "Runs at work now")
WAITING = Gauge("aiflow_runs_waiting", "Runs that wait for a place")
PHASE_SECONDS = Histogram(
    "aiflow_phase_duration_seconds",
    "How long a phase took",
    ["phase"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320),
)
TOKENS = Counter("aiflow_tokens_total", "Tokens of the model", ["kind"])
ERRORS = Counter("aiflow_errors_total", "Runs that failed, by reason", ["reason"])
DIAGNOSTICS = Counter("aiflow_diagnostics_total", "What validation found, by rule", ["rule"])
STREAMS = Gauge("aiflow_streams_open", "Open event streams")
DROPPED = Counter("aiflow_streams_dropped_total", "Streams of clients that took nothing for too long")
EVENT_DELAY = Histogram(
    "aiflow_event_delay_seconds",
    "From an event's time stamp to its readers",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
