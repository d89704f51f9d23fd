"""Which code implements which feature, and how that is found out.

Three sources say so, and a link names those that do: ``run``, what the tests of a feature execute; ``plan``,
the words of the plan and of the code; ``mark``, a comment ``# F2`` in the code. Tests of several features
execute the same functions, so a line counts the more for a feature, the fewer others execute it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from aiflow.model.line_runs import runs_of
from aiflow.model.notebook_html import trace_facts, trace_html
from aiflow.model.trace_words import similarities
from aiflow.model.versions import Cause

Evidence = Literal["plan", "run", "mark"]
LinkStatus = Literal["linked", "missing", "unknown"]

# A line that one feature alone executes is enough for a link, and so are words and direct calls together.
# The weights are those of a logistic regression, rounded; `python -m tests.benchmarks trace` measures them.
_LINE_WEIGHT: Final = 2.0
_ENOUGH: Final = 1.9
# Without tests the words decide alone: only a function that a feature resembles most, or nearly so.
_ALIKE: Final = 0.6
_LEAST_ALIKE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Function:
    """A function or a method of the program.

    Attributes:
        text: its source, and what the plan says about it.
    """

    path: str
    name: str
    first_line: int
    last_line: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """The lines and calls of one test.

    Attributes:
        lines: by file; lines of the bodies of functions.
        calls: the functions that the test itself calls: the file and the line where each begins.
    """

    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    calls: frozenset[tuple[str, int]] = frozenset()


class TracedDefinition(BaseModel):
    """A function that implements a feature, and what says so."""

    model_config = ConfigDict(frozen=True)

    path: str
    name: str
    first_line: int
    last_line: int
    evidence: list[Evidence]


class TracedFeature(BaseModel):
    """A feature and its code.

    Attributes:
        status: ``missing`` where tests were run and no code was found, ``unknown`` where there are no tests.
        definitions: the functions, those with the most evidence first.
        lines: by file, the runs of lines to show.
        tests: the ids of its tests.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    status: LinkStatus
    definitions: list[TracedDefinition] = Field(default_factory=list)
    lines: dict[str, list[tuple[int, int]]] = Field(default_factory=dict)
    tests: list[str] = Field(default_factory=list)


class LineOrigin(BaseModel):
    """Where a run of lines of a file comes from.

    Attributes:
        version: the version in which the lines got their text.
        cause: what made that version; ``person`` where somebody edited them in it.
        request: the sentence that was asked for.
    """

    model_config = ConfigDict(frozen=True)

    first_line: int
    last_line: int
    version: int
    project_id: str
    request: str
    cause: Cause | Literal["person"]


class Trace(BaseModel):
    """The code of each feature of a version, and the origin of its lines.

    Attributes:
        ran: whether tests were run for it.
    """

    features: list[TracedFeature]
    origins: dict[str, list[LineOrigin]]
    ran: bool

    def of(self, id_: str) -> TracedFeature | None:
        """Return a feature; None where there is none with this id."""
        return next((feature for feature in self.features if feature.id == id_.upper()), None)

    def __repr__(self) -> str:
        return "\n".join(f"{one.id}  {one.text}\n    {trace_facts(one)}" for one in self.features)

    def _repr_html_(self) -> str:
        return trace_html(self.features)


@dataclass(frozen=True, slots=True)
class Evidences:
    """All that may say which code belongs to a feature.

    Attributes:
        features: the texts of the features by id.
        functions: of the program.
        executions: what was executed, by the test's id.
        tests: the features of each test, by the test's id.
        marks: the features that a comment names, by the file and the line of what it stands at.
    """

    features: Mapping[str, str]
    functions: Sequence[Function]
    executions: Mapping[str, Execution] = field(default_factory=dict)
    tests: Mapping[str, Sequence[str]] = field(default_factory=dict)
    marks: Mapping[tuple[str, int], Sequence[str]] = field(default_factory=dict)


def trace_features(known: Evidences) -> list[TracedFeature]:
    """Return for each feature the code that implements it."""
    places = _Places(known.functions)
    scores = _Scores(known, places)
    marked = {
        (id_, number)
        for (path, line), ids in known.marks.items()
        if (number := places.at(path, line)) is not None
        for id_ in ids
    }
    return [_feature(known, scores, marked, id_) for id_ in known.features]


def _feature(known: Evidences, scores: "_Scores", marked: set[tuple[str, int]], id_: str) -> TracedFeature:
    found: list[tuple[float, TracedDefinition]] = []
    lines = {path: set(there) for path, there in scores.exclusive(id_).items()}
    for number, function in enumerate(known.functions):
        evidence: list[Evidence] = []
        if scores.is_planned(id_, number):
            evidence.append("plan")
        if scores.is_run(id_, number):
            evidence.append("run")
        if (id_, number) in marked:
            evidence.append("mark")
        # Words alone are a guess; where tests of the feature execute other code, that is known better.
        if not evidence or (evidence == ["plan"] and id_ in scores.executed):
            continue
        own = range(function.first_line, function.last_line + 1)
        if not lines.setdefault(function.path, set()).intersection(own):
            lines[function.path].update(own)
        definition = TracedDefinition(
            path=function.path,
            name=function.name,
            first_line=function.first_line,
            last_line=function.last_line,
            evidence=evidence,
        )
        found.append((scores.of(id_, number), definition))
    found.sort(key=lambda item: (-len(item[1].evidence), -item[0]))
    shown = {path: runs_of(numbers) for path, numbers in sorted(lines.items()) if numbers}
    status: LinkStatus = "linked" if found or shown else "missing" if scores.executed else "unknown"
    return TracedFeature(
        id=id_,
        text=known.features[id_],
        status=status,
        definitions=[definition for _, definition in found],
        lines=shown,
        tests=[test for test, ids in known.tests.items() if id_ in ids],
    )


class _Places:
    """Finds the function in which a line stands."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self._at: dict[tuple[str, int], int] = {}
        # Functions never overlap: one inside another belongs to that one.
        for number, function in enumerate(functions):
            for line in range(function.first_line, function.last_line + 1):
                self._at[function.path, line] = number

    def at(self, path: str, line: int) -> int | None:
        """Return the number of the function; None where there is none."""
        return self._at.get((path, line))


class _Scores:
    """How strongly each function belongs to each feature."""

    def __init__(self, known: Evidences, places: _Places) -> None:
        self._features = list(known.features)
        self._words = similarities(
            known.features, {number: function.text for number, function in enumerate(known.functions)}
        )
        self._best_word: dict[int, float] = defaultdict(float)
        self._best_function: dict[str, float] = defaultdict(float)
        for (id_, number), score in self._words.items():
            self._best_word[number] = max(self._best_word[number], score)
            self._best_function[id_] = max(self._best_function[id_], score)
        self._line_votes: dict[tuple[str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._call_votes: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._run: dict[tuple[str, int], float] = defaultdict(float)
        self.executed: set[str] = set()
        self._vote(known, places)
        for (path, line), votes in self._line_votes.items():
            if (at := places.at(path, line)) is not None:
                whole = sum(votes.values())
                for id_, vote in votes.items():
                    self._run[id_, at] = max(self._run[id_, at], vote / whole)
        self._calls = _shares(self._call_votes)
        # Code that a feature's tests execute belongs to it, even where others execute all of it as well.
        self._best: dict[str, tuple[float, int]] = {}
        for id_, number in self._run:
            self._best[id_] = max(self._best.get(id_, (0.0, -1)), (self.of(id_, number), number))

    def _vote(self, known: Evidences, places: _Places) -> None:
        """Let each test vote for the lines that it executes: the fewer these are, the more each of them."""
        for id_ in known.features:
            found = [
                known.executions[test]
                for test, ids in known.tests.items()
                if id_ in ids and test in known.executions
            ]
            found = [execution for execution in found if execution.lines]
            # A scenario executes the whole program, which tells little where test functions tell more.
            voting = [execution for execution in found if execution.calls] or found
            if voting:
                self.executed.add(id_)
            for execution in voting:
                size = sum(map(len, execution.lines.values()))
                for path, lines in execution.lines.items():
                    for line in lines:
                        self._line_votes[path, line][id_] += 1 / size / len(voting)
                called = {number for place in execution.calls if (number := places.at(*place)) is not None}
                for number in called:
                    self._call_votes[number][id_] += 1 / len(voting)

    def exclusive(self, id_: str) -> Mapping[str, Iterable[int]]:
        """Return by file the lines that the feature's tests execute and those of no other."""
        found: dict[str, list[int]] = defaultdict(list)
        for (path, line), votes in self._line_votes.items():
            if [*votes] == [id_]:
                found[path].append(line)
        return found

    def of(self, id_: str, number: int) -> float:
        """Return the score of a function that is linked, or 0."""
        words = self._words.get((id_, number), 0.0)
        best = self._best_word[number]
        return (
            _LINE_WEIGHT * self._run.get((id_, number), 0.0)
            + (words / best if best else 0.0)
            + self._calls.get((id_, number), 0.0)
        )

    def is_run(self, id_: str, number: int) -> bool:
        """Return whether what the tests execute links a function to the feature."""
        if (id_, number) not in self._run:
            return False
        return self.of(id_, number) >= _ENOUGH or self._best[id_][1] == number

    def is_planned(self, id_: str, number: int) -> bool:
        """Return whether the words link a function to the feature."""
        words = self._words.get((id_, number), 0.0)
        return (
            words >= _LEAST_ALIKE
            and words >= self._best_word[number]
            and words >= _ALIKE * self._best_function[id_]
        )


def _shares(votes: Mapping[int, Mapping[str, float]]) -> dict[tuple[str, int], float]:
    """Return the share of each feature in the calls of a function, relative to the feature's largest."""
    shares = {
        (id_, number): vote / sum(by_feature.values())
        for number, by_feature in votes.items()
        for id_, vote in by_feature.items()
    }
    best: dict[str, float] = defaultdict(float)
    for (id_, _), share in shares.items():
        best[id_] = max(best[id_], share)
    return {(id_, number): share / best[id_] for (id_, number), share in shares.items()}
