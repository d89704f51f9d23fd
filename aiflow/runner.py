"""Runs and plays generated programs, with limits: the public face of ``aiflow.running``."""

from aiflow.running.cell import CellRun, ProjectPrograms
from aiflow.running.doctor import Measure, describe_confinement
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
from aiflow.running.smoke import SmokeDiagnostic, SmokeResult, smoke_run

__all__ = [
    "CellRun",
    "EndReason",
    "Ended",
    "Frame",
    "InputWanted",
    "Measure",
    "Output",
    "PlayEvent",
    "PlayRun",
    "ProgramRun",
    "ProjectPrograms",
    "RunEvent",
    "RunLimits",
    "SmokeDiagnostic",
    "SmokeResult",
    "TracebackExplanation",
    "describe_confinement",
    "explain_traceback",
    "smoke_run",
    "start_player",
    "start_program",
]
