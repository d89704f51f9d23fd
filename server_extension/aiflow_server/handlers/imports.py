"""Importing a program: the body is a zip, or a form with files."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.workspace.requests import MAX_IMPORT_BYTES
from aiflow_server.handlers.base import Handler
from aiflow_server.http import form_files


class ImportHandler(Handler):
    """``POST api/import``."""

    max_body_bytes = MAX_IMPORT_BYTES
    _work: "asyncio.Task[None] | None" = None

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Make a project of what is sent; 201 with its id and what was left out."""
        kind = self.request.headers.get("Content-Type", "")
        if kind.lower().startswith("multipart/form-data"):
            files = form_files(kind, self.body())
        else:
            files = [(self.argument("name") or "", self.body())]
        self._work = asyncio.create_task(self._import(files))
        await self._work

    async def _import(self, files: list[tuple[str, bytes]]) -> None:
        result = await self.service.imports.add(files, self.person)
        self.send(result.as_json(), 201)

    def on_connection_close(self) -> None:
        """Cancel the import: the person has closed the page, or changed their mind."""
        super().on_connection_close()
        if self._work is not None:
            self._work.cancel()
