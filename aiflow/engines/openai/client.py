"""The HTTP side of the engine: the SDK's client, and one streaming request with it.

The SDK is imported on first use: it takes a third of a second, which a user of lessons should not wait for.
"""

import asyncio
import functools
import importlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from aiflow.config import OpenAIConfig
from aiflow.engines import errors as faults
from aiflow.engines.addresses import is_loopback
from aiflow.engines.base import EngineRequest, Message
from aiflow.engines.error_table import NO_TRUST

if TYPE_CHECKING:
    from openai import AsyncOpenAI

PHASE_HEADER = "X-AIFlow-Phase"
TASK_HEADER = "X-AIFlow-Task"


async def load_sdk(target: faults.Target) -> None:
    """Import the SDK in a thread, so that other streams of this event loop go on.

    Args:
        target: the service, for the error message.

    Raises:
        EngineSetupError: the certificates of this machine cannot be read.
    """
    # Only the first request needs a thread.
    if _load_trust.cache_info().currsize:
        return
    is_unreadable = False
    try:
        await asyncio.to_thread(_load_trust)
    except OSError:  # an SSLError is one, too
        is_unreadable = True
    if is_unreadable:
        raise faults.make_error(NO_TRUST, target)


def make_client(settings: OpenAIConfig, key: str) -> "AsyncOpenAI":
    """Return a client for one request.

    It is not shared: a connection pool belongs to one event loop, and cells and servers have several.

    Args:
        settings: the address and the time limits.
        key: the API key; may be empty.
    """
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415 - lazy, see the module

    timeout = Timeout(settings.stall_timeout_s, connect=settings.connect_timeout_s)
    return AsyncOpenAI(
        api_key=key or "none",
        base_url=settings.base_url,
        timeout=timeout,
        # The engine retries itself: the SDK's retries would be silent and unknown to the circuit breaker.
        max_retries=0,
        http_client=DefaultAsyncHttpxClient(
            verify=_load_trust(),
            # A campus proxy cannot reach the model on this machine.
            trust_env=not is_loopback(settings.base_url),
            # A redirect would send the key and the request to an address that nobody chose.
            follow_redirects=False,
        ),
    )


@asynccontextmanager
async def open_answer(
    client: "AsyncOpenAI", model: str, request: EngineRequest, extras: dict[str, Any]
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Send a request; the block reads the bytes of its answer, and its end closes the connection.

    Args:
        client: closed with the block.
        model: the model's name.
        request: the messages.
        extras: further fields of the body.

    Yields:
        The body as it arrives.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(client)
        response = await stack.enter_async_context(
            client.chat.completions.with_streaming_response.create(
                model=model,
                # In `extra_body`: the SDK takes a millisecond to search each message for values to convert.
                messages=[],
                stream=True,
                extra_body={"messages": merge_system(request.messages), **extras},
                extra_headers={PHASE_HEADER: request.phase, TASK_HEADER: request.task},
            )
        )
        body = cast("AsyncGenerator[bytes, None]", response.iter_bytes())
        yield await stack.enter_async_context(aclosing(body))


def merge_system(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    """Return the messages as they are sent: system messages merged into one, for MiniMax accepts only one."""
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    rest = [
        {"role": message.role, "content": message.content} for message in messages if message.role != "system"
    ]
    return [{"role": "system", "content": system}, *rest] if system else rest


@functools.cache
def _load_trust() -> ssl.SSLContext:
    """Return the certificates that the SDK trusts; reading them takes 25 ms, too long for every request."""
    from openai import DefaultAsyncHttpxClient  # noqa: PLC0415 - lazy, see the module

    # httpx2 or httpx, whichever this SDK is built on.
    library = next(
        kind.__module__.split(".")[0]
        for kind in DefaultAsyncHttpxClient.__mro__
        if kind.__module__.startswith("httpx")
    )
    return cast("ssl.SSLContext", importlib.import_module(library).create_ssl_context())
