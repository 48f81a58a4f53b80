"""The same turns for several processes in one workspace: taken from the database, in one short transaction.

A row a limit says when its allowance is whole again (GCRA), so that nothing has to be refilled or tidied up.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import StoreUnavailable, TryLater
from bot.ports import Store, Transaction
from handlers.web_api.pacing import PATIENCE_SECONDS, Limit, Pacing, limits_of


@dataclass(frozen=True, slots=True)
class _Place:
    """Seconds until a turn: one that was taken, or one in the crowd that is to ask again."""

    seconds: float
    is_turn: bool


class SharedPacing:
    """The turns of one workspace over all replicas (see ``Pace``). ``alone`` paces this process while the
    database is away, and lends its sleep."""

    def __init__(self, store: Store, team_id: str, alone: Pacing) -> None:
        self._store = store
        self._team_id = team_id
        self._alone = alone

    async def turn(self, method: str, channel: str | None) -> None:
        """See ``Pace``. While the database is away each process paces itself."""
        limits = limits_of(method, channel)
        closed = self._alone.closed_for(method)
        if closed > PATIENCE_SECONDS or not limits:
            await self._alone.turn(method, channel)
            return
        try:
            place = await self._store.write(lambda tx: self._take(tx, method, limits))
        except StoreUnavailable:
            await self._alone.turn(method, channel)
            return
        if not place.is_turn:
            raise TryLater(f"{method}: waits for its turn", after=place.seconds)
        if (wait := max(place.seconds, closed)) > 0:
            await self._alone.sleep(wait)

    def refused(self, method: str, after: float | None) -> None:
        """See ``Pace``. Another replica learns it by its own refusal, which delays and loses nothing."""
        self._alone.refused(method, after)

    def _take(self, tx: Transaction, method: str, limits: list[Limit]) -> _Place:
        """A turn under every limit, or none of them and a place behind those who were sent away before."""
        wait = 0.0
        for limit in limits:
            whole = tx.rate_limits.take(self._key(method, limit), seconds=1 / limit.rate)
            wait = max(wait, (whole - tx.now).total_seconds() - limit.size / limit.rate)
        if wait <= PATIENCE_SECONDS:
            return _Place(wait, is_turn=True)
        for limit in limits:
            tx.rate_limits.take(self._key(method, limit), seconds=-1 / limit.rate)
        narrow = limits[-1]
        crowd = f"{self._key(method, narrow)}:crowd"
        ahead = wait - PATIENCE_SECONDS / 2
        pace = max(1 / limit.rate for limit in limits)
        last = tx.rate_limits.take(crowd, seconds=pace, ahead=ahead)
        return _Place((last - tx.now).total_seconds(), is_turn=False)

    def _key(self, method: str, limit: Limit) -> str:
        return f"slack:{self._team_id}:{method}:{limit.channel}"
