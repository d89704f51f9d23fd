"""The Jupyter server extension of AI Code Flow: thin handlers over ``aiflow``."""

from typing import Any

from aiflow_server.extension import AIFlowExtension


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter what to load."""
    return [{"module": "aiflow_server", "app": AIFlowExtension}]
