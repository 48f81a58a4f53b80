"""Slack's rate limits for several processes in one workspace, counted in the database.

A row for each limit says when its whole allowance is available again (GCRA): nothing has to be refilled or
cleaned up.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import StoreUnavailable, TryLater
from bot.ports import Store, Transaction
from handlers.web_api.pacing import PATIENCE_SECONDS, Limit, Pacing, limits_of


@dataclass(frozen=True, slots=True)
class _Reservation:
    """The seconds until the call may be made, or, if it was not granted, until it is to ask again."""

    seconds: float
    is_granted: bool


class SharedPacing:
    """The rate limits of one workspace, shared by all replicas (see ``Pace``). ``alone`` paces this process
    while the database is away, and lends its sleep."""

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
            reservation = await self._store.write(lambda tx: self._take(tx, method, limits))
        except StoreUnavailable:
            await self._alone.turn(method, channel)
            return
        if not reservation.is_granted:
            raise TryLater(f"{method}: waits for its turn", after=reservation.seconds)
        if (wait := max(reservation.seconds, closed)) > 0:
            await self._alone.sleep(wait)

    def refused(self, method: str, after: float | None) -> None:
        """See ``Pace``. Other replicas are not told: Slack refuses their next call too, and nothing is
        lost."""
        self._alone.refused(method, after)

    def _take(self, tx: Transaction, method: str, limits: list[Limit]) -> _Reservation:
        """Reserve the call under every limit. If that is too long a wait, under none of them, and it is to
        ask again after the calls that were put off before it."""
        wait = 0.0
        for limit in limits:
            whole = tx.rate_limits.take(self._key(method, limit), seconds=1 / limit.rate)
            wait = max(wait, (whole - tx.now).total_seconds() - limit.size / limit.rate)
        if wait <= PATIENCE_SECONDS:
            return _Reservation(wait, is_granted=True)
        for limit in limits:
            tx.rate_limits.take(self._key(method, limit), seconds=-1 / limit.rate)
        narrow = limits[-1]
        deferred = f"{self._key(method, narrow)}:crowd"
        ahead = wait - PATIENCE_SECONDS / 2
        pace = max(1 / limit.rate for limit in limits)
        last = tx.rate_limits.take(deferred, seconds=pace, ahead=ahead)
        return _Reservation((last - tx.now).total_seconds(), is_granted=False)

    def _key(self, method: str, limit: Limit) -> str:
        return f"slack:{self._team_id}:{method}:{limit.channel}"
