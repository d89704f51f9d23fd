"""The engine for any OpenAI-compatible service; its defaults are MiniMax's.

The SDK sends the request and keeps the connection; the bytes of the answer are decoded in
:mod:`aiflow.engines.openai.answer_reader`, because the SDK's typed chunks cost ten times as much and drop
fields that services add to them.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from aiflow.config import Config, OpenAIConfig
from aiflow.engines import errors as faults
from aiflow.engines.addresses import parse_address
from aiflow.engines.base import Delta, Engine, EngineRequest, NoticeDelta, TextDelta
from aiflow.engines.circuit_breaker import Breaker, get_breaker
from aiflow.engines.error_table import BAD_ADDRESS, BAD_KEY, NO_KEY, NO_MODEL, Fault
from aiflow.engines.openai.answer_reader import AnswerReader
from aiflow.engines.openai.client import load_sdk, make_client, open_answer
from aiflow.engines.openai.edit_formats import best_format
from aiflow.engines.openai.model_sizes import size_by_name
from aiflow.engines.openai.retry import retry_delay, retry_notice
from aiflow.engines.openai.service_check import Speed, check_service, list_models, measure_speed
from aiflow.exceptions import BadRequestError, CircuitOpenError, ContextError, EngineError

Sleep = Callable[[float], Awaitable[object]]


class OpenAIEngine(Engine):
    """An engine that asks a model over HTTP.

    Args:
        settings: the address, the model and the limits.
        api_key: the key; a service on plain http (one's own machine or network) may need none.
        sleep: waits before a retry; tests pass their own.
        jitter: returns a number from 0 to 1 that spreads retries; tests pass their own.
    """

    name = "openai"

    def __init__(
        self,
        settings: OpenAIConfig,
        api_key: SecretStr | None = None,
        *,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.model = settings.model
        self.context_tokens = settings.context_tokens
        form = settings.edit_format
        self.edit_format = best_format(settings.model) if form == "auto" else form
        self.size = size_by_name(settings.model) if settings.size == "auto" else settings.size
        self._settings = settings
        self._key = api_key
        self._sleep = sleep
        self._jitter = jitter
        # Whether the service refused every field but model, messages and stream; only an attempt shows it.
        self._is_plain = False

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Return the engine that the configuration describes."""
        return cls(config.openai, config.api_key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r}, address={self.address!r})"

    @property
    def address(self) -> str:
        """The service's address without path or credentials; the circuit breaker guards it."""
        return parse_address(self._settings.base_url)

    def check_setup(self, *, with_model: bool = True) -> None:
        """Check the settings before anything is sent.

        Args:
            with_model: check whether there is a model too.

        Raises:
            EngineSetupError: there is no usable address, key or model.
        """
        key = self._secret
        problem: Fault | None = None
        if not self.address:
            problem = BAD_ADDRESS
        elif with_model and not self.model.strip():
            problem = NO_MODEL
        elif not key and self.address.startswith("https:"):
            problem = NO_KEY
        elif not all("!" <= char <= "~" for char in key):
            problem = BAD_KEY  # it would fail as an HTTP header, with the key in the error
        if problem is not None:
            raise faults.make_error(problem, self._target)

    async def check(self) -> str:
        """Request the service's models, for ``aiflow doctor``.

        Returns:
            A Chinese sentence: it answers, whether it lists the model, and the state of its circuit breaker.

        Raises:
            EngineError: it cannot be used.
        """
        self.check_setup()
        return await check_service(self._settings, self._secret, self._target, self._breaker().state)

    async def models(self) -> list[str] | None:
        """Return the models that the service lists; None where it has no list.

        Raises:
            EngineError: it cannot be used.
        """
        self.check_setup(with_model=False)
        return await list_models(self._settings, self._secret, self._target)

    async def speed(self) -> Speed:
        """Ask the model a short question, and return how fast it answered.

        Raises:
            EngineError: it did not answer.
        """
        self.check_setup()
        return await measure_speed(self._settings, self._secret, self._target)

    async def stream(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Answer one request; see :meth:`Engine.stream`.

        A failure before the first text is retried where that is safe, and a ``NoticeDelta`` announces it. A
        service that refuses optional fields is asked once more without them.
        """
        self.check_setup()
        await load_sdk(self._target)
        number = 1
        is_plain = self._is_plain
        last: EngineError | None = None
        while True:
            failure: EngineError | None = None
            has_answered = has_text = False
            # Closed at once: an abandoned generator keeps its connection until the garbage collector runs.
            async with aclosing(self._attempt(request, is_plain=is_plain)) as deltas:
                try:
                    async for delta in deltas:
                        if not isinstance(delta, NoticeDelta):
                            # Remembered only after an answer: a refusal for another reason must not cost the
                            # optional fields.
                            has_answered = True
                            self._is_plain = is_plain
                        has_text = has_text or isinstance(delta, TextDelta)
                        yield delta
                except EngineError as error:
                    failure = error
            if failure is None:
                return
            # Local servers refuse unknown fields; some call a large max_completion_tokens a context error.
            if isinstance(failure, BadRequestError | ContextError) and not (is_plain or has_answered):
                is_plain = True
                continue
            if isinstance(failure, CircuitOpenError) and last is not None:
                failure = last  # the cause; the open circuit is only its consequence
            # Text that has been shown cannot be recalled: a second answer would be appended to it.
            delay = None if has_text else retry_delay(failure, number, self._settings, self._jitter())
            if delay is None:
                # Outside the handler: a traceback must not lead to the SDK's objects, which hold the key.
                raise failure
            number += 1
            last = failure
            yield NoticeDelta(retry_notice(failure, delay, number, self._settings))
            await self._sleep(delay)

    async def _attempt(self, request: EngineRequest, *, is_plain: bool) -> AsyncGenerator[Delta, None]:
        """Send the request once, under the circuit breaker.

        Raises:
            EngineError: the circuit is open, or the request or its answer failed.
        """
        breaker = self._breaker()
        with breaker.attempt() as attempt:
            if attempt.is_probe:
                yield NoticeDelta("模型服务刚才连续出错，现在先试一次，看它好了没有。")
            reader = AnswerReader(self._target)
            failure: EngineError | None = None
            try:
                client = make_client(self._settings, self._secret)
                async with open_answer(
                    client, self.model, request, {} if is_plain else self._extras()
                ) as body:
                    async for chunk in body:
                        for delta in reader.feed(chunk):
                            breaker.mark_alive(attempt)
                            yield delta
                        if reader.ended:
                            break
            except Exception as error:
                failure = faults.from_exception(error, self._target)
                if failure is None:
                    raise
            # The text before a break is passed first, and the error after it.
            for delta in reader.close(cut=failure is not None):
                yield delta
            failure = failure or reader.failure
            if failure is not None:
                raise failure

    def _extras(self) -> dict[str, Any]:
        """Return the optional fields, which a service may refuse."""
        extras: dict[str, Any] = {
            "temperature": self._settings.temperature,
            "max_completion_tokens": self._settings.max_completion_tokens,
            "stream_options": {"include_usage": True},
        }
        split = self._settings.reasoning_split
        # Without it MiniMax mixes its thinking into the content.
        if split is None and "minimax" in self._target.host:
            split = True
        if split is not None:
            extras["reasoning_split"] = split
        return extras

    def _breaker(self) -> Breaker:
        settings = self._settings
        return get_breaker(self.address, settings.breaker_failures, settings.breaker_timeout_s)

    @property
    def _secret(self) -> str:
        # A key that was copied from a web page often ends with a blank or a line end.
        return self._key.get_secret_value().strip() if self._key is not None else ""

    @property
    def _target(self) -> faults.Target:
        host = urlsplit(self.address).netloc or "（没有写对）"
        return faults.Target(host, self.model, (self._secret,) if self._secret else ())
