"""The results of many attacks."""

from collections import Counter
from dataclasses import dataclass, field

SECRET = b"geheim-0123456789"
SECRET_NAME = "nobody-may-list-this.txt"


@dataclass
class Outcome:
    """How often one kind of attack was tried, and what did not hold.

    Attributes:
        kind: what was tried.
        answers: how often which answer came: ``refused``, ``inside`` (a harmless path that stayed in the
            project), a
            status.
        broken: a sentence for each attack that got through.
    """

    kind: str
    answers: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many there were."""
        return self.answers.total()


def table(outcomes: list[Outcome]) -> str:
    """Return the outcomes as a Markdown table."""
    rows = ["| attack | tried | held | answers |", "|---|---:|---:|---|"]
    for one in outcomes:
        answers = "、".join(f"{name} {count}" for name, count in one.answers.most_common())
        rows.append(f"| {one.kind} | {one.tried} | {one.tried - len(one.broken)} | {answers} |")
    total, broken = sum(one.tried for one in outcomes), sum(len(one.broken) for one in outcomes)
    rows.append(f"| **all** | **{total}** | **{total - broken}** | |")
    return "\n".join(rows)
