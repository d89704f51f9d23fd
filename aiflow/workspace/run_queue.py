"""The queue of runs: how many work at once, and in which order the others start."""

from collections import Counter, deque
from collections.abc import Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from aiflow.config import ServerConfig
from aiflow.pipeline.flow import Flow
from aiflow.workspace.errors import BusyError


class QueuedRun:
    """A run that works or waits to.

    Args:
        flow: the run.
        user: the person whose limits it counts against.
        ticket: its place in the order of arrival.
    """

    def __init__(self, flow: Flow, user: str, ticket: int) -> None:
        self.flow = flow
        self.user = user
        self.ticket = ticket
        self.position = 0


class RunQueue:
    """The runs at work and those that wait. Used in one event loop only.

    Args:
        limits: how many may work and wait.
    """

    def __init__(self, limits: ServerConfig) -> None:
        self.running: dict[UUID, QueuedRun] = {}
        self.waiting: deque[QueuedRun] = deque()
        self._limits = limits
        self._tickets = 0

    def check_limit(self, user: str) -> None:
        """Check that the person may add a run.

        Raises:
            BusyError: if too many of that person's runs wait already.
        """
        waiting = sum(entry.user == user for entry in self.waiting)
        # Only runs that wait count: one person must not fill the queue, and running ones have their own
        # limit.
        if waiting >= self._limits.max_waiting_per_user:
            raise BusyError(f"你已经有 {waiting} 个项目在排队了，请等它们完成，再开始新的。")

    def add(self, flow: Flow, user: str) -> None:
        """Add a run; it waits until ``admit`` returns it."""
        self._tickets += 1
        self.waiting.append(QueuedRun(flow, user, self._tickets))

    def find_waiting(self, project_id: UUID) -> QueuedRun | None:
        """Return the run if it waits."""
        return next((entry for entry in self.waiting if entry.flow.project_id == project_id), None)

    def __contains__(self, project_id: UUID) -> bool:
        return project_id in self.running or self.find_waiting(project_id) is not None

    def withdraw(self, entry: QueuedRun) -> None:
        """Remove a run that waits."""
        self.waiting.remove(entry)

    def admit(self) -> list[QueuedRun]:
        """Move every run that may start now to ``running``; return them."""
        admitted = []
        # The order is computed anew after each start, because a start changes who has the fewest runs.
        while entry := next((one for one in self._ordered() if self._may_start(one.user)), None):
            self.withdraw(entry)
            self.running[entry.flow.project_id] = entry
            admitted.append(entry)
        return admitted

    def announce(self) -> None:
        """Write into the journal of each run that waits how many are before it, where that has changed.

        Raises:
            StorageError: if the disk refuses.
        """
        for position, entry in enumerate(self._ordered(), start=1):
            # Each announcement is a write to the disk, so an unchanged position is not written again.
            if position != entry.position:
                entry.position = position
                entry.flow.control.queue(position)

    def _may_start(self, user: str) -> bool:
        mine = sum(entry.user == user for entry in self.running.values())
        return len(self.running) < self._limits.max_runs and mine < self._limits.max_runs_per_user

    def _ordered(self) -> list[QueuedRun]:
        return fair_order(self.waiting, Counter(entry.user for entry in self.running.values()))


class Ticket(Protocol):
    """An entry of a fair order."""

    user: str
    ticket: int


TicketT = TypeVar("TicketT", bound=Ticket)


def fair_order(waiting: Iterable[TicketT], running: Counter[str]) -> list[TicketT]:
    """Return the entries in the order in which they start.

    The person with the fewest runs comes first, among equals the lowest ticket.

    Args:
        waiting: the entries, in any order.
        running: the number of runs at work, by person.
    """
    counts = Counter(running)
    queues: dict[str, deque[TicketT]] = {}
    for entry in sorted(waiting, key=lambda one: one.ticket):
        queues.setdefault(entry.user, deque()).append(entry)
    order: list[TicketT] = []
    while queues:
        user = min(queues, key=lambda one: (counts[one], queues[one][0].ticket))
        order.append(queues[user].popleft())
        # A waiting run counts as if it had started, so that people alternate instead of one going first with
        # all.
        counts[user] += 1
        if not queues[user]:
            del queues[user]
    return order
