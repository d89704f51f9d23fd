"""The checks of a service: does it answer, which models does it list, and how fast does one of them write?"""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Final

from aiflow.config import OpenAIConfig
from aiflow.engines import errors as faults
from aiflow.engines.base import EngineRequest, Message, TextDelta, UsageDelta
from aiflow.engines.circuit_breaker import BreakerState
from aiflow.engines.error_table import GARBAGE, STALL, WEB_PAGE
from aiflow.engines.model_lists import model_names
from aiflow.engines.openai.answer_reader import AnswerReader
from aiflow.engines.openai.client import load_sdk, make_client, open_answer
from aiflow.exceptions import BadRequestError, ContextError, EngineError, ModelError
from aiflow.util.token_estimate import estimate_tokens

_STATES: dict[BreakerState, str] = {
    "closed": "闭合，正常",
    "open": "断开，正在等服务恢复",
    "half_open": "半开，正要再试",
}
# The longest list, of a service that resells every model there is, has half a megabyte.
_MAX_LIST_BYTES: Final = 4_000_000
# A local model may have to be read from the disk first.
_SPEED_TIMEOUT_S: Final = 60.0
# The measurement costs the person a few tokens.
_SPEED_TOKENS: Final = 64
_QUESTION: Final = "用一句话介绍一下你自己。"


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a model answered.

    Attributes:
        first_s: seconds from the request to the first text.
        per_second: tokens a second after it; None when it was all there at once.
    """

    first_s: float
    per_second: float | None


async def check_service(
    settings: OpenAIConfig, key: str, target: faults.Target, breaker: BreakerState
) -> str:
    """Request the list of models, for ``aiflow doctor``.

    Args:
        settings: the address and the model.
        key: the API key; may be empty.
        target: the service, for the messages.
        breaker: the state of its circuit breaker in this process.

    Returns:
        A Chinese sentence: the service answers, and whether it lists the model.

    Raises:
        EngineError: the service cannot be used.
    """
    circuit = f"断路器（本进程）：{_STATES[breaker]}。"
    names = await list_models(settings, key, target)
    if names is None:
        unknown = f"它不列出模型，“{target.model}”要到生成时才知道能不能用。"
        return f"模型服务 {target.host} 有回应；{unknown}{circuit}"
    if names and target.model not in names:
        missing = f"它列出的模型里没有“{target.model}”：有{'、'.join(names[:5])}。"
        return f"模型服务 {target.host} 有回应，但{missing}{circuit}"
    return f"模型服务 {target.host} 有回应，模型是“{target.model}”。{circuit}"


async def list_models(settings: OpenAIConfig, key: str, target: faults.Target) -> list[str] | None:
    """Request the list of models.

    Args:
        settings: the address.
        key: the API key; may be empty.
        target: the service, for the messages.

    Returns:
        The names; None where the service has no such list.

    Raises:
        EngineError: the service cannot be used.
    """
    failure: EngineError | None = None
    data = bytearray()
    # Outside the handler below: an unreadable certificate store has its own message.
    await load_sdk(target)
    try:
        # In all: a service that sends a byte now and then must not hold the person.
        async with (
            asyncio.timeout(settings.connect_timeout_s),
            make_client(settings, key) as client,
            client.models.with_streaming_response.list() as response,
        ):
            async for piece in response.iter_bytes():
                data += piece
                if len(data) > _MAX_LIST_BYTES:
                    break
    except TimeoutError:
        failure = faults.make_error(STALL, target)
    except Exception as error:
        failure = faults.from_exception(error, target)
        if failure is None:
            raise
    # Many servers have no /models (404): that they answer is all that can be known without paying.
    if isinstance(failure, ModelError):
        return None
    # Outside the handler: a traceback must not lead to the SDK's objects, which hold the key.
    if failure is not None:
        raise failure
    return _read_list(bytes(data), target)


def _read_list(data: bytes, target: faults.Target) -> list[str]:
    try:
        decoded = json.loads(data)
    # A hostile nesting exhausts the stack.
    except (ValueError, RecursionError):
        decoded = None
    names = model_names(decoded)
    if names is None:
        failure = faults.from_body(decoded, target)
        is_page = data[:256].lstrip().startswith(b"<")
        raise failure or faults.make_error(WEB_PAGE if is_page else GARBAGE, target)
    return names


async def measure_speed(settings: OpenAIConfig, key: str, target: faults.Target) -> Speed:
    """Ask the model a short question.

    The request passes no circuit breaker: a person who checks wants to know how it is now.

    Args:
        settings: the address and the model.
        key: the API key; may be empty.
        target: the service, for the messages.

    Returns:
        How fast it answered.

    Raises:
        EngineError: it did not.
    """
    await load_sdk(target)
    failure: EngineError | None = None
    for extras in ({"max_completion_tokens": _SPEED_TOKENS, "stream_options": {"include_usage": True}}, {}):
        try:
            async with asyncio.timeout(_SPEED_TIMEOUT_S):
                return await _measure(settings, key, target, dict(extras))
        except TimeoutError:
            failure = faults.make_error(STALL, target)
        except EngineError as error:
            failure = error
        # Some servers refuse the optional fields.
        if not isinstance(failure, BadRequestError | ContextError):
            break
    raise failure or faults.make_error(GARBAGE, target)


async def _measure(
    settings: OpenAIConfig, key: str, target: faults.Target, extras: dict[str, object]
) -> Speed:
    request = EngineRequest("specify", (Message("user", _QUESTION),), _QUESTION)
    reader = AnswerReader(target)
    began = time.monotonic()
    first = last = 0.0
    tokens = 0.0
    counted: int | None = None
    failure: EngineError | None = None
    try:
        async with open_answer(make_client(settings, key), target.model, request, extras) as body:
            async for chunk in body:
                for delta in reader.feed(chunk):
                    if isinstance(delta, TextDelta):
                        last = time.monotonic()
                        first = first or last
                        tokens += estimate_tokens(delta.text)
                # A service without the limit would write on and on.
                if reader.ended or tokens > _SPEED_TOKENS * 2:
                    break
    except Exception as error:
        failure = faults.from_exception(error, target)
        if failure is None:
            raise
    for rest in reader.close(cut=failure is not None):
        counted = rest.completion_tokens if isinstance(rest, UsageDelta) else counted
        if isinstance(rest, TextDelta):
            last = time.monotonic()
            first = first or last
    # An answer that the limit cut off, even within its thinking, has been measured.
    if first:
        spent = last - first
        return Speed(first - began, (counted or tokens) / spent if spent > 0.05 else None)
    raise failure or reader.failure or faults.make_error(GARBAGE, target)
