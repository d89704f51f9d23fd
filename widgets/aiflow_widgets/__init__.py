"""The workbench: a widget that shows a run and drives it."""

from aiflow_widgets.workbench import Workbench

__all__ = ["Workbench"]
