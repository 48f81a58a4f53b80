"""How long to wait after another side has refused a call as one too many. Pure; all times in seconds."""

from __future__ import annotations


class Throttle:
    """Pauses all calls of one kind after a refusal. There is one object for each kind of call.

    The first pause is ``first`` seconds long, and each further round of refusals doubles it, up to ``most``
    seconds. Refusals of calls that were made at the same time are one round: those that arrive during a pause
    do not double it. A wait that the other side asks for is used as it is. ``now`` is a time in seconds of
    any clock, always the same one.
    """

    def __init__(self, *, first: float, most: float) -> None:
        self._first = first
        self._most = most
        self._rounds = 0
        self._closed_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next call may be made; 0 if it may be made now."""
        return max(0.0, self._closed_until - now)

    def refused(self, now: float, *, after: float | None) -> float:
        """Record that a call was refused, and return how many seconds every call has to wait now. ``after``
        is the wait in seconds that the other side asked for; None if it asked for none."""
        if now >= self._closed_until:
            self._rounds += 1
        doubled = self._first * 2.0 ** min(max(self._rounds - 1, 0), 32)
        pause = min(self._most, doubled) if after is None else after
        self._closed_until = max(self._closed_until, now + pause)
        return self._closed_until - now

    def taken(self) -> None:
        """Record that a call was accepted: the pause ends, and the next one begins with ``first`` again."""
        self._rounds = 0
        self._closed_until = 0.0
