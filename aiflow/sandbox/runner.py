"""Runs and plays generated programs, with limits: the public face of ``aiflow.sandbox``."""

from aiflow.languages.base import ErrorExplanation
from aiflow.sandbox.cell import CellRun, ProjectPrograms
from aiflow.sandbox.doctor import Measure, describe_confinement
from aiflow.sandbox.events import (
    Ended,
    EndReason,
    Frame,
    InputWanted,
    Output,
    PlayEvent,
    RunEvent,
)
from aiflow.sandbox.limits import RunLimits
from aiflow.sandbox.player import PlayRun, start_player
from aiflow.sandbox.process import ProgramRun, start_program
from aiflow.sandbox.smoke import SmokeDiagnostic, SmokeResult, smoke_run

__all__ = [
    "CellRun",
    "EndReason",
    "Ended",
    "ErrorExplanation",
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
    "describe_confinement",
    "smoke_run",
    "start_player",
    "start_program",
]
