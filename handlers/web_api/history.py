"""Whether Slack lets this app read conversations freely, or one call a minute with 15 objects, as it does for
apps that are sold outside its marketplace (Slack reference 4)."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any, Literal

import structlog

log = structlog.get_logger(__name__)

METHODS = frozenset({"conversations.history", "conversations.replies"})
HistoryMode = Literal["auto", "full", "limited"]

MOST_OBJECTS = 15
MEMO_SECONDS = 86_400.0
"""How long what was seen of the limit is believed."""

MINUTE_SECONDS = 60.0
SOON_SECONDS = 50.0
"""Two answers closer together than this, by any clock, show that there is no limit of one a minute."""

LONG_SECONDS = 20.0
"""A refusal for longer than this shows the limit, when at most one read was answered in the minute before."""


class HistoryLimit:
    """What is known of the limit in one workspace. ``mode`` is the operator's word, ``auto`` finds it out;
    ``now`` is monotonic seconds."""

    def __init__(self, mode: HistoryMode, *, now: Callable[[], float]) -> None:
        self._mode = mode
        self._now = now
        self._believed_until = float("-inf")
        self._answers: dict[str, deque[float]] = defaultdict(deque)

    @property
    def is_limited(self) -> bool:
        """Whether to do with as few and as small reads as possible."""
        return self._mode == "limited" or (self._mode == "auto" and self._now() < self._believed_until)

    def answered(self, method: str, args: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """Learn from an answer: more was asked for and is there, and 15 messages came at most."""
        if method not in METHODS:
            return
        lately, now, count = self._lately(method), self._now(), len(answer.get("messages") or [])
        is_cut = bool(answer.get("has_more")) and count <= MOST_OBJECTS < int(args.get("limit") or 0)
        is_free = count > MOST_OBJECTS + 1 or (bool(lately) and now - lately[-1] < SOON_SECONDS)
        lately.append(now)
        if is_cut:
            self._believe(method)
        elif is_free:
            self._believed_until = float("-inf")

    def refused(self, method: str, after: float | None) -> None:
        """Learn from a 429 that names its wait: the ordinary rate is not used up by one read."""
        if method in METHODS and (after or 0.0) > LONG_SECONDS and len(self._lately(method)) <= 1:
            self._believe(method)

    def _lately(self, method: str) -> deque[float]:
        """When the method was answered in the last minute."""
        answers = self._answers[method]
        while answers and answers[0] < self._now() - MINUTE_SECONDS:
            answers.popleft()
        return answers

    def _believe(self, method: str) -> None:
        if self._mode == "auto" and not self.is_limited:
            log.warning("history_is_limited", method=method)
        self._believed_until = self._now() + MEMO_SECONDS
