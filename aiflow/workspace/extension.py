"""``%load_ext aiflow``: hands the shell to the package that has the magics."""

from typing import Any

from aiflow.exceptions import InputError
from aiflow.util.entry_points import entry_points


def load_ipython_extension(shell: Any) -> None:
    """Register the magics of the package that is installed as an ``aiflow.magics`` entry point.

    Nothing here knows its name: where only a terminal is used, no widget is installed.

    Raises:
        InputError: there is none.
    """
    for found in entry_points("aiflow.magics"):
        found.load()(shell)
        return
    raise InputError("没有装好工作台，所以没有 %aiflow。请重新安装：pip install ai-code-flow，再重启内核。")
