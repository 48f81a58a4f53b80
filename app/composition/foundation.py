"""Composes what all other parts stand on: the database, the clock, prices and money."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from app.clock import elapsed, new_owner_id
from app.composition.database import open_database
from app.composition.process_lock import claim
from app.logs import name_replica
from app.settings.settings import Settings
from bot.domain.budget.limits import Limits
from bot.domain.requests.pricing import PriceTable
from bot.ports import Clock
from bot.services.budget import housekeeping
from bot.services.budget.accounts import Accounts
from bot.services.budget.clock_guard import ClockGuard
from bot.services.operations.connections import Connections
from storage.store import SqlStore
from web.server import Server


@dataclass(frozen=True, slots=True)
class Foundation:
    """``owner`` names this process in the leases that it takes; ``server`` has the port already; ``woken`` is
    set by whoever adds work for the worker."""

    settings: Settings
    clock: Clock
    store: SqlStore
    owner: str
    server: Server
    prices: PriceTable
    clock_guard: ClockGuard
    accounts: Accounts
    woken: asyncio.Event
    connections: Connections

    @property
    def wake(self) -> Callable[[], None]:
        return self.woken.set


async def compose_foundation(stack: AsyncExitStack, settings: Settings, clock: Clock) -> Foundation:
    """Everything opened here is closed by ``stack``. Raises SettingsError and StoreUnavailable."""
    prices = PriceTable.load(settings.imagine_prices)
    store = await stack.enter_async_context(open_database(settings, clock))
    owner = new_owner_id()
    if not settings.is_sqlite:  # else it is the only one
        name_replica(owner)
    server = await claim(stack, settings, store, owner)
    await store.write(housekeeping.begin)
    guard = ClockGuard(clock=clock, elapsed=elapsed, database_is_a_witness=not settings.is_sqlite)
    woken = asyncio.Event()
    return Foundation(
        settings=settings,
        clock=clock,
        store=store,
        owner=owner,
        server=server,
        prices=prices,
        clock_guard=guard,
        accounts=Accounts(Limits(settings.imagine_budget_workspace, settings.imagine_budget_user), guard),
        woken=woken,
        connections=Connections(wake=woken.set, now=asyncio.get_running_loop().time),
    )
