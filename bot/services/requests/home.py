"""The overview for one person: their accounts, the month's spending by day, latest jobs, and open
requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Role
from bot.domain.budget.periods import Window
from bot.domain.budget.scope import Scope, ScopeKind
from bot.domain.budget.spending import Spending, spending_by_day
from bot.domain.jobs.job import Job
from bot.domain.place import Place
from bot.domain.requests.pending_request import PendingRequest, PendingState
from bot.ports import JobView, Store, Transaction
from bot.ports.people import People
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.job_view import view_of

MOST_CHANNELS = 3
MOST_JOBS = 5
_LOOKED_AT = 50
"""How many of a person's newest jobs are read to find the channels in which they ask."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is shown to ``user_id``.

    ``rows`` are the accounts of the person, their channels and the workspace, in this order; ``charts`` the
    person's month and, for a budget admin (``rules``), the workspace's. ``waiting`` has the approval requests
    that can be decided, oldest first, and is empty for others than admins. ``may_own`` says that the admin
    may decide about their own asks, as there is no other. ``zone`` is the workspace's IANA time zone.
    """

    user_id: str
    now: datetime
    zone: str
    rows: tuple[ScopePeriod, ...]
    charts: tuple[Spending, ...]
    jobs: tuple[JobView, ...]
    rules: bool = False
    may_own: bool = False
    waiting: tuple[PendingRequest, ...] = ()


class Home:
    """Reads the overview. ``self_approval`` is the setting of the same name in ``Approvals``."""

    def __init__(
        self,
        *,
        store: Store,
        accounts: Accounts,
        people: People,
        admins: Admins,
        self_approval: bool = False,
    ) -> None:
        self._self_approval = self_approval
        self._store = store
        self._accounts = accounts
        self._people = people
        self._admins = admins

    async def __call__(self, team_id: str, user_id: str) -> Overview:
        """Read the overview. Changes nothing, except that it opens periods that are not open yet."""
        rules = await self._admins.is_admin(team_id, user_id, fresh=False)
        role = await self._people.role(team_id, user_id) or Role.MEMBER
        may_own = rules and self._self_approval and await self._admins.is_sole(team_id, user_id)

        def unit(tx: Transaction) -> Overview:
            jobs = tx.jobs.newest(limit=_LOOKED_AT, team_id=team_id, user_id=user_id)
            rows = self._rows(tx, team_id, user_id, jobs, role)
            zone = tx.limits.team(team_id).tz
            waiting = tx.pending_requests.in_state(team_id, PendingState.ASKED) if rules else []
            charted = {ScopeKind.USER, ScopeKind.WORKSPACE} if rules else {ScopeKind.USER}
            return Overview(
                user_id=user_id,
                now=tx.now,
                zone=zone,
                rows=rows,
                charts=tuple(
                    spending_by_day(row, tx.ledger.spending(row.scope, row.period_key), tx.now)
                    for row in rows
                    if row.scope.kind in charted and row.window is Window.MONTH
                ),
                jobs=tuple(view_of(tx, job) for job in jobs[:MOST_JOBS]),
                rules=rules,
                may_own=may_own,
                waiting=tuple(pending for pending in waiting if pending.expires_at > tx.now),
            )

        return await self._store.write(unit)

    def _rows(
        self, tx: Transaction, team_id: str, user_id: str, jobs: list[Job], role: Role
    ) -> tuple[ScopePeriod, ...]:
        """The accounts of the person, of the channels where they asked last, and of the workspace."""
        channels = list(dict.fromkeys(job.place.channel_id for job in jobs))[:MOST_CHANNELS]
        if not channels:
            team = tx.limits.team(team_id)
            scopes = (Scope(ScopeKind.USER, team_id, user_id), Scope(ScopeKind.WORKSPACE, team_id))
            return tuple(self._accounts.periods.open(tx, team, scope, role) for scope in scopes)
        found = {
            (row.scope, row.period_key): row
            for channel in channels
            for row in self._accounts.standings(tx, Place(team_id, channel), user_id, role)
        }
        order = (ScopeKind.USER, ScopeKind.CHANNEL, ScopeKind.WORKSPACE)
        return tuple(
            sorted(found.values(), key=lambda row: (order.index(row.scope.kind), row.scope, row.start))
        )
