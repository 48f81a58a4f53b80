"""Answers about jobs and budgets; nothing here changes anything but opening a budget period's row."""

from bot.domain.budget import ScopePeriod
from bot.domain.job import Place
from bot.domain.limits import Role
from bot.domain.problem import Problem
from bot.errors import AskRefused
from bot.ports import JobView, Store, Transaction
from bot.ports.people import People
from bot.services.budgets import Budgets
from bot.services.views import view_of


class Lookup:
    def __init__(self, *, store: Store, budgets: Budgets, people: People | None = None) -> None:
        self._people = people
        self._store = store
        self._budgets = budgets

    async def show(self, team_id: str, job_id: str) -> JobView:
        """One job of this workspace. Raises AskRefused(NOT_FOUND), also for another workspace's."""

        def unit(tx: Transaction) -> JobView:
            job = tx.jobs.get(job_id)
            if job is None or job.place.team_id != team_id:
                raise AskRefused(Problem.NOT_FOUND, id=job_id)
            return view_of(tx, job)

        return await self._store.read(unit)

    async def history(self, team_id: str, user_id: str, limit: int = 10) -> list[JobView]:
        """This person's newest jobs in this workspace."""

        def unit(tx: Transaction) -> list[JobView]:
            jobs = tx.jobs.newest(limit=limit, team_id=team_id, user_id=user_id)
            return [view_of(tx, job) for job in jobs]

        return await self._store.read(unit)

    async def standings(self, place: Place, user_id: str) -> list[ScopePeriod]:
        """The budget rows that an ask from here by this person counts against."""
        known = await self._people.role(place.team_id, user_id) if self._people else None
        role = known or Role.MEMBER
        return await self._store.write(lambda tx: self._budgets.standings(tx, place, user_id, role))
