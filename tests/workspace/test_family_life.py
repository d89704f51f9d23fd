"""Families in any order: no byte of a person's becomes unreachable but by deleting it, and no rule breaks.

``AIFLOW_FAMILY_STEPS`` sets how many steps there are at least: a few by default, 10,000 for the long form.
"""

import contextlib
import os
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aiflow.exceptions import AIFlowError
from aiflow.storage.families import prune
from aiflow.storage.originals import undo_tokens
from tests.workspace.family_life import Families, killed_during

STEPS = int(os.environ.get("AIFLOW_FAMILY_STEPS", "40"))
STEPS_OF_A_RUN = 20
PLACES = st.integers(min_value=0, max_value=9)
PATHS = st.sampled_from(["main.py", "notizen.txt", "daten/a.csv"])
TEXTS = st.sampled_from([b"print(1)\n", b"a\nb\nc\n", b"a\nX\nc\n", b"\x00\xff", b""])
OUTCOMES = st.sampled_from(["complete", "complete", "fail", "cancel"])
SOME = precondition(lambda self: bool(self.all.expected))


class FamilyLife(RuleBasedStateMachine):
    """Some families and all that may happen to them."""

    @initialize()
    def begin(self) -> None:
        self.all = Families()
        self.all.generate()
        self.all.learn()

    def version(self, place: int) -> UUID:
        """One of the versions, the same one for the same place."""
        known = list(self.all.expected)
        return known[place % len(known)]

    def has_folder(self, version: UUID) -> bool:
        """A run that was ended before its first result has none: then there is nothing to edit."""
        return self.all.store.find(version).is_there()

    def has_children(self, version: UUID) -> bool:
        return any(parent == version for _, _, parent in self.all.origins.values())

    def allow(self, step: Callable[[], object], changed: set[UUID]) -> None:
        """Do a step that may change the versions ``changed`` and make new ones, and nothing else."""
        before = dict(self.all.expected)
        with contextlib.suppress(AIFlowError):
            step()
        self.all.learn()
        kept = {one: files for one, files in before.items() if one not in changed}
        assert {one: self.all.expected.get(one) for one in kept} == kept, "another version changed"

    @rule()
    def generate(self) -> None:
        self.allow(self.all.generate, set())

    @rule(text=TEXTS)
    def bring_in(self, text: bytes) -> None:
        self.allow(lambda: self.all.bring_in(text), set())

    @SOME
    @rule(place=PLACES, outcome=OUTCOMES)
    def change(self, place: int, outcome: str) -> None:
        version, before = self.version(place), set(self.all.expected)
        self.allow(lambda: self.all.change(version, outcome), set())
        for made in set(self.all.expected) - before:
            assert self.all.origins[made][2] == version
            if outcome == "complete":
                # Only what the answer names differs: the program and the results of the phases.
                for path in set(self.all.expected[version]) - {"main.py", "spec.md", "plan.md"}:
                    assert self.all.expected[made].get(path) == self.all.expected[version][path]

    @SOME
    @rule(place=PLACES, path=PATHS, text=TEXTS)
    def save(self, place: int, path: str, text: bytes) -> None:
        version, before = self.version(place), set(self.all.expected)
        keeps = self.has_children(version)
        wanted = {**self.all.expected[version], **({path: text} if self.has_folder(version) else {})}
        self.allow(lambda: self.all.put(version, path, text), set() if keeps else {version})
        made = (set(self.all.expected) - before) or {version}
        assert [self.all.expected[one] for one in made] == [wanted]

    @SOME
    @rule(place=PLACES, path=PATHS)
    def remove(self, place: int, path: str) -> None:
        version, before = self.version(place), set(self.all.expected)
        keeps, there = self.has_children(version), path in self.all.expected[version]
        self.allow(lambda: self.all.files.delete(version, path), set() if keeps else {version})
        made = (set(self.all.expected) - before) or {version}
        assert len(made) == 1
        assert not there or path not in self.all.expected[made.pop()]

    @SOME
    @rule(place=PLACES, path=PATHS, text=TEXTS)
    def edit_outside(self, place: int, path: str, text: bytes) -> None:
        root = self.all.store.find(self.version(place)).root
        target = root / path
        if root.is_dir():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(text)
        self.all.learn()

    @SOME
    @rule(place=PLACES, other=PLACES, path=PATHS)
    def apply_file(self, place: int, other: int, path: str) -> None:
        version, source = self.version(place), self.version(other)
        body = {"from_project": str(source), "path": path}
        self.keeping(version, lambda: self.all.applying.apply(version, body))

    @SOME
    @rule(place=PLACES, other=PLACES)
    def apply_hunk(self, place: int, other: int) -> None:
        version, source = self.version(place), self.version(other)
        if (found := self.all.first_hunk(version, source)) is not None:
            body = {"from_project": str(source), "path": found[0], "hunk": found[1]}
            self.keeping(version, lambda: self.all.applying.apply(version, body))

    @SOME
    @rule(place=PLACES)
    def restore(self, place: int) -> None:
        version = self.version(place)
        self.keeping(version, lambda: self.all.applying.restore(version))

    @SOME
    @rule(place=PLACES)
    def undo(self, place: int) -> None:
        version = self.version(place)
        tokens = undo_tokens(self.all.store.record(version))
        if tokens:
            changed = set() if self.has_children(version) else {version}
            self.allow(lambda: self.all.applying.undo(version, tokens[0]), changed)

    def keeping(self, version: UUID, step: Callable[[], object]) -> None:
        """Do a step after which what it replaced can still be had."""
        before = self.all.expected[version]
        self.allow(step, set() if self.has_children(version) else {version})
        self.check_reachable(version, before)

    def check_reachable(self, version: UUID, before: dict[str, bytes]) -> None:
        for path, data in before.items():
            assert data in set(self.all.reachable(version, path)), f"{path} is lost"

    @SOME
    @rule(place=PLACES, label=st.sampled_from([None, "behalten"]))
    def copy(self, place: int, label: str | None) -> None:
        version, before = self.version(place), set(self.all.expected)
        self.allow(lambda: self.all.versions.copy(version, label), set())
        for made in set(self.all.expected) - before:
            assert self.all.expected[made] == self.all.expected[version]
            assert self.all.labels.get(made) == label

    @SOME
    @rule(place=PLACES, label=st.sampled_from(["", "behalten"]))
    def label(self, place: int, label: str) -> None:
        version = self.version(place)
        self.allow(lambda: self.all.projects.rename(version, label=label), set())
        assert self.all.labels.get(version, "") == label

    @SOME
    @rule(place=PLACES)
    def delete(self, place: int) -> None:
        version = self.version(place)
        self.allow(lambda: self.all.store.delete(version), {version})
        assert version not in self.all.expected

    @SOME
    @rule(place=PLACES, limit=st.integers(min_value=2, max_value=4))
    def prune(self, place: int, limit: int) -> None:
        newest = self.all.store.record(self.version(place)).load()
        labels, origins = set(self.all.labels), dict(self.all.origins)
        limits = self.all.store.limits
        self.all.store.limits = limits.model_copy(update={"max_versions": limit})
        try:
            removed = {one.project_id for one in prune(self.all.store, newest)[0]}
        finally:
            self.all.store.limits = limits
        # One whose children went before it has none any more.
        parents = {parent for one, (_, _, parent) in origins.items() if one not in removed}
        assert not removed & (labels | parents | {newest.project_id})
        self.allow(lambda: None, removed)

    @precondition(lambda self: hasattr(os, "fork") and bool(self.all.expected))
    @rule(place=PLACES, other=PLACES, text=TEXTS, calls=st.integers(0, 60), data=st.data())
    def kill(self, place: int, other: int, text: bytes, calls: int, data: st.DataObject) -> None:
        version, source = self.version(place), str(self.version(other))
        steps: dict[str, Callable[[], object]] = {
            "save": lambda: self.all.put(version, "main.py", text),
            "copy": lambda: self.all.versions.copy(version, "behalten"),
            "change": lambda: self.all.change(version, "complete"),
            "apply": lambda: self.all.applying.apply(version, {"from_project": source, "path": "main.py"}),
            "restore": lambda: self.all.applying.restore(version),
            "delete": lambda: self.all.store.delete(version),
        }
        name = data.draw(st.sampled_from(sorted(steps)))
        before = self.all.expected[version]
        killed_during(steps[name], calls)
        self.all.open()
        self.allow(lambda: None, {version} if name == "delete" or not self.has_children(version) else set())
        if name == "save" and version in self.all.expected:
            now = self.all.expected[version].get("main.py")
            assert now in {before.get("main.py"), text}, "a file is the old one or the new one"
        elif name != "delete":
            self.check_reachable(version, before)

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "all"):
            self.all.check()

    def teardown(self) -> None:
        if hasattr(self, "all"):
            self.all.close()


FamilyLife.TestCase.settings = settings(
    max_examples=max(1, STEPS // STEPS_OF_A_RUN),
    stateful_step_count=STEPS_OF_A_RUN,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
class TestFamilyLife(FamilyLife.TestCase):  # type: ignore[name-defined,misc]  # Hypothesis makes it
    """Run by pytest."""
