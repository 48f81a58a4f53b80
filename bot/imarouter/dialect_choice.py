"""Which dialect of the API is used: the configured one, or the one that was found to be served."""

from __future__ import annotations

from typing import Literal

import structlog

from bot.domain.errors import BotError
from bot.domain.problem import Problem
from bot.errors import RouteMissing, StoreUnavailable
from bot.imarouter.errors import given_up
from bot.imarouter.fields import DialectName
from bot.ports import Store

_log = structlog.get_logger(__name__)

_KEY = "dialect"
"""Where the dialect that was found is kept in the database."""

_OTHER: dict[DialectName, DialectName] = {"jobs": "images", "images": "jobs"}


class DialectChoice:
    """``auto`` begins with the dialect that ``store`` has from earlier, else with the documented one, and
    switches when a route is missing.

    When both routes are missing it forgets what it saw, so that a gateway that lost its routes for an hour is
    found again.
    """

    def __init__(self, api: Literal["auto", "jobs", "images"], store: Store) -> None:
        self._auto = api == "auto"
        self._current: DialectName | None = None if api == "auto" else api
        self._store = store
        self._missing: set[DialectName] = set()

    async def current(self) -> DialectName:
        """The dialect for the next submission. The first call reads the database and may raise
        StoreUnavailable."""
        if self._current is None:
            remembered = await self._store.read(lambda tx: tx.key_values.get(_KEY))
            # Another call may have found out while we waited: what was seen beats what was remembered.
            if self._current is None:
                self._current = "images" if remembered == "images" else "jobs"
        return self._current

    def works(self, name: DialectName) -> None:
        """A task was taken in this dialect."""
        self._missing.discard(name)

    def outdated(self) -> RouteMissing:
        """The error for an order that was planned before the dialect changed; nothing was sent."""
        return RouteMissing("the order was planned for the other dialect")

    async def missing(self, name: DialectName) -> BotError:
        """The error to raise when ``name``'s submit route does not exist; switches when there is a choice."""
        other = _OTHER[name]
        if not self._auto:
            detail = f"the {name} dialect is not served at IMAROUTER_BASE_URL; try IMAROUTER_API=auto"
            return given_up(Problem.PROVIDER_ACCOUNT, detail)
        if other in self._missing:
            self._missing.clear()
            _log.error("provider_routes_missing")
            return given_up(Problem.PROVIDER_ACCOUNT, "no submit route exists at IMAROUTER_BASE_URL")
        self._missing.add(name)
        if self._current != other:
            self._current = other
            _log.warning("provider_dialect_switched", was=name, now=other)
            try:
                await self._store.write(lambda tx: tx.key_values.put(_KEY, other))
            except StoreUnavailable:
                _log.warning("provider_dialect_not_remembered", dialect=other)
        return RouteMissing(f"the {name} dialect is not served; {other} is next")
