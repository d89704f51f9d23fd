"""The Jupyter server extension of AI Code Flow: thin handlers over ``aiflow``."""

import typing

from aiflow_server.extension import AIFlowExtension

__all__ = ["AIFlowExtension"]


def _jupyter_server_extension_points() -> list[dict[str, typing.Any]]:
    """Return the extensions that Jupyter loads from this package."""
    return [{"module": "aiflow_server", "app": AIFlowExtension}]
