"""The models' gateway.

Holds the provider's key on the hub's side and gives each student a key of his own with a budget.

Any OpenAI-compatible gateway that makes keys the way LiteLLM's proxy does (``/user/new``, ``/key/generate``;
LiteLLM's documentation, "Virtual Keys" and "Budgets, Rate Limits") will do; behind it stands MiniMax, another
provider, or vLLM. The student's key is worth his budget, for a day, at this gateway, and nothing anywhere
else.
"""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

_PREFIX = "AIFLOW_GATEWAY_"
_TIMEOUT_S = 10.0


class GatewayError(Exception):
    """The gateway did not give a key; the student's server does not start, and the hub's page says so."""


@dataclass(frozen=True)
class Gateway:
    """Makes keys.

    Attributes:
        url: where the hub and the students' servers reach it, without ``/v1``.
        master_key: what makes keys; never leaves the hub.
        model: the name that the gateway knows the model by.
        budget: what one student may spend in ``period``, in the gateway's currency (LiteLLM: US dollars).
        period: LiteLLM's way of writing it: ``1d``, ``30d``.
    """

    url: str
    master_key: str = field(repr=False)
    model: str
    budget: float = 1.0
    period: str = "30d"

    @classmethod
    def from_environment(cls, environ: MutableMapping[str, str]) -> "Gateway | None":
        """Read ``AIFLOW_GATEWAY_URL``, ``_MASTER_KEY``, ``_MODEL``, ``_BUDGET``, ``_PERIOD``.

        The master key is removed from ``environ``, so that no child process inherits it.

        Returns:
            The gateway, None without a URL.

        Raises:
            GatewayError: a URL is set and a master key is not.
        """
        key = environ.pop(f"{_PREFIX}MASTER_KEY", "")
        url = environ.get(f"{_PREFIX}URL", "").rstrip("/")
        if not url:
            return None
        if not key:
            raise GatewayError(f"{_PREFIX}URL is set, {_PREFIX}MASTER_KEY is not")
        return cls(
            url,
            key,
            environ.get(f"{_PREFIX}MODEL", "classroom"),
            float(environ.get(f"{_PREFIX}BUDGET", "1")),
            environ.get(f"{_PREFIX}PERIOD", "30d"),
        )

    async def environment_for(self, student: str) -> dict[str, str]:
        """Return the environment that connects a student's server with the gateway.

        Raises:
            GatewayError: when the gateway does not answer or refuses; its message holds no key.
        """
        # The budget is the student's, not the key's: a new key for each start does not fill it up again.
        terms = {"user_id": student, "max_budget": self.budget, "budget_duration": self.period}
        known = await self._call("/user/new", {**terms, "auto_create_key": False}, may_exist=True)
        if known is None:
            await self._call("/user/update", terms)  # he was here yesterday; the budget may be a new one
        made = await self._call(
            "/key/generate",
            {"user_id": student, "models": [self.model], "duration": "1d", "max_parallel_requests": 4},
        )
        if made is None or not isinstance(made.get("key"), str):
            raise GatewayError("the gateway gave no key")
        return {
            "AIFLOW_ENGINE": "openai",
            "AIFLOW_BASE_URL": f"{self.url}/v1",
            "AIFLOW_MODEL": self.model,
            "AIFLOW_API_KEY": made["key"],
        }

    async def _call(
        self, path: str, body: dict[str, Any], *, may_exist: bool = False
    ) -> dict[str, Any] | None:
        """Return the gateway's answer; None where what should be made is there already."""
        headers = {"Authorization": f"Bearer {self.master_key}", "Content-Type": "application/json"}
        client = AsyncHTTPClient()
        try:
            answer = await client.fetch(
                self.url + path,
                method="POST",
                headers=headers,
                body=json.dumps(body),
                request_timeout=_TIMEOUT_S,
            )
            found = json.loads(answer.body)
        except HTTPClientError as error:
            if may_exist and error.code in {400, 409}:
                return None
            raise GatewayError(f"the gateway answered {error.code} to {path}") from None
        except (OSError, ValueError):
            raise GatewayError(f"the gateway cannot be reached at {path}") from None
        return found if isinstance(found, dict) else {}
