"""A run's events as server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import json
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from aiflow.exceptions import AIFlowError, InputError
from aiflow.workspace.errors import body_of
from aiflow_server import metrics
from aiflow_server.handlers.base import Handler
from aiflow_server.sse import PING

if TYPE_CHECKING:  # importing them brings the pipeline with it, which waits for the first request
    from aiflow.workspace.feeds import Feed, Subscription

# A client that reads nothing for this long is dropped; it resumes by its last event's number.
STALL_S = 20.0
_YES_NO = {"true": True, "1": True, "false": False, "0": False}


class StreamHandler(Handler):
    """``GET api/stream/{id}``."""

    subscription: "Subscription | None" = None

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Send the events so far, then further ones as they come, until the run ends."""
        after, follow = self._after(), self._follows()
        found = self.project_id(project_id)
        await self.service.trees.refresh(found)
        if not await self.service.feeds.has_more(found, after):
            self.set_status(204)
            self.finish()
            return
        feed = await self.service.feeds.open(found)
        try:
            self._open()
            await self._send(feed, after, follow=follow)
        finally:
            self.service.feeds.leave(feed)

    def _after(self) -> int:
        given = self.request.headers.get("Last-Event-ID") or self.argument("last_event_id") or "0"
        if not (given.isascii() and given.isdigit() and len(given) <= 15):
            raise InputError("last_event_id 应该是收到的最后一个事件的编号（不小于 0 的整数）。")
        return int(given)

    def _follows(self) -> bool:
        given = self.argument("follow") or "true"
        if given not in _YES_NO:
            raise InputError("follow 应该是 true 或 false。")
        return _YES_NO[given]

    def _open(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")  # a proxy (nginx) must not buffer events
        self.set_header("X-Content-Type-Options", "nosniff")
        if self.request.connection is not None:
            self.request.connection.stream.set_nodelay(True)  # type: ignore[attr-defined]  # HTTP1Connection has one

    async def _send(self, feed: "Feed", after: int, *, follow: bool) -> None:
        self.subscription = feed.subscribe()
        heartbeat_s = self.service.config.server.heartbeat_s
        frames = feed.follow(after, heartbeat_s=heartbeat_s, follow=follow, subscription=self.subscription)
        metrics.STREAMS.inc()
        try:
            # The headers are sent at once; the line sets how soon an EventSource reconnects.
            await self._push(b"retry: 1000\n\n")
            async for data in frames:
                await self._push(data or PING)
            self.finish(set_content_type="text/event-stream")
        except StreamClosedError:
            return  # the client has closed the connection
        except TimeoutError:
            metrics.DROPPED.inc()
            self._cut()
        except AIFlowError as error:
            # The status has been sent: a last event carries the error, then the stream ends.
            await self._push(b"event: error\ndata: %b\n\n" % json.dumps(body_of(500, error)).encode())
            self._cut()
        finally:
            metrics.STREAMS.dec()
            await frames.aclose()

    async def _push(self, data: bytes) -> None:
        self.write(data)
        flushed = self.flush()
        connection = self.request.connection
        if connection is not None and not connection.stream.writing():  # type: ignore[attr-defined]  # as above
            return  # the system has accepted all of it: nothing to wait for
        async with asyncio.timeout(STALL_S):
            await flushed

    def _cut(self) -> None:
        if self.request.connection is not None:
            self.request.connection.stream.close()  # type: ignore[attr-defined]  # HTTP1Connection has one

    def on_connection_close(self) -> None:
        """End the iteration at once, not with the next event."""
        super().on_connection_close()
        if self.subscription is not None:
            self.subscription.close()
