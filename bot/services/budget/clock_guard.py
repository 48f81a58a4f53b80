"""Whether this computer's clock can be trusted to say which budget period it is (budgets reference 1.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.http_date import read_date
from bot.ports import Clock

TOLERANCE = timedelta(minutes=5)


class ClockGuard:
    """Compares the host's clock with its witnesses: the database where it is on another host, and the
    ``Date`` header of the last answers of Slack and the image API.

    ``elapsed`` returns seconds since some fixed moment. It is never set and goes on while the computer
    sleeps, so that a date told once, plus the seconds since, is a clock which no change of the host's clock
    moves.
    """

    def __init__(self, *, clock: Clock, elapsed: Callable[[], float], database_is_a_witness: bool) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._database_is_a_witness = database_is_a_witness
        self._heard: dict[str, tuple[datetime, float]] = {}

    def note_date(self, source: str, date: str | None) -> None:
        """Record that ``source`` has just answered with this ``Date`` header. Anything but a date is ignored;
        never raises."""
        told = read_date(date)
        if told is not None:
            self._heard[source] = (told, self._elapsed())

    @property
    def has_witness(self) -> bool:
        """Whether anything but the host's own clock has told the time."""
        return self._database_is_a_witness or bool(self._heard)

    def off_by(self, now: datetime) -> timedelta:
        """How far the host's clock is ahead (negative: behind); zero without a witness.

        ``now`` is the transaction's time. Of several ``Date`` headers the one that agrees best with the host
        counts, as one of them may itself be wrong. Of that and the database the larger difference counts.
        """
        host, elapsed = self._clock.now(), self._elapsed()
        told = [host - (date + timedelta(seconds=elapsed - then)) for date, then in self._heard.values()]
        found = [min(told, key=abs)] if told else []
        if self._database_is_a_witness:
            found.append(host - now)
        return max(found, key=abs, default=timedelta(0))
