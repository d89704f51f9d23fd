"""``project.play()`` in a cell: a workbench that begins to play as soon as it is shown."""

import traitlets

from aiflow.model.entities import GeneratedProject
from aiflow_widgets.workbench import Workbench


class Player(Workbench):
    """Shows a finished project and plays it in the page.

    Args:
        project: what to play; its files lie where the page's Jupyter server has its projects.
    """

    play = traitlets.Bool(
        default_value=True, help="Begin to play; the page takes it back when it has begun."
    ).tag(sync=True)

    def __init__(self, project: GeneratedProject) -> None:
        super().__init__(project_id=project.id)
