"""The engine for any OpenAI-compatible service; MiniMax is the one that it is tuned for.

The SDK makes the request and keeps the connection; the answer's bytes are read here (see
:mod:`aiflow.engines.openai.answer_reader`), because the SDK's typed chunks cost ten times as much and lose
what services add to them.
"""

import asyncio
import functools
import importlib
import json
import random
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from pydantic import SecretStr

from aiflow.config import Config, OpenAIConfig
from aiflow.engines import errors as faults
from aiflow.engines.base import Delta, Engine, EngineRequest, Message, NoticeDelta, TextDelta
from aiflow.engines.breaker_notes import BreakerNotes
from aiflow.engines.circuit_breaker import Breaker, BreakerState, get_breaker
from aiflow.engines.error_table import BAD_ADDRESS, BAD_KEY, NO_KEY, NO_MODEL, NO_TRUST, Fault
from aiflow.engines.openai.answer_reader import AnswerReader
from aiflow.exceptions import (
    BadAnswerError,
    BadRequestError,
    CircuitOpenError,
    ConnectError,
    ContextError,
    EngineError,
    ModelError,
    OverloadedError,
    RateLimitError,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI

PHASE_HEADER = "X-AIFlow-Phase"
# A service that asks for a longer wait gets none: the student decides then.
LONGEST_WAIT_S = 60.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# A second try can help, and nothing was generated or paid for yet. A stall is not among them: it has cost a
# minute.
_RETRIED: dict[type[EngineError], str] = {
    ConnectError: "连接出了问题",
    RateLimitError: "服务太忙",
    OverloadedError: "服务暂时出错",
    BadAnswerError: "收到的回答不完整",
}
_STATES: dict[BreakerState, str] = {
    "closed": "闭合，正常",
    "open": "断开，正在等服务恢复",
    "half_open": "半开，正要再试",
}

Sleep = Callable[[float], Awaitable[object]]


class OpenAIEngine(Engine):
    """Asks a model.

    Args:
        settings: the address, the model and the limits.
        logs_dir: where the circuit breaker's state is written for other processes; None keeps it to this one.
        api_key: the key; a service on plain http (one's own machine or network) may need none.
        sleep: waits before a retry; tests pass their own.
        jitter: a number from 0 to 1 that spreads retries; tests pass their own.
    """

    name = "openai"

    def __init__(
        self,
        settings: OpenAIConfig,
        api_key: SecretStr | None = None,
        *,
        logs_dir: Path | None = None,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.model = settings.model
        self._settings = settings
        self._key = api_key
        self._logs_dir = logs_dir
        self._sleep = sleep
        self._jitter = jitter
        # Whether the service refused what goes beyond model, messages and stream; found out by asking.
        self._plain = False

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Return the engine that the configuration describes."""
        return cls(config.openai, config.api_key, logs_dir=config.logs_dir)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r}, address={self.address!r})"

    @property
    def address(self) -> str:
        """Where the service is, without path or credentials: what the circuit breaker guards."""
        return _address(self._settings.base_url)

    def check_setup(self) -> None:
        """Look for what is missing before anything is sent.

        Raises:
            EngineSetupError: there is no usable address, key or model.
        """
        key = self._secret
        problem: Fault | None = None
        if not self.address:
            problem = BAD_ADDRESS
        elif not self.model.strip():
            problem = NO_MODEL
        elif not key and self.address.startswith("https:"):
            problem = NO_KEY
        elif not all("!" <= char <= "~" for char in key):
            problem = BAD_KEY  # it would fail as an HTTP header, with the key in the error
        if problem is not None:
            raise faults.make_error(problem, self._target)

    async def check(self) -> str:
        """Ask the service for its models, for ``aiflow doctor``.

        Returns:
            A Chinese sentence: it answers, whether it knows the model, and how its circuit breaker stands
                here and elsewhere.

        Raises:
            EngineError: it cannot be used.
        """
        self.check_setup()
        failure: EngineError | None = None
        await self._load_sdk()
        try:
            async with self._client() as client:
                listed = await client.models.with_raw_response.list(timeout=self._settings.connect_timeout_s)
                names = _model_names(listed.http_response.text)
        except Exception as error:
            failure = faults.from_exception(error, self._target)
            if failure is None:
                raise
        host, breaker = self._target.host, self._breaker_said()
        if isinstance(failure, ModelError):
            return f"模型服务 {host} 有回应；它不列出模型，“{self.model}”要到生成时才知道能不能用。{breaker}"
        if failure is not None:
            if self._breaker_notes().read() is not None:
                failure.message += breaker
            raise failure
        if names and self.model not in names:
            return (
                f"模型服务 {host} 有回应，但它列出的模型里没有“{self.model}”：有{'、'.join(names[:5])}。"
                f"{breaker}"
            )
        return f"模型服务 {host} 有回应，模型是“{self.model}”。{breaker}"

    async def stream(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Answer one request; see :meth:`Engine.stream`.

        What fails before the first text is tried again where that is safe, and a ``NoticeDelta`` says so.
        """
        self.check_setup()
        await self._load_sdk()
        number = 0
        last: EngineError | None = None
        while True:
            number += 1
            failure: EngineError | None = None
            begun = False
            async with aclosing(self._attempt(request)) as deltas:
                try:
                    async for delta in deltas:
                        begun = begun or isinstance(delta, TextDelta)
                        yield delta
                except EngineError as error:
                    failure = error
            if failure is None:
                return
            if isinstance(failure, CircuitOpenError) and last is not None:
                failure = last  # it says what happened; the open circuit only follows from it
            wait = None if begun else self._wait_before_retry(failure, number)
            if wait is None:
                # Out of the handler: a traceback must not lead to the SDK's objects, which hold the key.
                raise failure
            last = failure
            yield NoticeDelta(_retry_notice(failure, wait, number + 1, self._settings.max_attempts))
            await self._sleep(wait)

    def _breaker(self) -> Breaker:
        settings = self._settings
        return get_breaker(
            self.address, settings.breaker_failures, settings.breaker_timeout_s, self._breaker_notes()
        )

    def _breaker_notes(self) -> BreakerNotes:
        return BreakerNotes(self._logs_dir, self.address)

    def _breaker_said(self) -> str:
        said, other = f"断路器（本进程）：{_STATES[self._breaker().state]}。", self._breaker_notes().read()
        if other is None:
            return said
        left = f"，大约还有 {other.left_s:.0f} 秒" if other.left_s else ""
        return f"{said}断路器（进程 {other.process}）：{_STATES[other.state]}{left}。"

    def _wait_before_retry(self, failure: EngineError, number: int) -> float | None:
        """Return the seconds to wait before the next attempt, or None when there shall be none."""
        if number >= self._settings.max_attempts or not failure.retryable or type(failure) not in _RETRIED:
            return None
        wait = self._settings.backoff_s * 2 ** (number - 1) * (0.75 + 0.5 * self._jitter())
        wait = max(wait, failure.retry_after_s or 0.0)
        return wait if wait <= LONGEST_WAIT_S else None

    async def _attempt(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        breaker = self._breaker()
        with breaker.attempt() as attempt:
            if attempt.is_probe:
                yield NoticeDelta("模型服务刚才连续出错，现在先试一次，看它好了没有。")
            async with aclosing(self._answer(request)) as deltas:
                async for delta in deltas:
                    if attempt.is_probe:
                        breaker.alive(attempt)
                    yield delta

    async def _answer(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Ask with everything that helps, and once more with the bare minimum where that was refused."""
        if not self._plain:
            begun = False
            refused = False
            async with aclosing(self._ask(request, plain=False)) as deltas:
                try:
                    async for delta in deltas:
                        begun = True
                        yield delta
                except (BadRequestError, ContextError):
                    if begun:
                        raise
                    refused = True
            if not refused:
                return
        async with aclosing(self._ask(request, plain=True)) as deltas:
            async for delta in deltas:
                self._plain = True  # it was the extras, then
                yield delta

    async def _ask(self, request: EngineRequest, *, plain: bool) -> AsyncGenerator[Delta, None]:
        reader = AnswerReader(self._target)
        failure: EngineError | None = None
        try:
            async with self._open(request, plain=plain) as body:
                async for chunk in body:
                    for delta in reader.feed(chunk):
                        yield delta
                    if reader.ended:
                        break
        except Exception as error:
            failure = faults.from_exception(error, self._target)
            if failure is None:
                raise
        for delta in reader.close(cut=failure is not None):
            yield delta
        failure = failure or reader.failure
        if failure is not None:
            raise failure

    @asynccontextmanager
    async def _open(self, request: EngineRequest, *, plain: bool) -> AsyncIterator[AsyncIterator[bytes]]:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(self._client())
            response = await stack.enter_async_context(
                client.chat.completions.with_streaming_response.create(
                    model=self.model,
                    # In the body as they are: the SDK would look in every one for what to convert, for a
                    # millisecond.
                    messages=[],
                    stream=True,
                    extra_body={
                        "messages": merge_system(request.messages),
                        **({} if plain else self._extras()),
                    },
                    extra_headers={PHASE_HEADER: request.phase},
                )
            )
            body = cast("AsyncGenerator[bytes, None]", response.iter_bytes())
            yield await stack.enter_async_context(aclosing(body))

    def _extras(self) -> dict[str, Any]:
        """Return what a service may not know; left out when it refuses."""
        extras: dict[str, Any] = {
            "temperature": self._settings.temperature,
            "max_completion_tokens": self._settings.max_completion_tokens,
            "stream_options": {"include_usage": True},
        }
        split = self._settings.reasoning_split
        if split is None and "minimax" in self._target.host:
            split = True
        if split is not None:
            extras["reasoning_split"] = split
        return extras

    async def _load_sdk(self) -> None:
        """Import the SDK in a thread.

        It takes a third of a second, in which other streams would stand still.
        """
        if _trust.cache_info().currsize:
            return
        unreadable = False
        try:
            await asyncio.to_thread(_trust)
        except OSError:  # an SSLError is one, too
            unreadable = True
        if unreadable:
            raise faults.make_error(NO_TRUST, self._target)

    def _client(self) -> "AsyncOpenAI":
        # Imported here because it takes a third of a second, which nobody who plays lessons should wait for.
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout  # noqa: PLC0415 - lazy, see above

        # One client a request: a connection pool belongs to one event loop, and cells and servers have
        # several.
        settings = self._settings
        timeout = Timeout(settings.stall_timeout_s, connect=settings.connect_timeout_s)
        # A campus proxy cannot reach the model on this machine.
        use_proxy = urlsplit(settings.base_url).hostname not in _LOOPBACK
        return AsyncOpenAI(
            api_key=self._secret or "none",
            base_url=settings.base_url,
            timeout=timeout,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(verify=_trust(), trust_env=use_proxy),
        )

    @property
    def _secret(self) -> str:
        return self._key.get_secret_value().strip() if self._key is not None else ""

    @property
    def _target(self) -> faults.Target:
        host = urlsplit(self.address).netloc or "（没有写对）"
        return faults.Target(host, self.model, (self._secret,) if self._secret else ())


@functools.cache
def _trust() -> ssl.SSLContext:
    """Return the certificates that the SDK trusts; reading them takes 25 ms, too much for every request."""
    from openai import DefaultAsyncHttpxClient  # noqa: PLC0415 - lazy, see OpenAIEngine._client

    # httpx2 or httpx, whichever this SDK is built on.
    library = next(
        kind.__module__.split(".")[0]
        for kind in DefaultAsyncHttpxClient.__mro__
        if kind.__module__.startswith("httpx")
    )
    return cast("ssl.SSLContext", importlib.import_module(library).create_ssl_context())


def merge_system(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    """Return the messages as they are sent, all system messages merged into the first.

    MiniMax takes only one.
    """
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    rest = [
        {"role": message.role, "content": message.content} for message in messages if message.role != "system"
    ]
    return [{"role": "system", "content": system}, *rest] if system else rest


def _address(base_url: str) -> str:
    """Return scheme, host and port of a URL; empty when it is none that can be called."""
    try:
        parts = urlsplit(base_url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _retry_notice(failure: EngineError, wait: float, number: int, most: int) -> str:
    when = f"{wait:.0f} 秒后" if wait >= 1 else "马上"
    return f"{_RETRIED[type(failure)]}，{when}再试（第 {number} 次，最多 {most} 次）。"


def _model_names(text: str) -> list[str]:
    """Return the models of a ``GET /models`` answer; none when it is no such answer."""
    try:
        data = json.loads(text)
    except ValueError:
        return []
    listed = data.get("data") if isinstance(data, dict) else None
    items = listed if isinstance(listed, list) else []
    return [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
