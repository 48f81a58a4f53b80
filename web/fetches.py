"""How often a published source may be fetched: a link that leaks is of little use to whoever floods it."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE_EACH = 4
AT_ONCE = 40
IN_A_LIFE = 200
"""The image API fetches a source once or a few times (provider reference 2.7)."""

MOST_REMEMBERED = 10_000
"""Sources whose fetches are counted; the one that was fetched longest ago is forgotten first."""


class UsedUp(Exception):
    """The source has been fetched as often as any image API would."""


class Busy(Exception):
    """Too many fetches are under way; later there may be room."""


class Fetches:
    """Counts fetches, in this process."""

    def __init__(self) -> None:
        self._under_way: Counter[str] = Counter()
        self._ever: OrderedDict[str, int] = OrderedDict()

    @contextmanager
    def of(self, source_id: str) -> Iterator[None]:
        """One fetch, from its begin to its end. Raises UsedUp or Busy, and then it does not count."""
        ever = self._ever.get(source_id, 0)
        if ever >= IN_A_LIFE:
            raise UsedUp
        if self._under_way[source_id] >= AT_ONCE_EACH or self._under_way.total() >= AT_ONCE:
            raise Busy
        self._ever[source_id] = ever + 1
        self._ever.move_to_end(source_id)
        if len(self._ever) > MOST_REMEMBERED:
            self._ever.popitem(last=False)
        self._under_way[source_id] += 1
        try:
            yield
        finally:
            self._under_way[source_id] -= 1
            if not self._under_way[source_id]:
                del self._under_way[source_id]
