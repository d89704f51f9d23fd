"""Corrects what a rule can correct: a fix stays only where the gates find less than before.

Some mistakes hide others: a file with two kinds of wrong characters has a syntax error until both are gone.
A fix that leaves as many findings as there were is therefore kept for the moment, and undone with those
after it unless one of them reduces the findings.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from aiflow.config import FixesConfig, GatesConfig
from aiflow.gates.registry import broken, gates_for, run_gates
from aiflow.languages.fixing import Fix, FixRule
from aiflow.languages.registry import all_languages
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding, at
from aiflow.model.line_diff import hunks
from aiflow.util.entry_points import entry_points

ENTRY_POINT_GROUP = "aiflow.fixes"
RULE_PREFIX = "fix_"
# Each attempt checks the whole project; a program with more mistakes than this is the model's to repair.
MAX_ATTEMPTS: Final = 60
BUDGET_S: Final = 5.0
_UNREADABLE: Final = frozenset({"syntax", "encoding"})

Score = tuple[int, int, int, int]
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The result of fixing a project.

    Attributes:
        files: the corrected files, as bytes.
        fixes: one finding for each fix that stays, with the rule ``fix_<name>`` and its diff.
        findings: of the project as it is now.
        reverted: the names of the rules whose fixes were undone, one for each fix.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    fixes: list[Finding] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    reverted: list[str] = field(default_factory=list)


def fix_rules(config: FixesConfig, gates: GatesConfig) -> list[FixRule]:
    """Return the rules that the configuration turns on: of each language, plug-ins."""
    if not config.enabled:
        return []
    found = [rule for language in all_languages() for rule in language.fixes(config, gates)]
    return found + (_plugins() if config.plugins else [])


def _plugins() -> list[FixRule]:
    found: list[FixRule] = []
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name):
        try:
            loaded = entry.load()
            rule = loaded() if isinstance(loaded, type) else loaded
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything; it becomes a finding
            rule = _BrokenPlugin(entry.name, error)
        found.append(rule)
    return found


class _BrokenPlugin:
    """Stands in for a plug-in that could not be loaded; proposing fails with its error."""

    def __init__(self, name: str, error: Exception) -> None:
        self.name = name
        self._error = error

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterable[Fix]:  # noqa: ARG002
        raise self._error


def fix_project(
    sources: Sources,
    gates: GatesConfig,
    config: FixesConfig,
    *,
    only: frozenset[str] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Fixed:
    """Check a project and correct what its rules can correct.

    Args:
        sources: its files.
        gates: which gates are on.
        config: which rules are on.
        only: files that may be corrected for a finding of any severity, all others only for an error; None
            for every file.
        clock: seconds, for the time limit.
    """
    session = _Session(sources, gates, fix_rules(config, gates), only)
    deadline = clock() + BUDGET_S
    for _ in range(MAX_ATTEMPTS):
        if not session.state.findings or clock() >= deadline or not session.step():
            break
    session.roll_back()
    return session.result()


@dataclass(frozen=True, slots=True)
class _Done:
    """A fix that was made; its line is that of the file as it is now."""

    fix: Fix
    line: int | None
    diff: str

    @property
    def finding(self) -> Finding:
        fix = self.fix
        message = at(fix.path, self.line) + fix.message
        return Finding(fix.path, self.line, RULE_PREFIX + fix.rule, message, "info", self.diff)


@dataclass(frozen=True, slots=True)
class _State:
    sources: Sources
    findings: list[Finding]
    score: Score
    fixes: tuple[_Done, ...] = ()


class _Session:
    """The fixes of one project: those that stay, and those that are kept for the moment."""

    def __init__(
        self, sources: Sources, gates: GatesConfig, rules: list[FixRule], only: frozenset[str] | None
    ) -> None:
        self._gates = gates_for(gates)
        self._rules = rules
        self._only = only
        self._original = sources
        self._tried: set[_Key] = set()
        self._failed: list[Finding] = []
        self._reverted: list[str] = []
        findings = run_gates(sources, self._gates)
        self.state = self._base = _State(sources, findings, _score(findings))

    def step(self) -> bool:
        """Try one more fix; return whether there was one."""
        fix = next((fix for fix in self._proposals(self.state) if _key(fix) not in self._tried), None)
        if fix is None:
            return self.roll_back()
        self._tried.add(_key(fix))
        state = self._apply(self.state, fix)
        if state.score < self._base.score:
            self.state = self._base = self._without_idle(state)
        elif state.score == self.state.score:
            self.state = state
        else:
            self._reverted.append(fix.rule)
        return True

    def roll_back(self) -> bool:
        """Undo the fixes that were kept for the moment; return whether there were any."""
        idle = self.state.fixes[len(self._base.fixes) :]
        self._reverted += [done.fix.rule for done in idle]
        self.state = self._base
        return bool(idle)

    def result(self) -> Fixed:
        """Return the fixes that stay."""
        sources = self._base.sources
        changed = [path for path in sources.paths if sources.read(path) != self._original.read(path)]
        return Fixed(
            {path: sources.read(path) for path in changed},
            [done.finding for done in self._base.fixes],
            [*self._base.findings, *self._failed],
            self._reverted,
        )

    def _without_idle(self, state: _State) -> _State:
        """Return ``state`` without those of its new fixes that change nothing about its findings."""
        done = len(self._base.fixes)
        for key in [_key(kept.fix) for kept in state.fixes[done:-1]]:
            wanted = [_key(kept.fix) for kept in state.fixes[done:] if _key(kept.fix) != key]
            shorter = self._replay(wanted)
            if shorter is not None and shorter.score <= state.score:
                self._reverted.append(key[0])
                state = shorter
        return state

    def _replay(self, keys: list[_Key]) -> _State | None:
        state = self._base
        for key in keys:
            fix = next((fix for fix in self._proposals(state) if _key(fix) == key), None)
            if fix is None:
                return None
            state = self._apply(state, fix)
        return state

    def _proposals(self, state: _State) -> Iterator[Fix]:
        only = self._only
        findings = [
            found
            for found in state.findings
            if only is None or found.severity == "error" or found.path in only
        ]
        for rule in list(self._rules):
            try:
                yield from rule.propose(state.sources, findings)
            except Exception as error:  # noqa: BLE001 - a plug-in may raise anything; the others go on
                self._rules.remove(rule)
                self._failed.append(broken(RULE_PREFIX + getattr(rule, "name", type(rule).__name__), error))

    def _apply(self, state: _State, fix: Fix) -> _State:
        old = state.sources.file(fix.path)
        mark = b"\xef\xbb\xbf" if old.data.startswith(b"\xef\xbb\xbf") else b""
        data = mark + fix.text.encode("utf-8", "surrogatepass")
        sources = _with_file(state.sources, fix.path, data)
        findings = run_gates(sources, self._gates)
        text = old.text or ""
        moved = fix.text.count("\n") - text.count("\n")
        earlier = tuple(_moved(done, fix, moved) for done in state.fixes)
        done = _Done(fix, fix.line, unified_diff(fix.path, text, fix.text))
        return _State(sources, findings, _score(findings), (*earlier, done))


def _moved(done: _Done, fix: Fix, lines: int) -> _Done:
    """Return an earlier fix with its line after a later one has added or removed lines above it."""
    if done.fix.path != fix.path or done.line is None or (fix.line or 1) > done.line:
        return done
    return replace(done, line=max(1, done.line + lines))


def _with_file(sources: Sources, path: str, data: bytes) -> Sources:
    def read(wanted: str) -> bytes:
        return data if wanted == path else sources.read(wanted)

    return replace(sources, read=read)  # with the same `files`: what gates made of the others is kept


def _key(fix: Fix) -> _Key:
    return fix.rule, fix.path, fix.message


def _score(findings: list[Finding]) -> Score:
    """Return how much is wrong; a file that cannot be read outweighs all that it hides."""
    errors = [found for found in findings if found.severity == "error"]
    unreadable = {found.path for found in errors if found.rule in _UNREADABLE}
    count = Counter(found.severity for found in findings)
    return len(unreadable), len(errors), count["warning"], count["info"]


def unified_diff(path: str, old: str, new: str) -> str:
    """Return the difference of two texts of a file in the unified format."""
    lines = [f"--- a/{path}", f"+++ b/{path}"]
    for hunk in hunks(old, new):
        lines.append(f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@")
        lines += hunk.lines
    return "\n".join(lines) + "\n"
