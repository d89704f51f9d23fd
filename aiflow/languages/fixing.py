"""The shape of an automatic fix, and of a rule that proposes fixes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding


@dataclass(frozen=True, slots=True)
class Fix:
    """One correction of one file that needs no model.

    Attributes:
        path: the file.
        rule: the name of its rule, which is also its key in the configuration.
        message: Chinese: one sentence that teaches. It does not say where: the same mistake has the same
            sentence on another line.
        text: the whole file with the correction, all else as it was.
        line: the first corrected line of the file as it was, from 1.
    """

    path: str
    rule: str
    message: str
    text: str
    line: int | None = None


@runtime_checkable
class FixRule(Protocol):
    """A kind of mistake with one obvious correction; a plug-in is such an object, or a class of it.

    A rule proposes nothing where two corrections are possible. The proposals of a call are alternatives to
    nothing: each is made for the project as it is, one of them is tried, and the rule is asked again.
    """

    name: str

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterable[Fix]:
        """Return corrections for some of ``findings``, each of one mistake."""
        ...
