"""Unknown addresses.

Each method is decorated on its own: ``authorized`` remembers the action (read, write) of its first request.
"""

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.exceptions import NotFoundError
from aiflow_server.handlers.base import Handler


class UnknownHandler(Handler):
    """Answers 404 in our error format."""

    def _refuse(self) -> None:
        raise NotFoundError("没有这个地址。")

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Refuse."""
        self._refuse()

    @web.authenticated
    @authorized
    async def head(self) -> None:
        """Refuse."""
        self._refuse()

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Refuse."""
        self._refuse()

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Refuse."""
        self._refuse()

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        """Refuse."""
        self._refuse()

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Refuse."""
        self._refuse()
