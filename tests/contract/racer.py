"""Processes that work on a shared database at once, for tests with several of them."""

from __future__ import annotations

import asyncio
import sys
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.budget.ledger import CostSource, Hold, HoldLeg, HoldState, reserve_entries
from bot.domain.budget.limits import Limits
from bot.domain.budget.scope import scopes_of
from bot.domain.errors import BotError
from bot.domain.jobs.job import Status
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.refusals import BudgetExceeded
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from storage.engine import open_store
from storage.migrate import migrate
from storage.store import SqlStore
from tests.contract.samples import NOVEMBER, START, a_job
from tests.support.collaborators import TrustedClock
from tests.support.processes import FORKS

ROOT = Path(__file__).parents[2]
PRICE = Money(410_000)
BUSY_SECONDS = 300.0
"""How long a racer waits for the others' writes. SQLite's lock is not fair: the unluckiest of them waits the
longer, the busier the machine is, and these tests are about what is granted, not about when."""
LIMITS = {"workspace": Money(10_000_000), "channel": Money(6_000_000), "user": Money(2_000_000)}


class HostClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class DoesNotFit(Exception):
    """Ends a unit: what it has reserved so far is undone."""


def ask(job_id: str, user_id: str, key: str = "", team_id: str = "T1") -> Callable[[Transaction], None]:
    """A whole admission, as the bot makes it: three scopes, hold, job and first task."""
    place = Place(team_id, "C1")
    scopes = scopes_of(place, user_id)
    legs = tuple(HoldLeg(scope, NOVEMBER.key) for scope in scopes)
    hold = Hold(job_id, HoldState.HELD, PRICE, legs, "v1", START)

    def unit(tx: Transaction) -> None:
        if tx.jobs.by_request_key(key or job_id) is not None:
            return
        for scope in scopes:
            tx.ledger.open_period(scope, NOVEMBER, LIMITS[scope.kind])
        for entry in reserve_entries(hold):
            if not tx.ledger.reserve(entry):
                raise DoesNotFit
        tx.ledger.add_hold(hold)
        tx.jobs.add(a_job(job_id, request_key=key or job_id, user_id=user_id, place=place))
        tx.tasks.add(TaskKind.ANNOUNCE, team_id=team_id, job_id=job_id)

    return unit


async def spend(store: SqlStore, me: str, attempts: str, users: str, teams: str = "1") -> dict[str, Any]:
    """Ask and ask again, for a few people in turn, in one workspace after the other."""
    granted, refused, errors = 0, 0, []
    for number in range(int(attempts) * int(teams)):
        team_id = f"T{number // int(attempts) + 1}"
        try:
            user_id = f"U{(int(me) + number) % int(users)}"
            await store.write(ask(f"J-{me}-{number}", user_id, team_id=team_id))
            granted += 1
        except DoesNotFit:
            refused += 1
        except (BotError, ValueError) as error:
            errors.append(repr(error))
    return {"granted": granted, "refused": refused, "errors": errors}


async def admit(store: SqlStore, me: str, attempts: str, users: str) -> dict[str, Any]:
    """Ask through the real service, under whatever limits are in force, and end every second hold."""
    accounts = Accounts(Limits(workspace=LIMITS["workspace"], user=LIMITS["user"]), TrustedClock())
    granted, refused = 0, 0

    def unit(name: str, user: str) -> Callable[[Transaction], None]:
        def work(tx: Transaction) -> None:
            job = a_job(name, user_id=user, estimate=PRICE)
            tx.jobs.add(job)
            accounts.reserve(tx, job)

        return work

    for number in range(int(attempts)):
        name = f"J-{me}-{number}"
        try:
            await store.write(unit(name, f"U{(int(me) + number) % int(users)}"))
        except BudgetExceeded:
            refused += 1
            continue
        granted += 1
        if number % 2:
            await store.write(lambda tx, name=name: accounts.settle(tx, name, PRICE, CostSource.PROVIDER))
    return {"granted": granted, "refused": refused}


async def end(store: SqlStore, me: str, holds: str) -> int:
    """End the holds J0, J1, … in one of three ways, each racer in another order; how many it ended."""
    accounts = Accounts(Limits(workspace=LIMITS["workspace"], user=LIMITS["user"]), TrustedClock())
    ways: list[Callable[[Transaction, str], bool]] = [
        lambda tx, name: accounts.settle(tx, name, Money(350_000), CostSource.PROVIDER),
        lambda tx, name: accounts.settle(tx, name, PRICE, CostSource.ESTIMATE),
        lambda tx, name: accounts.release(tx, name, "race"),
    ]
    number, ended = int(me), 0
    names = [f"J{(n * (number + 2)) % int(holds)}" for n in range(int(holds))]  # steps of 2, 3 and 4
    for name in dict.fromkeys([*names, *(f"J{n}" for n in range(int(holds)))]):
        ended += await store.write(lambda tx, name=name: ways[number % 3](tx, name))
    return ended


async def same(store: SqlStore, me: str, attempts: str) -> None:
    """Record the same asks as everybody else does, some even under the same id: each exists once."""
    for number in range(int(attempts)):
        await store.write(ask(f"J-{number}-{int(me) % 2}", f"U-{number}", key=f"ask-{number}"))


async def claim(store: SqlStore, me: str, limit: str) -> list[list[int]]:
    """Take tasks until none is left."""
    taken: list[list[int]] = []
    while True:
        tasks = await store.write(
            lambda tx: tx.tasks.claim(TaskKind.POLL, owner=me, limit=int(limit), lease_seconds=600)
        )
        if not tasks:
            return taken
        taken += [[task.id, task.fence] for task in tasks]


async def count(store: SqlStore, _me: str, attempts: str) -> None:
    """Read, decide, save: raise the counter of one job, and of one submission and one picture of it."""

    def job(tx: Transaction) -> None:
        found = tx.jobs.get("J1")
        assert found is not None
        tx.jobs.save(found.evolve(notes=(str(int(found.notes[0]) + 1),)))

    def submission(tx: Transaction) -> None:
        found = tx.submissions.get("S1")
        assert found is not None
        tx.submissions.save(replace(found, polls=found.polls + 1))

    def picture(tx: Transaction) -> None:
        (found,) = tx.pictures.of_job("J1")
        tx.pictures.save(replace(found, size_bytes=(found.size_bytes or 0) + 1))

    for _ in range(int(attempts)):
        for unit in (job, submission, picture):
            await store.write(unit)


async def start(store: SqlStore, me: str, limit: str) -> int:
    """Start jobs as long as fewer than ``limit`` of the workspace run; how many were started."""

    def unit(number: int) -> Callable[[Transaction], bool]:
        def work(tx: Transaction) -> bool:
            if len(tx.queue.line("T1", lease_seconds=180).running) >= int(limit):
                return False
            tx.jobs.add(a_job(f"J-{me}-{number}", status=Status.RUNNING))
            return True

        return work

    return sum([await store.write(unit(number)) for number in range(int(limit))])


async def pour(store: SqlStore, me: str) -> None:
    """Write pairs for ever, many at a time, saying which are known to be committed."""

    async def one(number: int) -> None:
        def unit(tx: Transaction) -> None:
            tx.key_values.put(f"a-{me}-{number}", "1")
            tx.jobs.add(a_job(f"J-{me}-{number}"))
            tx.key_values.put(f"b-{me}-{number}", "1")

        await store.write(unit)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()

    first = 0
    while True:
        await asyncio.gather(*(one(number) for number in range(first, first + 40)))
        first += 40


MODES: dict[str, Callable[..., Awaitable[Any]]] = {
    "spend": spend, "admit": admit, "end": end, "same": same, "claim": claim, "count": count, "start": start,
    "pour": pour,
}  # fmt: skip


async def work(mode: str, url: str, arguments: list[str]) -> Any:
    if mode == "migrate":
        return await migrate(url)
    store = open_store(url, clock=HostClock(), busy_seconds=BUSY_SECONDS)
    try:
        return await MODES[mode](store, *arguments)
    finally:
        await store.close()


def main(mode: str, url: str, *arguments: str) -> None:
    """Alone, from the command line: for a racer that is killed."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    asyncio.run(work(mode, url, [*arguments]))


async def race(mode: str, url: str, count: int, *arguments: object) -> list[Any]:
    """Start ``count`` racers, let them go at once, and return what each says."""
    racers = []
    for number in range(count):
        mine, its = FORKS.Pipe()
        names = [str(name) for name in (number, *arguments)]
        process = FORKS.Process(target=_race, args=(its, mode, url, names), daemon=True)
        await asyncio.to_thread(process.start)
        its.close()
        racers.append((mine, process))
    for connection, _ in racers:
        assert await asyncio.to_thread(connection.recv) == "ready"
    for connection, _ in racers:
        connection.send("go")
    found = [await asyncio.to_thread(connection.recv) for connection, _ in racers]
    for connection, process in racers:
        connection.close()
        await asyncio.to_thread(process.join)
        assert process.exitcode == 0, "it said why"
    return found


def _race(connection: Any, mode: str, url: str, arguments: list[str]) -> None:
    """One racer: says that it is ready, waits for the start, works and says what it did."""
    warnings.simplefilter("error")
    connection.send("ready")
    connection.recv()
    connection.send(asyncio.run(work(mode, url, arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
