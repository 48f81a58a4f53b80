"""What one person sees of money at a glance: meters, their days, their latest jobs, what waits for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.budget import Scope, ScopePeriod
from bot.domain.draft import Draft, DraftState
from bot.domain.job import Job, Place
from bot.domain.limits import Role
from bot.domain.money import Money
from bot.domain.periods import zone_of
from bot.ports import JobView, Store, Transaction
from bot.ports.people import People
from bot.services.admins import Admins
from bot.services.budgets import Budgets
from bot.services.views import view_of

DAYS = 7
_CHANNELS = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """``days`` are the last week's, oldest first, as (label, what this person's jobs cost)."""

    rows: tuple[ScopePeriod, ...]
    days: tuple[tuple[str, Money], ...]
    jobs: tuple[JobView, ...]
    waiting: tuple[Draft, ...]


class Home:
    def __init__(self, *, store: Store, budgets: Budgets, people: People, admins: Admins) -> None:
        self._store = store
        self._budgets = budgets
        self._people = people
        self._admins = admins

    async def __call__(self, team_id: str, user_id: str) -> Overview:
        role = await self._people.role(team_id, user_id) or Role.MEMBER
        rules = await self._admins.is_admin(team_id, user_id)

        def unit(tx: Transaction) -> Overview:
            jobs = tx.jobs.newest(limit=200, team_id=team_id, user_id=user_id)
            waiting = tx.drafts.in_state(team_id, DraftState.ASKED) if rules else []
            return Overview(
                rows=self._rows(tx, team_id, user_id, jobs, role),
                days=_days(tx, team_id, jobs),
                jobs=tuple(view_of(tx, job) for job in jobs[:5]),
                waiting=tuple(draft for draft in waiting if draft.expires_at > tx.now),
            )

        return await self._store.write(unit)

    def _rows(
        self, tx: Transaction, team_id: str, user_id: str, jobs: list[Job], role: Role
    ) -> tuple[ScopePeriod, ...]:
        """Of the person, the workspace, and the channels where they asked last."""
        channels = list(dict.fromkeys(job.place.channel_id for job in jobs))[:_CHANNELS]
        if not channels:
            team = tx.limits.team(team_id)
            scopes = (Scope("user", f"{team_id}/{user_id}"), Scope("workspace", team_id))
            return tuple(self._budgets.windows.open(tx, team, scope, role) for scope in scopes)
        found = {
            (row.scope, row.period_key): row
            for channel in channels
            for row in self._budgets.standings(tx, Place(team_id, channel), user_id, role)
        }
        order = {"user": 0, "channel": 1, "workspace": 2}
        return tuple(sorted(found.values(), key=lambda row: (order[row.scope.type], row.scope, row.start)))


def _days(tx: Transaction, team_id: str, jobs: list[Job]) -> tuple[tuple[str, Money], ...]:
    zone = zone_of(tx.limits.team(team_id).tz)
    today = tx.now.astimezone(zone).date()
    spent: Counter[object] = Counter()
    for job in jobs:
        spent[job.created_at.astimezone(zone).date()] += (job.cost or Money.zero()).micros
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return tuple((f"{day:%a} {day.day}", Money(spent[day])) for day in days)
