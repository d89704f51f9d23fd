"""Handlers of the calls that both transports have: made from the rows of ``aiflow.workspace.calls``."""

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.workspace.calls import CALLS, Asked, Call
from aiflow_server.handlers.base import Handler

# Their fields stand in the query: a body of theirs has no meaning (RFC 9110, section 9.3).
_WITHOUT_BODY = frozenset({"get", "delete"})


def handler_of(name: str, base: type[Handler] = Handler, **kinds: str) -> type[Handler]:
    """Return a handler class that answers calls.

    Args:
        name: what the log calls it.
        base: has the methods that are no rows.
        **kinds: by HTTP method, in small letters, the row's kind.
    """
    calls = {method: CALLS[kind] for method, kind in kinds.items()}
    methods = {method: _answering(call, method) for method, call in calls.items()}
    limit = max(call.max_body_bytes for call in calls.values())
    return type(f"{name}Handler", (base,), {**methods, "max_body_bytes": limit})


def _answering(call: Call, method: str) -> Callable[..., Awaitable[None] | None]:
    # Each method has decorators of its own: `authorized` remembers the action of its first request.
    @web.authenticated
    @authorized
    async def answer(self: Handler, project_id: str | None = None) -> None:
        if method in _WITHOUT_BODY:
            query = {name: self.argument(name) for name in call.fields}
            body: dict[str, Any] = {name: value for name, value in query.items() if value is not None}
        else:
            body = self.json_body()
        asked = Asked(self.service, body, self.person, project_id)
        found = await (self.until_closed(call(asked)) if call.is_cancellable else call(asked))
        if call.status == 204:
            self.send_nothing()
        else:
            self.send(found, call.status)

    return answer
