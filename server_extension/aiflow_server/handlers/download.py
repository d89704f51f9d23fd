"""A project as a zip, sent while it is made."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from aiflow_server.handlers.base import Handler
from aiflow_server.http import disposition

_CONTENT_TYPE = "application/zip"


class DownloadHandler(Handler):
    """``GET api/projects/{id}/download``."""

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Send the zip piece by piece: the next one is made when the last one was sent."""
        found = await asyncio.to_thread(self.service.download, self.project_id(project_id))
        self.set_header("Content-Type", _CONTENT_TYPE)
        self.set_header("Content-Disposition", disposition(found.name, fallback=found.plain_name))
        self.set_header("Cache-Control", "private, no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        try:
            while piece := await asyncio.to_thread(next, found.pieces, b""):
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            return  # the client has closed the connection
        except BaseException:
            # Ending the answer in order would make half a zip look whole.
            if self._headers_written and self.request.connection is not None:
                self.request.connection.stream.close()  # type: ignore[attr-defined]  # HTTP1Connection has one
            raise
        finally:
            found.pieces.close()
        self.finish(set_content_type=_CONTENT_TYPE)
