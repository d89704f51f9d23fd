"""The table of an evaluation: one row for each part of the set."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiflow.evaluation.outcomes import Outcome

_Z = 1.96  # of a 95 % interval

HALVES = {"tuning": "调提示词用的一半", "held_out": "留出的一半"}
KINDS = {"game": "游戏", "tool": "工具", "data": "数据", "algorithm": "算法"}
LANGUAGES = {"zh": "中文", "en": "英文"}
DETAILS = {"vague": "模糊的", "exact": "明确的"}


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the set in numbers.

    Attributes:
        name: of the part.
        count: of attempts.
        completed, starts, passes: of them.
        seconds, tokens: the median of an attempt.
        calls, repairs, fixes: the mean of an attempt.
        cost: of all attempts; None where a price is not known.
        currency: of the cost.
    """

    name: str
    count: int
    completed: int
    starts: int
    passes: int
    seconds: float
    tokens: float
    calls: float
    repairs: float
    fixes: float
    cost: float | None
    currency: str


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return the row of all outcomes, then those of the halves, kinds, languages and details."""
    found = [_row("全部", outcomes)]
    groups: list[tuple[dict[str, str], Callable[[Outcome], str]]] = [
        (HALVES, lambda outcome: outcome.half),
        (KINDS, lambda outcome: outcome.kind),
        (LANGUAGES, lambda outcome: outcome.language),
        (DETAILS, lambda outcome: outcome.detail),
    ]
    for names, group_of in groups:
        parts = {name: [one for one in outcomes if group_of(one) == key] for key, name in names.items()}
        # A group that is everything would only repeat the first row.
        found += [_row(name, part) for name, part in parts.items() if 0 < len(part) < len(outcomes)]
    return found


def interval(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (E. B. Wilson, JASA 22 (1927), 209-212)."""
    if not total:
        return 0.0, 1.0
    share = count / total
    middle = share + _Z**2 / (2 * total)
    width = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale)


def _row(name: str, outcomes: Sequence[Outcome]) -> Row:
    def mean(value: Callable[[Outcome], float]) -> float:
        return sum(map(value, outcomes)) / len(outcomes) if outcomes else 0.0

    def median(value: Callable[[Outcome], float]) -> float:
        return statistics.median(map(value, outcomes)) if outcomes else 0.0

    costs = [outcome.cost for outcome in outcomes if outcome.cost is not None]
    return Row(
        name=name,
        count=len(outcomes),
        completed=sum(outcome.status == "completed" for outcome in outcomes),
        starts=sum(outcome.starts for outcome in outcomes),
        passes=sum(outcome.passes for outcome in outcomes),
        seconds=median(lambda outcome: outcome.seconds),
        tokens=median(lambda outcome: outcome.prompt_tokens + outcome.completion_tokens),
        calls=mean(lambda outcome: outcome.calls),
        repairs=mean(lambda outcome: outcome.repairs),
        fixes=mean(lambda outcome: sum(outcome.fixes.values())),
        cost=sum(costs) if outcomes and len(costs) == len(outcomes) else None,
        currency=next((outcome.currency for outcome in outcomes if outcome.currency), ""),
    )
