"""The first request of a page."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow_server.handlers.base import Handler


class TemplatesHandler(Handler):
    """``GET api/templates``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the lessons, the phase table, and what this server does with a finished program."""
        self.send(await asyncio.to_thread(self.service.templates.welcome))
