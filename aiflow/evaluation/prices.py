"""The prices of models, where they are known."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aiflow.exceptions import InputError

_PRICES = Path(__file__).with_name("prices.toml")


class Price(BaseModel):
    """The price of a model for a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    currency: str

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the cost of some tokens."""
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1_000_000


def price_of(model: str, further: Path | None = None) -> Price | None:
    """Return the price of a model; None where it is not known.

    Args:
        model: its name.
        further: a file of prices that go before the included ones.

    Raises:
        InputError: that file is wrong.
    """
    name = model.rpartition("/")[2].lower()
    for path in [*([further] if further is not None else []), _PRICES]:
        found = [(begin, price) for begin, price in _load(path).items() if name.startswith(begin.lower())]
        if found:
            return max(found, key=lambda one: len(one[0]))[1]
    return None


def _load(path: Path) -> dict[str, Price]:
    try:
        return TypeAdapter(dict[str, Price]).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        raise InputError(
            f"价格表 {path.name} 读不了：每个模型要有 input、output（每一百万词元的价格）和 currency。"
        ) from None
