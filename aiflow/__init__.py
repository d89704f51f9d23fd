"""AI Code Flow: one sentence becomes a specification, a plan and a running program, in plain sight.

The public names are imported when they are first used (PEP 562): a Jupyter server that loads the extension,
and a terminal that only asks for help, pay for nothing that they do not use.
"""

import importlib
import typing

# Type checkers and editors cannot follow the table below.
if typing.TYPE_CHECKING:
    from aiflow.config import Config
    from aiflow.exceptions import AIFlowError
    from aiflow.extraction import FileClosed, FileExtractor, FileOpened, FileRefused, FileText, Prose
    from aiflow.model.artifacts import Plan, PlannedFile, Spec
    from aiflow.model.entities import GeneratedProject
    from aiflow.model.snapshot import Snapshot
    from aiflow.pipeline.flow import Flow
    from aiflow.workspace.extension import load_ipython_extension
    from aiflow.workspace.importing.project import import_project

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
    "import_project",
    "load_ipython_extension",
]

_HOMES = {
    "AIFlowError": "aiflow.exceptions",
    "Config": "aiflow.config",
    "FileClosed": "aiflow.extraction",
    "FileExtractor": "aiflow.extraction",
    "FileOpened": "aiflow.extraction",
    "FileRefused": "aiflow.extraction",
    "FileText": "aiflow.extraction",
    "Flow": "aiflow.pipeline.flow",
    "GeneratedProject": "aiflow.model.entities",
    "Plan": "aiflow.model.artifacts",
    "PlannedFile": "aiflow.model.artifacts",
    "Prose": "aiflow.extraction",
    "Snapshot": "aiflow.model.snapshot",
    "Spec": "aiflow.model.artifacts",
    "import_project": "aiflow.workspace.importing.project",
    "load_ipython_extension": "aiflow.workspace.extension",
}


def __getattr__(name: str) -> typing.Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    # Python asks for a missing name only: from now on this one is found without a call.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, also those that were not used yet."""
    return sorted({*globals(), *__all__})
