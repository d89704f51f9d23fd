"""The check of a service for ``aiflow doctor``: does it answer, and does it list the model?"""

import json

from aiflow.config import OpenAIConfig
from aiflow.engines import errors as faults
from aiflow.engines.circuit_breaker import BreakerState
from aiflow.engines.openai.client import load_sdk, make_client
from aiflow.exceptions import EngineError, ModelError

_STATES: dict[BreakerState, str] = {
    "closed": "闭合，正常",
    "open": "断开，正在等服务恢复",
    "half_open": "半开，正要再试",
}


async def check_service(
    settings: OpenAIConfig, key: str, target: faults.Target, breaker: BreakerState
) -> str:
    """Request the list of models.

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
    failure: EngineError | None = None
    names: list[str] = []
    # Outside the handler below: an unreadable certificate store has its own message.
    await load_sdk(target)
    try:
        async with make_client(settings, key) as client:
            listed = await client.models.with_raw_response.list(timeout=settings.connect_timeout_s)
            names = _model_names(listed.http_response.text)
    except Exception as error:
        failure = faults.from_exception(error, target)
        if failure is None:
            raise
    circuit = f"断路器（本进程）：{_STATES[breaker]}。"
    # Many servers have no /models (404): that they answer is all that can be known without paying.
    if isinstance(failure, ModelError):
        unknown = f"它不列出模型，“{target.model}”要到生成时才知道能不能用。"
        return f"模型服务 {target.host} 有回应；{unknown}{circuit}"
    if failure is not None:
        raise failure
    if names and target.model not in names:
        missing = f"它列出的模型里没有“{target.model}”：有{'、'.join(names[:5])}。"
        return f"模型服务 {target.host} 有回应，但{missing}{circuit}"
    return f"模型服务 {target.host} 有回应，模型是“{target.model}”。{circuit}"


def _model_names(text: str) -> list[str]:
    """Return the models of a ``GET /models`` answer; an empty list for any other text."""
    try:
        data = json.loads(text)
    except ValueError:
        return []
    listed = data.get("data") if isinstance(data, dict) else None
    items = listed if isinstance(listed, list) else []
    return [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]
