"""Answers about jobs and budgets. Nothing is changed here, except that ``standings`` opens new periods."""

from bot.domain.budget.ledger import ScopePeriod
from bot.domain.budget.limits import Role
from bot.domain.jobs.job import Job
from bot.domain.place import Place
from bot.domain.requests.refusals import AskRefused, NotFound
from bot.errors import StoreUnavailable
from bot.ports import JobView, Store, Transaction
from bot.ports.people import People
from bot.services.budget.accounts import Accounts
from bot.services.job_pictures import pictures_of
from bot.services.job_sets import shown_in
from bot.services.job_view import view_of

SEARCHED = 500
"""How many of a person's newest jobs are looked through for words."""


class Lookup:
    """Reads jobs and accounts for the people who ask about them. Raises StoreUnavailable."""

    def __init__(self, *, store: Store, accounts: Accounts, people: People) -> None:
        self._people = people
        self._store = store
        self._accounts = accounts

    async def show(self, place: Place, user_id: str, job_id: str) -> JobView:
        """A job of ``user_id``, or one that was asked for in the channel of ``place``. Raises AskRefused
        NotFound for any other, as what is said in a direct message or a private channel stays there."""

        def unit(tx: Transaction) -> JobView:
            job = tx.jobs.get(job_id)
            if job is None or job.place.team_id != place.team_id or not _may_see(job, place, user_id):
                raise AskRefused(NotFound(job_id))
            return view_of(tx, job)

        return await self._store.read(unit)

    async def history(self, team_id: str, user_id: str, limit: int = 10) -> list[JobView]:
        """This person's newest jobs in this workspace."""

        def unit(tx: Transaction) -> list[JobView]:
            jobs = tx.jobs.newest(limit=limit, team_id=team_id, user_id=user_id)
            return [view_of(tx, job) for job in jobs]

        return await self._store.read(unit)

    async def search(self, team_id: str, user_id: str, words: str, limit: int = 10) -> list[JobView]:
        """This person's newest jobs whose description has all of ``words``, among the last SEARCHED."""
        wanted = words.casefold().split()

        def unit(tx: Transaction) -> list[JobView]:
            jobs = tx.jobs.newest(limit=SEARCHED, team_id=team_id, user_id=user_id)
            found = [job for job in jobs if all(word in job.request.prompt.casefold() for word in wanted)]
            return [view_of(tx, job) for job in found[:limit]]

        return await self._store.read(unit)

    async def newest_unfinished(self, place: Place, user_id: str) -> str | None:
        """The id of this person's newest job of the thread ``place`` that has not ended, or, outside a
        thread, of the conversation. None without one."""

        def unit(tx: Transaction) -> str | None:
            if place.thread_ts is not None:
                jobs = list(reversed(tx.jobs.in_thread(place)))
            else:
                jobs = tx.jobs.newest(limit=SEARCHED, team_id=place.team_id, user_id=user_id)
            ours = (
                job for job in jobs if job.user_id == user_id and job.place.channel_id == place.channel_id
            )
            return next((job.id for job in ours if not job.status.is_final), None)

        return await self._store.read(unit)

    async def newest_result(self, place: Place) -> tuple[str, int] | None:
        """The job whose pictures are the newest in the thread ``place``, and how many they are; None where
        the bot has shown none, and outside a thread."""

        def unit(tx: Transaction) -> tuple[str, int] | None:
            for job in reversed(shown_in(tx, place) if place.thread_ts is not None else []):
                count = len(pictures_of(tx, job))
                if count:
                    return job.id, count
            return None

        return await self._store.read(unit)

    async def standings(self, place: Place, user_id: str) -> list[ScopePeriod]:
        """The accounts that an ask by this person in ``place`` counts in, opened if they are new. Raises
        AskRefused ClockOff as ``Accounts.standings`` does, and StoreUnavailable."""
        role = await self._role(place, user_id)
        return await self._store.write(lambda tx: self._accounts.standings(tx, place, user_id, role))

    async def glance(self, place: Place, user_id: str) -> list[ScopePeriod]:
        """As ``standings``, for a message that is complete without them: opens nothing, and is empty when
        they cannot be read just now."""
        role = await self._role(place, user_id)
        try:
            return await self._store.read(lambda tx: self._accounts.glance(tx, place, user_id, role))
        except (AskRefused, StoreUnavailable):
            return []

    async def _role(self, place: Place, user_id: str) -> Role:
        return await self._people.role(place.team_id, user_id) or Role.MEMBER


def _may_see(job: Job, place: Place, user_id: str) -> bool:
    return job.user_id == user_id or job.place.channel_id == place.channel_id
