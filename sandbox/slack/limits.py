"""Slack's rate limits: per method and minute, about one post a second and channel, and the narrow one for
reading history.

Facts: docs apis/web-api/rate-limits; the answer is HTTP 429 with Retry-After in whole seconds.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

from sandbox.slack.options import Limits, Options

HISTORY = frozenset({"conversations.history", "conversations.replies"})
MOST_OBJECTS = 15
"""What these give at once where ``Options.history_seconds`` is set (Slack reference 4)."""


class Limiter:
    """Says how long a call has to wait, or that it may go ahead; a refused call is not counted."""

    def __init__(self, *, options: Options, clock: Callable[[], float]) -> None:
        self._options = options
        self._clock = clock
        self._minutes: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, float]] = {}
        self._read_at: dict[str, float] = {}

    def reset(self) -> None:
        self._read_at.clear()
        self._minutes.clear()
        self._posts.clear()

    def retry_after(self, method: str, tier: str, channel: str | None) -> int | None:
        """Seconds to wait, None to go ahead."""
        if method in HISTORY and (wait := self._history(method)) is not None:
            return wait
        limits = self._options.limits
        if limits is None:
            return None
        now = self._clock()
        calls = self._minutes[method]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= max(1, round(limits.TIERS[tier] * limits.factor)):
            return max(1, math.ceil(calls[0] + 60 - now))
        wait = self._post(limits, channel, now) if method == "chat.postMessage" and channel else None
        if wait is None:
            calls.append(now)
        return wait

    def _history(self, method: str) -> int | None:
        seconds, now = self._options.history_seconds, self._clock()
        if seconds is None:
            return None
        left = self._read_at.get(method, now - seconds) + seconds - now
        if left > 0:
            return max(1, math.ceil(left))
        self._read_at[method] = now
        return None

    def _post(self, limits: Limits, channel: str, now: float) -> int | None:
        """A bucket of ``post_burst`` that refills at ``post_per_second``."""
        rate = limits.post_per_second * limits.factor
        level, since = self._posts.get(channel, (float(limits.post_burst), now))
        level = min(float(limits.post_burst), level + (now - since) * rate)
        if level < 1:
            self._posts[channel] = (level, now)
            return max(1, math.ceil((1 - level) / rate))
        self._posts[channel] = (level - 1, now)
        return None
