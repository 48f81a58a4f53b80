"""Whether this computer's clock can be trusted to say which budget period it is (budgets reference 1.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.ports import Clock

TOLERANCE = timedelta(minutes=5)


class ClockGuard:
    """Compares the host's clock with whoever else told the time: the database where it is another host, and
    the ``Date`` of what Slack and the image service last answered.

    ``elapsed`` counts seconds from some moment on, is never set, and goes on while the computer sleeps: with
    it what was heard once is a clock of its own, which no change of the host's clock moves.
    """

    def __init__(self, *, clock: Clock, elapsed: Callable[[], float], database_is_a_witness: bool) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._database_is_a_witness = database_is_a_witness
        self._heard: dict[str, tuple[datetime, float]] = {}

    def heard(self, source: str, date: str | None) -> None:
        """``source`` answered with this ``Date`` header just now. Anything else than a date is ignored."""
        try:
            told = parsedate_to_datetime(date or "")
        except ValueError:
            return
        if told.tzinfo is None:
            told = told.replace(tzinfo=UTC)
        self._heard[source] = (told, self._elapsed())

    @property
    def has_witness(self) -> bool:
        return self._database_is_a_witness or bool(self._heard)

    def off_by(self, now: datetime) -> timedelta:
        """How far the host's clock is ahead (negative: behind); zero without a witness. ``now`` is the
        transaction's. Of several who told the time over the web the one that agrees best counts: one of
        them may be wrong itself."""
        host, elapsed = self._clock.now(), self._elapsed()
        told = [host - (date + timedelta(seconds=elapsed - then)) for date, then in self._heard.values()]
        found = [min(told, key=abs)] if told else []
        if self._database_is_a_witness:
            found.append(host - now)
        return max(found, key=abs, default=timedelta(0))
