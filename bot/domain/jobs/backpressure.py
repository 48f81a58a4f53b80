"""How hard to knock on a door that says "too many": pure, one object a door, times in seconds."""

from __future__ import annotations


class Throttle:
    """After a refusal nobody knocks for a while; rounds of refusals double the pause up to ``most`` seconds.

    Those who knocked together are refused together: that is one round. A wait that the other side asks for
    counts as it is.
    """

    def __init__(self, *, first: float, most: float) -> None:
        self._first = first
        self._most = most
        self._rounds = 0
        self._closed_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the door may be knocked on; 0: now."""
        return max(0.0, self._closed_until - now)

    def refused(self, now: float, *, after: float | None) -> float:
        """How long everyone waits now."""
        if now >= self._closed_until:
            self._rounds += 1
        doubled = self._first * 2.0 ** min(max(self._rounds - 1, 0), 32)
        pause = min(self._most, doubled) if after is None else after
        self._closed_until = max(self._closed_until, now + pause)
        return self._closed_until - now

    def taken(self) -> None:
        """One was let in: the door is open."""
        self._rounds = 0
        self._closed_until = 0.0
