"""A project's files: read as bytes that never run as a page of this server, and written whole."""

import asyncio
from collections.abc import Iterator

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.workspace.entity_tags import matches
from aiflow.workspace.requests import MAX_FILE_BYTES
from aiflow_server.handlers.base import Handler
from aiflow_server.http import SANDBOX_POLICY, disposition, is_shown

_PIECE_BYTES = 1 << 18


class FileHandler(Handler):
    """``GET``, ``HEAD``, ``PUT`` and ``DELETE api/projects/{id}/files/{path}``."""

    max_body_bytes = MAX_FILE_BYTES

    @property
    def content_security_policy(self) -> str:
        """The policy of the answer: a browser may do nothing with it."""
        return SANDBOX_POLICY

    @web.authenticated
    @authorized
    async def get(self, project_id: str, path: str) -> None:
        """Return the file's bytes; for ``HEAD`` only their headers."""
        found = await asyncio.to_thread(self.service.files.open, self.project_id(project_id), path)
        with found.file:
            self.set_header("ETag", found.etag)
            self.set_header("Cache-Control", "private, no-cache")
            self.set_header("X-Content-Type-Options", "nosniff")
            self.set_header("Cross-Origin-Resource-Policy", "same-origin")
            name = path.rsplit("/", 1)[-1]
            self.set_header("Content-Disposition", disposition(name, shown=is_shown(found.content_type)))
            if matches(self.request.headers.get("If-None-Match"), found.etag):
                self.set_status(304)
            else:
                self.set_header("Content-Type", found.content_type)
                self.set_header("Content-Length", str(found.size))
                if self.request.method == "GET":
                    await self._send_pieces(iter(lambda: found.file.read(_PIECE_BYTES), b""), found.size)
            self.finish(set_content_type=found.content_type)

    head = get

    async def _send_pieces(self, pieces: Iterator[bytes], size: int) -> None:
        """Send exactly ``size`` bytes.

        A file that is cut while it is read ends the connection, not the answer.
        """
        sent = 0
        for piece in pieces:
            self.write(piece[: size - sent])
            sent += len(piece)
            await self.flush()
            if sent >= size:
                return

    @web.authenticated
    @authorized
    async def put(self, project_id: str, path: str) -> None:
        """Write the body's bytes as the file, whole or not at all."""
        conditions = self.request.headers
        saved = await asyncio.to_thread(
            self.service.files.save,
            self.project_id(project_id),
            path,
            self.body(),
            if_match=conditions.get("If-Match"),
            if_none_match=conditions.get("If-None-Match"),
        )
        if saved.version is not None:
            self.send({"project_id": str(saved.version)}, 201)
            return
        self.set_header("ETag", saved.etag)
        answer = {"path": saved.path, "size_bytes": saved.size, "etag": saved.etag}
        self.send(answer, 201 if saved.is_new else 200)

    @web.authenticated
    @authorized
    async def delete(self, project_id: str, path: str) -> None:
        """Delete the file."""
        condition = self.request.headers.get("If-Match")
        found = self.project_id(project_id)
        version = await asyncio.to_thread(self.service.files.delete, found, path, if_match=condition)
        if version is not None:
            self.send({"project_id": str(version)}, 201)
        else:
            self.send_nothing()
