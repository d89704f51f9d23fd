"""Compares two evaluations of the same requests with a sign test.

The exact two-sided sign test: W. J. Dixon and A. M. Mood, "The statistical sign test", Journal of the
American Statistical Association 41 (1946), 557-566; ties are left out, as there. Under the hypothesis that
neither run is better, the wins follow a binomial distribution with probability 1/2.
"""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from aiflow.evaluation.outcomes import Outcome, Results


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        measure: the name of what is compared.
        better: the ids at which the first run is better.
        worse: the ids at which the second run is better.
        ties: how many ids are equal.
        p: of the sign test.
    """

    measure: str
    better: list[str]
    worse: list[str]
    ties: int
    p: float


def sign_test(wins: int, losses: int) -> float:
    """Return the two-sided p value of so many wins and losses."""
    count = wins + losses
    tail = sum(math.comb(count, number) for number in range(min(wins, losses) + 1))
    outcomes: int = 2**count
    return min(1.0, 2 * tail / outcomes)


def compare_runs(first: Results, second: Results) -> list[Comparison]:
    """Compare what both runs have judged: each request counts once, with the mean of its attempts."""
    measures: list[tuple[str, Callable[[Outcome], float]]] = [
        ("做到了要求的", lambda outcome: outcome.passes),
        ("能启动", lambda outcome: outcome.starts),
        ("更快", lambda outcome: -outcome.seconds),
        ("词元更少", lambda outcome: -(outcome.prompt_tokens + outcome.completion_tokens)),
    ]
    return [_compare(name, value, first, second) for name, value in measures]


def _compare(name: str, value: Callable[[Outcome], float], first: Results, second: Results) -> Comparison:
    one, other = _means(first, value), _means(second, value)
    both = sorted(one.keys() & other.keys())
    better = [key for key in both if one[key] > other[key]]
    worse = [key for key in both if one[key] < other[key]]
    ties = len(both) - len(better) - len(worse)
    return Comparison(name, better, worse, ties, sign_test(len(better), len(worse)))


def _means(results: Results, value: Callable[[Outcome], float]) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for outcome in results.outcomes:
        found[outcome.id].append(value(outcome))
    return {key: sum(values) / len(values) for key, values in found.items()}
