"""Runs and plays generated programs, with limits: the public face of ``aiflow.running``."""

from aiflow.running.events import (
    Ended,
    EndReason,
    Frame,
    InputWanted,
    Output,
    PlayEvent,
    RunEvent,
    TracebackExplanation,
)
from aiflow.running.explain import explain_traceback
from aiflow.running.limits import RunLimits
from aiflow.running.player import PlayRun, start_player
from aiflow.running.process import ProgramRun, start_program

__all__ = [
    "EndReason",
    "Ended",
    "Frame",
    "InputWanted",
    "Output",
    "PlayEvent",
    "PlayRun",
    "ProgramRun",
    "RunEvent",
    "RunLimits",
    "TracebackExplanation",
    "explain_traceback",
    "start_player",
    "start_program",
]
