"""Whose job begins next when places are short: everybody in turn, the one served longest ago first. Pure."""

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
    """A job that has not been sent yet. ``since`` is when it was asked for."""

    job_id: str
    user_id: str
    channel_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's place in the round: ``at`` is when their last job began, ``before`` what it was before."""

    team_id: str
    user_id: str
    at: datetime
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One workspace at one moment: (person, channel) of each running job, who waits, the oldest first, and
    when each person's last job began."""

    running: tuple[tuple[str, str], ...]
    waiting: tuple[Waiting, ...]
    served: Mapping[str, datetime]

    def may_begin(self, mine: Waiting, caps: InFlight) -> bool:
        """Whether there is a place for ``mine`` that nobody has an older claim to.

        Whoever was served longer ago keeps a place free for themselves; and nobody begins a second time
        before somebody who has been waiting since before the first.
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

    def next_up(self, caps: InFlight) -> Waiting | None:
        """The first in turn that may begin now."""
        waiting = sorted(self.waiting, key=self._rank)
        return next((one for one in waiting if self.may_begin(one, caps)), None)

    def next_of(self, user_id: str, *, but: str = "") -> Waiting | None:
        """This person's oldest waiting job, leaving out the job ``but``."""
        return next((one for one in self.waiting if one.user_id == user_id and one.job_id != but), None)

    def _ahead(self, mine: Waiting, caps: InFlight) -> Iterable[Waiting]:
        """The oldest job that could begin of each other person who was served longer ago."""
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
        theirs = sum(user == one.user_id for user, _ in self.running)
        return (
            _room(caps.user, theirs)
            and _room(caps.workspace, len(self.running))
            and _room(caps.channel, self._in_channel(one.channel_id))
        )

    def _in_channel(self, channel_id: str) -> int:
        return sum(channel == channel_id for _, channel in self.running)


def _room(cap: int | None, taken: int) -> bool:
    return cap is None or taken < cap
