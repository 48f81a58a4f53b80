"""Which workspaces have revoked the bot's token: their work waits, and that of all others goes on.

A process learns of it from the first call that is refused, and of its end from the first that is answered.
Nothing is lost in between: a waiting step is a row in the database.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.availability import Availability
from bot.domain.jobs.task import TaskKind
from bot.ports import Transaction

GONE = "the workspace has taken our token away"
"""The error of a task that waits for its workspace; ``hurry`` finds those tasks by it."""

TRIAL_SECONDS = 10.0
"""When a workspace may be tried again one step goes first; the others wait so many seconds for its result."""

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
        TaskKind.WELCOME,
    }
)
"""Steps that need the workspace's token, or are useless without it. Polling the provider still goes on."""


class Connections:
    """What this process knows of each workspace's token, by team id. ``now`` returns monotonic seconds;
    ``wake`` is called when a workspace has come back."""

    def __init__(self, *, wake: Callable[[], None], now: Callable[[], float]) -> None:
        self._wake = wake
        self._now = now
        self._tokens: dict[str, Availability] = {}
        self._rests: dict[str, float] = {}
        self._returned: set[str] = set()

    def gone(self, team_id: str, *, reason: str, after: float) -> None:
        """Record that a call to the workspace was refused for its token: its steps wait ``after`` seconds."""
        token = Availability(gone="workspace_disconnected", back="workspace_connected")
        self._tokens.setdefault(team_id, token).failed(team=team_id, reason=reason)
        self._rests[team_id] = self._now() + after

    def works(self, team_id: str) -> None:
        """Record that a call was answered. If the workspace was disconnected, call ``returned``."""
        if self._rests.pop(team_id, None) is not None:
            self._tokens.pop(team_id).worked(team=team_id)
            self.returned(team_id)

    def returned(self, team_id: str) -> None:
        """Have the tasks that wait for this workspace made due, also those that another process put back. The
        worker does it by ``hurry``."""
        self._returned.add(team_id)
        self._wake()

    def wait(self, kind: TaskKind, team_id: str) -> float:
        """Seconds that a step has to wait for its workspace; 0: it may run. When the wait of a workspace is
        over, only one caller gets 0, and the others wait TRIAL_SECONDS for what becomes of it."""
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
        """Whether ``hurry`` has anything to do."""
        return bool(self._returned)

    def hurry(self, tx: Transaction) -> None:
        """A unit of work: make due the tasks that wait for workspaces that came back. Safe to repeat. Call
        ``resumed`` once it was committed."""
        for team_id in sorted(self._returned):
            tx.tasks.hurry(team_id, GONE)

    def resumed(self) -> None:
        """Record that the unit of ``hurry`` was committed."""
        self._returned.clear()

    async def ready(self) -> str | None:
        """None while every token works, else a sentence that names the workspaces whose token does not. A
        probe for ``/readyz``."""
        if not self._rests:
            return None
        return f"Slack no longer takes the token of {', '.join(sorted(self._rests))}"
