"""A real OpenAI-compatible HTTP server on loopback, for tests and for trying the product without a model.

Without a script it answers every phase (told by ``X-AIFlow-Phase``) with a small project that works::

    with ModelServer() as server:
        config = ...  # openai.base_url = server.base_url; any key, any model
        ...
        assert [request.phase for request in server.requests] == ["specify", "plan", "implement"]
        assert server.requests[0].json["model"] == "test-model"

Scripted answers are given once each, in order, to the phase that they are for (or to any); then the canned
ones again. ``always`` replaces those::

    server.script(answer("# 贪吃蛇 …", thinking="想一想", style="think_tags", sizes=(1, 7)), phase="specify")
    server.script(error(503), error(503))            # two failures, whoever asks
    server.always(minimax_error(429, 1008, "insufficient balance"))

Time is told by gates, not by sleeping. The server stands still at a gate until the test opens it::

    gate = Gate()
    server.script(answer(text, gates={5: gate}), phase="implement")   # before the delta of index 5
    ...
    await gate.reached()          # (gate.wait_reached() blocks) five deltas are out
    gate.open()                   # or never: a stall

Faults: ``error``, ``minimax_error``, ``base_resp``, ``json_body``, ``body`` (any bytes, any type), ``events``
(any SSE data), ``gzipped``, ``hang_up``, ``answer(…, gates={3: Cut()})`` for a cut in mid-stream, ``Reply``
for all else; ``ModelServer(tls=True)`` has a certificate that nobody trusts; ``closed_port()`` is an address
that refuses.

``server.requests`` holds what came; ``request.ended()`` (``wait_ended()`` blocks) and
``request.disconnected`` tell when and whether the client left before the end; ``server.request(n)``
(``wait_request(n)``) waits for the n-th.

``python -m tests.modelserver --port 8900`` runs it by hand and prints the environment to use it with.
"""

import socket

from tests.modelserver.replies import (
    Cut,
    Gate,
    Reply,
    Step,
    answer,
    base_resp,
    body,
    chunk,
    error,
    event,
    events,
    gzipped,
    hang_up,
    json_body,
    minimax_error,
    usage_chunk,
)
from tests.modelserver.server import ModelServer, Received
from tests.modelserver.vendors import STYLES, Style, deltas

__all__ = [
    "STYLES",
    "Cut",
    "Gate",
    "ModelServer",
    "Received",
    "Reply",
    "Step",
    "Style",
    "answer",
    "base_resp",
    "body",
    "chunk",
    "closed_port",
    "deltas",
    "error",
    "event",
    "events",
    "gzipped",
    "hang_up",
    "json_body",
    "minimax_error",
    "usage_chunk",
]


def closed_port() -> str:
    """Return a base URL on loopback that refuses connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"
