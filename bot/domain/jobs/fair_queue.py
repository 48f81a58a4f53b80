"""Whose job begins next when not all can run: people take turns, the one served longest ago first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class InFlight:
    """How many jobs may run at once for one person, one workspace and one channel; None means no limit."""

    user: int | None
    workspace: int | None
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that has not been submitted yet. ``since`` is when it was asked for."""

    job_id: str
    user_id: str
    channel_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's latest turn. ``at`` is when their latest job began; ``before`` is when the one before it
    began, to which ``at`` is set back if the turn is given back."""

    team_id: str
    user_id: str
    at: datetime
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """The queue of one workspace at one moment.

    ``running`` has the (user id, channel id) of each running job, ``waiting`` the waiting jobs, oldest first,
    and ``served`` when each person's latest job began.
    """

    running: tuple[tuple[str, str], ...]
    waiting: tuple[Waiting, ...]
    served: Mapping[str, datetime]

    def may_begin(self, mine: Waiting, caps: InFlight) -> bool:
        """Whether ``mine`` may begin: the limits in ``caps`` leave a place that is not kept for others.

        One place is kept for each other person who was served longer ago and has a job that could begin. And
        ``mine`` does not begin while such a job is older than the last turn of this job's asker.
        """
        if not self._fits(mine, caps):
            return False
        ahead = list(self._ahead(mine, caps))
        last = self.served.get(mine.user_id, _NEVER)
        if any(other.since <= last for other in ahead):
            return False
        here = sum(other.channel_id == mine.channel_id for other in ahead)
        return _room(caps.workspace, len(self.running) + len(ahead)) and _room(
            caps.channel, self._in_channel(mine.channel_id) + here
        )

    def before(self, mine: Waiting, caps: InFlight) -> int:
        """How many of the waiting jobs begin before ``mine``, as places become free.

        In each round every person begins one job, the one served longest ago first. A person who has no place
        under ``caps`` holds nobody else up.
        """
        if self.may_begin(mine, caps):
            return 0
        own = [one for one in self.waiting if one.user_id == mine.user_id and _age(one) < _age(mine)]
        turn = self._rank(own[0] if own else mine)
        others: dict[str, list[Waiting]] = {}
        for one in self.waiting:
            if one.user_id != mine.user_id and self._has_place(one, caps):
                others.setdefault(one.user_id, []).append(one)
        rounds = len(own)
        return rounds + sum(
            min(len(theirs), rounds + (self._rank(theirs[0]) < turn)) for theirs in others.values()
        )

    def next_up(self, caps: InFlight) -> Waiting | None:
        """The waiting job that may begin now and whose turn is first; None when none may begin."""
        waiting = sorted(self.waiting, key=self._rank)
        return next((one for one in waiting if self.may_begin(one, caps)), None)

    def next_of(self, user_id: str, *, but: str = "") -> Waiting | None:
        """This person's oldest waiting job, leaving out the job ``but``."""
        return next((one for one in self.waiting if one.user_id == user_id and one.job_id != but), None)

    def _ahead(self, mine: Waiting, caps: InFlight) -> Iterable[Waiting]:
        """Of each other person who was served longer ago: their oldest job that ``caps`` would let begin."""
        seen = {mine.user_id}
        for other in self.waiting:
            if other.user_id in seen or not self._fits(other, caps):
                continue
            seen.add(other.user_id)
            if self._rank(other) < self._rank(mine):
                yield other

    def _rank(self, one: Waiting) -> tuple[datetime, datetime, str]:
        return (self.served.get(one.user_id, _NEVER), one.since, one.user_id)

    def _fits(self, one: Waiting, caps: InFlight) -> bool:
        return self._has_place(one, caps) and _room(caps.workspace, len(self.running))

    def _has_place(self, one: Waiting, caps: InFlight) -> bool:
        """Whether it could begin as soon as the workspace has a place."""
        theirs = sum(user == one.user_id for user, _ in self.running)
        return _room(caps.user, theirs) and _room(caps.channel, self._in_channel(one.channel_id))

    def _in_channel(self, channel_id: str) -> int:
        return sum(channel == channel_id for _, channel in self.running)


def _age(one: Waiting) -> tuple[datetime, str]:
    return one.since, one.job_id


def _room(cap: int | None, taken: int) -> bool:
    return cap is None or taken < cap
