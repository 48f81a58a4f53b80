"""Which workspaces have taken our token away: their work waits, everybody else's goes on.

A process learns it from the first refused call, and by the first answered one that it is over. Nothing is
lost in between: a waiting step is a row.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.availability import Availability
from bot.domain.jobs.task import TaskKind
from bot.ports import Transaction

GONE = "the workspace has taken our token away"
"""What a task that waits for its workspace has as its error."""

TRIAL_SECONDS = 10.0
"""When a workspace may be tried again one step goes first; the others wait so long for what it finds."""

SPEAKING = frozenset(
    {
        TaskKind.PREPARE,
        TaskKind.ANNOUNCE,
        TaskKind.SUBMIT,  # nothing is bought for people who cannot be given it
        TaskKind.DELIVER,
        TaskKind.UPDATE_STATUS,
        TaskKind.NOTIFY_ASKER,
        TaskKind.ALERT,
        TaskKind.APPROVAL_REQUEST,
        TaskKind.EXPORT,
    }
)
"""Steps that make no sense without the workspace. What the provider has is asked about all the same."""


class Connections:
    """The state of each workspace's token, by team id. ``now`` is monotonic seconds; ``wake`` is called when
    one has come back."""

    def __init__(self, *, wake: Callable[[], None], now: Callable[[], float]) -> None:
        self._wake = wake
        self._now = now
        self._tokens: dict[str, Availability] = {}
        self._rests: dict[str, float] = {}
        self._returned: set[str] = set()

    def gone(self, team_id: str, *, reason: str, after: float) -> None:
        """A call was refused for want of a token: try again in ``after`` seconds."""
        token = Availability(gone="workspace_disconnected", back="workspace_connected")
        self._tokens.setdefault(team_id, token).failed(team=team_id, reason=reason)
        self._rests[team_id] = self._now() + after

    def works(self, team_id: str) -> None:
        """A call was answered. If the workspace was disconnected, what waits for it is due now."""
        if self._rests.pop(team_id, None) is not None:
            self._tokens.pop(team_id).worked(team=team_id)
            self.welcome(team_id)

    def welcome(self, team_id: str) -> None:
        """What waits for this workspace is due now, also what another process has left waiting."""
        self._returned.add(team_id)
        self._wake()

    def wait(self, kind: TaskKind, team_id: str) -> float:
        """Seconds that a step has to wait for its workspace; 0: go. After a rest one goes first."""
        until = self._rests.get(team_id)
        if until is None or kind not in SPEAKING:
            return 0.0
        now = self._now()
        if until > now:
            return until - now
        self._rests[team_id] = now + TRIAL_SECONDS
        return 0.0

    @property
    def has_returned(self) -> bool:
        return bool(self._returned)

    def hurry(self, tx: Transaction) -> None:
        """A unit of work: makes due what waits for those that came back."""
        for team_id in sorted(self._returned):
            tx.tasks.hurry(team_id, GONE)

    def hurried(self) -> None:
        """That unit was committed."""
        self._returned.clear()

    async def ready(self) -> str | None:
        """None while every token works, else whose does not: a probe for ``/readyz``."""
        if not self._rests:
            return None
        return f"Slack no longer takes the token of {', '.join(sorted(self._rests))}"
