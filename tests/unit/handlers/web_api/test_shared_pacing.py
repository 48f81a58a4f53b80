"""Several replicas in one workspace against the sandbox's limiter: together they are never refused."""

import heapq
import itertools

import pytest

from bot.errors import StoreUnavailable, TryLater
from handlers.web_api.pacing import PATIENCE_SECONDS, Pacing, limits_of
from handlers.web_api.shared_pacing import SharedPacing
from sandbox.slack.limits import Limiter
from sandbox.slack.options import Limits, Options
from storage.store import SqlStore
from tests.support.databases import SetClock


def _alone(clock: SetClock) -> Pacing:
    return Pacing(time=lambda: clock.now().timestamp(), sleep=clock.sleep)


async def test_two_replicas_share_one_channel_without_a_refusal(store: SqlStore, clock: SetClock) -> None:
    began = clock.now()
    replicas = [SharedPacing(store, "T1", _alone(clock)), SharedPacing(store, "T1", _alone(clock))]
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


async def test_a_method_without_a_known_rate_asks_nobody(store: SqlStore, clock: SetClock) -> None:
    await SharedPacing(store, "T1", _alone(clock)).turn("views.open", None)

    assert await store.read(lambda tx: tx.rate_limits.full_at("slack:T1:views.open:")) is None


async def test_a_method_that_slack_refused_is_closed(store: SqlStore, clock: SetClock) -> None:
    pacing = SharedPacing(store, "T1", _alone(clock))
    pacing.refused("chat.update", 30.0)

    with pytest.raises(TryLater) as later:
        await pacing.turn("chat.update", "C1")

    assert later.value.after is not None
    assert later.value.after > 20


async def test_without_the_database_each_paces_itself(clock: SetClock) -> None:
    class Gone:
        async def write(self, _unit: object) -> None:
            raise StoreUnavailable("gone")

    began = clock.now()
    pacing = SharedPacing(Gone(), "T1", _alone(clock))  # type: ignore[arg-type]
    for _ in range(3):
        await pacing.turn("chat.postMessage", "C1")

    assert (clock.now() - began).total_seconds() == 1.0, "two at once, then one a second"
