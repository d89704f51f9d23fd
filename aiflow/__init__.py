"""AI Code Flow: one sentence becomes a specification, a plan and a running program, in plain sight."""

from aiflow.artifacts import Plan, PlannedFile, Spec
from aiflow.config import Config
from aiflow.entities import GeneratedProject
from aiflow.events import Snapshot
from aiflow.exceptions import AIFlowError
from aiflow.extraction import FileClosed, FileExtractor, FileOpened, FileRefused, FileText, Prose
from aiflow.flow import Flow

__version__ = "0.1.0"

__all__ = [
    "AIFlowError",
    "Config",
    "FileClosed",
    "FileExtractor",
    "FileOpened",
    "FileRefused",
    "FileText",
    "Flow",
    "GeneratedProject",
    "Plan",
    "PlannedFile",
    "Prose",
    "Snapshot",
    "Spec",
    "__version__",
]
