"""Several replicas in one workspace against the sandbox's limiter: together they are never refused."""

import heapq
import itertools
from datetime import UTC, datetime

import pytest

from bot.errors import StoreUnavailable, TryLater
from handlers.web_api.pacing import PATIENCE_SECONDS, limits_of
from handlers.web_api.shared_pacing import SharedPacing
from sandbox.slack.limits import Limiter
from sandbox.slack.options import Limits, Options
from storage.store import SqlStore
from tests.support.databases import (  # noqa: F401 - fixtures
    SetClock,
    clock,
    database_url,
    engine_name,
    migrated_postgres,
    postgres,
    postgres_url,
    sqlite_path,
    sqlite_template,
    sqlite_url,
    store,
)


async def test_two_replicas_share_one_channel_without_a_refusal(store: SqlStore, clock: SetClock) -> None:  # noqa: F811
    began = clock.now()
    replicas = [SharedPacing(store, "T1"), SharedPacing(store, "T1")]
    limiter = Limiter(
        options=Options(limits=Limits()), clock=lambda: (clock.now() - began).total_seconds() + 1000.0
    )
    order = itertools.count()
    queue = [(0.0, next(order), "ask", replicas[number % 2]) for number in range(60)]
    refused = detours = 0
    limits = limits_of("chat.postMessage", "C1")
    while queue:
        at, _, what, replica = heapq.heappop(queue)
        clock.move(at - (clock.now() - began).total_seconds())
        if what == "send":
            refused += limiter.retry_after("chat.postMessage", "t5", "C1") is not None
            continue
        reservation = await store.write(lambda tx, mine=replica: mine._take(tx, "chat.postMessage", limits))
        detours += not reservation.is_granted
        assert not reservation.is_granted or reservation.seconds <= PATIENCE_SECONDS
        heapq.heappush(
            queue,
            (
                at + max(0.0, reservation.seconds),
                next(order),
                "send" if reservation.is_granted else "ask",
                replica,
            ),
        )

    assert refused == 0
    assert (clock.now() - began).total_seconds() < 80, "one a second"
    assert detours < 240, "the crowd comes back one after another"


async def test_a_method_without_a_known_rate_asks_nobody(store: SqlStore) -> None:  # noqa: F811
    await SharedPacing(store, "T1").turn("views.open", None)

    assert await store.read(lambda tx: tx.rate_limits.full_at("slack:T1:views.open:")) is None


async def test_a_method_that_slack_refused_is_closed(store: SqlStore) -> None:  # noqa: F811
    pacing = SharedPacing(store, "T1")
    pacing.refused("chat.update", 30.0)

    with pytest.raises(TryLater) as later:
        await pacing.turn("chat.update", "C1")

    assert later.value.after is not None
    assert later.value.after > 20


async def test_without_the_database_each_paces_itself() -> None:
    class Gone:
        async def write(self, _unit: object) -> None:
            raise StoreUnavailable("gone")

    pacing = SharedPacing(Gone(), "T1")  # type: ignore[arg-type]
    for _ in range(3):
        await pacing.turn("chat.postMessage", "C1")


async def test_an_allowance_is_used_up_once_by_whoever_takes_it(store: SqlStore, clock: SetClock) -> None:  # noqa: F811
    def take(seconds: float, ahead: float = 0.0) -> datetime:
        return lambda tx: tx.rate_limits.take("k", seconds=seconds, ahead=ahead)  # type: ignore[return-value]

    start = clock.now()
    ends = [await store.write(take(*given)) for given in ((2.0,), (2.0,), (-2.0,), (1.0, 10.0))]  # type: ignore[arg-type]

    assert [(end - start).total_seconds() for end in ends] == [2.0, 4.0, 2.0, 11.0]
    assert ends[0].tzinfo is UTC
