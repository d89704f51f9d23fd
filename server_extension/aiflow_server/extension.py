"""The extension that Jupyter loads: the routes, and the end of the runs when the server stops."""

from typing import Any

from jupyter_server.extension.application import ExtensionApp

from aiflow_server.handlers import ROUTES
from aiflow_server.startup import Startup


class AIFlowExtension(ExtensionApp):
    """AI Code Flow in a Jupyter server. Its configuration is config.json (``AIFLOW_CONFIG``), not traits."""

    name = "aiflow_server"
    extension_url = "/aiflow"
    load_other_extensions = True

    def initialize_handlers(self) -> None:
        """Add our routes under the server's base URL; Jupyter's own ``/api`` stays untouched."""
        self.startup = Startup()
        options = {"startup": self.startup}
        self.handlers.extend([(pattern, handler, options) for pattern, handler in ROUTES])

    async def stop_extension(self) -> None:
        """End the runs so that they can be retried."""
        startup: Any = getattr(self, "startup", None)
        if startup is not None:
            await startup.stop()
